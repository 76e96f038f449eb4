// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One power cut of a schedule. Its text, {@code cut(18,after)}, joined by {@code >} where a schedule has several, is what
 * a failing test prints and what repeats it.
 *
 * @param operation which durable operation, counted from 1 since the cut before it (the first: since the schedule began)
 * @param moment before or after it
 */
public record Cut(long operation, Faults.Moment moment) {
    private static final Pattern TEXT = Pattern.compile("cut\\((\\d{1,18}),(before|after)\\)");

    public Cut {
        if (operation < 1) {
            throw new IllegalArgumentException("operation must be at least 1, not " + operation);
        }
        if (moment == Faults.Moment.NEVER) {
            throw new IllegalArgumentException("moment must be BEFORE or AFTER, not NEVER");
        }
    }

    /**
     * Makes faults of cuts, one after another; none after the last.
     *
     * @param cuts in order
     * @return fresh faults, counting from now
     */
    public static Faults schedule(List<Cut> cuts) {
        Iterator<Cut> rest = List.copyOf(cuts).iterator();
        return new Faults() {
            private long left = 0;
            private Moment moment = Moment.NEVER;

            {
                next();
            }

            private void next() {
                Cut cut = rest.hasNext() ? rest.next() : new Cut(Long.MAX_VALUE, Moment.AFTER);
                left = cut.operation();
                moment = cut.moment();
            }

            @Override
            public Moment at(Operation operation) {
                if (--left > 0) {
                    return Moment.NEVER;
                }
                Moment now = moment;
                next();
                return now;
            }
        };
    }

    /**
     * Reads a schedule back.
     *
     * @param text such as {@code cut(412,before)>cut(18,after)}
     * @return the cuts, in order
     */
    public static List<Cut> parse(String text) {
        List<Cut> cuts = new ArrayList<>();
        for (String part : text.split(">", -1)) {
            Matcher matcher = TEXT.matcher(part.trim());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + part + "' must look like cut(18,after)");
            }
            cuts.add(new Cut(
                    Long.parseLong(matcher.group(1)),
                    matcher.group(2).equals("before") ? Faults.Moment.BEFORE : Faults.Moment.AFTER));
        }
        return cuts;
    }

    @Override
    public String toString() {
        return "cut(" + operation + "," + (moment == Faults.Moment.BEFORE ? "before" : "after") + ")";
    }
}
