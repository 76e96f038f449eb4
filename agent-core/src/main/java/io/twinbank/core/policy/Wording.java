// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How times and shares are written for people. */
final class Wording {
    private static final DateTimeFormatter SOON = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter FAR = DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);
    private static final long SIX_DAYS = 6 * 86_400L;

    private Wording() {}

    /** Such as {@code Tue 22:00}, with the date from six days on. */
    static String time(Instant at, Instant now, ZoneId zone) {
        boolean soon = at.getEpochSecond() - now.getEpochSecond() < SIX_DAYS;
        return (soon ? SOON : FAR).format(at.atZone(zone));
    }

    /** Such as {@code 2 d 3 h}, the two largest units. */
    static String duration(long seconds) {
        long[] sizes = {86_400, 3_600, 60, 1};
        String[] names = {"d", "h", "min", "s"};
        for (int i = 0; i < sizes.length; i++) {
            if (seconds >= sizes[i] || i == sizes.length - 1) {
                String first = seconds / sizes[i] + " " + names[i];
                long rest = i + 1 < sizes.length ? seconds % sizes[i] / sizes[i + 1] : 0;
                return rest == 0 ? first : first + " " + rest + " " + names[i + 1];
            }
        }
        return "";
    }

    /** Such as {@code 12.5 %}. */
    static String share(int perTenThousand) {
        int hundredths = perTenThousand % 100;
        String fraction = hundredths == 0 ? "" : String.format(Locale.ROOT, ".%02d", hundredths);
        return perTenThousand / 100 + fraction + " %";
    }
}
