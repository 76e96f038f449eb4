// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

/** Words that a peer chose, made fit for a log: one line, no control characters, not too long. */
final class Printable {
    private static final int MAX_CHARS = 300;

    private Printable() {}

    static String line(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
    }
}
