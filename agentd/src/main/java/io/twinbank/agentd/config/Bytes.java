// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as carriers write them: a k is a thousand. */
final class Bytes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(|k|M|G)");

    private Bytes() {}

    static long parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(text);
        }
        long unit = switch (form.group(2)) {
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
        };
        return Long.parseLong(form.group(1)) * unit;
    }
}
