// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.Locale;
import java.util.Set;

/**
 * Which server is tried next. A broker may send its devices elsewhere, for a while or for good (MQTT 5, section 4.11), but only to
 * hosts that the embedder allows, in the same way as to the first one, and only so often at once. Confined to the loop.
 */
final class Redirects {
    /** How often a redirect is followed without the pause that any other failure has. */
    static final int MAX_HOPS = 3;

    private static final int MAX_CHARS = 1024;

    private final Server configured;
    private final Set<String> allowed;
    private Server first;
    private Server current;
    private boolean reached;
    private int hops;

    /** Whether the next try goes elsewhere at once, in words. */
    record Verdict(boolean followed, String words) {}

    /**
     * Begins at the configured server.
     *
     * @param allowed hosts in lower case
     */
    Redirects(Server configured, Set<String> allowed) {
        this.configured = configured;
        this.allowed = allowed;
        this.first = configured;
        this.current = configured;
    }

    Server current() {
        return current;
    }

    /** The server took the session. */
    void reached() {
        reached = true;
        if (current.equals(configured)) {
            first = configured;
        }
    }

    /** The connection has lasted. */
    void stable() {
        hops = 0;
    }

    /**
     * The connection is lost, or couldn't be made. Where the broker has moved for good comes first; but if it can't be reached there,
     * the configured server is asked again, in turns.
     */
    void lost() {
        current = reached || !current.equals(first) ? first : configured;
        reached = false;
    }

    /** The broker says to use another server: one of those that it names, separated by blanks. */
    Verdict redirected(boolean forGood, String references) {
        if (references.isBlank()) {
            return stay("it doesn't say which");
        }
        if (references.length() > MAX_CHARS) {
            return stay(
                    "what it names has " + references.length() + " characters, of which " + MAX_CHARS + " are read");
        }
        if (hops == MAX_HOPS) {
            hops = 0;
            lost();
            current = configured;
            return new Verdict(
                    false, "followed " + MAX_HOPS + " times already, now beginning anew at " + current.uri());
        }
        String refused = "";
        for (String reference : references.strip().split(" +", -1)) {
            try {
                Server other = configured.elsewhere(reference);
                if (allowed.contains(other.host().toLowerCase(Locale.ROOT))) {
                    return follow(forGood, other);
                }
                refused = "allowRedirect doesn't name " + other.host();
            } catch (IllegalArgumentException e) {
                refused = "a server reference " + e.getMessage();
            }
        }
        return stay(refused);
    }

    private Verdict follow(boolean forGood, Server other) {
        hops++;
        reached = false;
        current = other;
        if (forGood) {
            first = other;
        }
        return new Verdict(true, "followed to " + other.uri());
    }

    private Verdict stay(String why) {
        lost();
        return new Verdict(false, "not followed: " + why);
    }
}
