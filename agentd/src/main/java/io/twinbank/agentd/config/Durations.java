// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\s*(s|min|h|d)");

    private Durations() {}

    /**
     * Reads such as {@code 30s}, {@code 10min}, {@code 8h} or {@code 14d}.
     *
     * @param text the text
     * @return how long
     * @throws IllegalArgumentException if it isn't such a time
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a time: " + text);
        }
        long number = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
