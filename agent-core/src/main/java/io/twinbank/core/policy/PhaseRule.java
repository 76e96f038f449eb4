// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.util.List;
import java.util.Optional;

/**
 * What a phase takes.
 *
 * @param windows when it is allowed; none for always
 * @param byUptime when it is allowed while the clock isn't trusted; without it, not before the deadline. Only with windows
 * @param power what power it takes, if any in particular
 * @param metered whether it may use a metered link
 * @param consent whether somebody at the site has to agree
 */
public record PhaseRule(
        List<WeeklyWindow> windows,
        Optional<UptimeWindow> byUptime,
        Optional<PowerNeed> power,
        boolean metered,
        boolean consent) {
    private static final int MAX_WINDOWS = 50;

    /** Copies the windows. */
    public PhaseRule {
        windows = List.copyOf(windows);
        if (windows.size() > MAX_WINDOWS) {
            throw new IllegalArgumentException("windows: " + windows.size() + ", at most " + MAX_WINDOWS);
        }
        if (windows.isEmpty() && byUptime.isPresent()) {
            throw new IllegalArgumentException("a window by uptime stands in for windows, and there are none");
        }
    }

    /**
     * Returns a rule that restricts nothing.
     *
     * @return the rule
     */
    public static PhaseRule open() {
        return new PhaseRule(List.of(), Optional.empty(), Optional.empty(), true, false);
    }

    /**
     * Returns this rule with windows of the week.
     *
     * @param texts each as {@link WeeklyWindow#parse} takes it
     * @return the rule
     */
    public PhaseRule in(String... texts) {
        List<WeeklyWindow> parsed =
                List.of(texts).stream().map(WeeklyWindow::parse).toList();
        return new PhaseRule(parsed, byUptime, power, metered, consent);
    }

    /**
     * Returns this rule with a window for while the clock isn't trusted.
     *
     * @param window the window
     * @return the rule
     */
    public PhaseRule orByUptime(UptimeWindow window) {
        return new PhaseRule(windows, Optional.of(window), power, metered, consent);
    }

    /**
     * Returns this rule with a need for power.
     *
     * @param need the need
     * @return the rule
     */
    public PhaseRule with(PowerNeed need) {
        return new PhaseRule(windows, byUptime, Optional.of(need), metered, consent);
    }

    /**
     * Returns this rule, but not over a metered link.
     *
     * @return the rule
     */
    public PhaseRule unmetered() {
        return new PhaseRule(windows, byUptime, power, false, consent);
    }

    /**
     * Returns this rule, but only with consent.
     *
     * @return the rule
     */
    public PhaseRule withConsent() {
        return new PhaseRule(windows, byUptime, power, metered, true);
    }
}
