// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.fault;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Event;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Fault.Misdirected;
import io.twinbank.simulator.fault.Fault.Off;
import io.twinbank.simulator.fault.Fault.ReadAstray;
import io.twinbank.simulator.fault.Fault.ReadFails;
import io.twinbank.simulator.fault.Fault.Silent;
import io.twinbank.simulator.fault.Fault.Throws;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Faults in the order in which they strike. Its text, {@code cut(412,prefix:37)>cut(18,after)}, is what a failure prints and
 * what repeats it; without faults it is {@code none}.
 *
 * @param faults in order
 */
public record Schedule(List<Fault> faults) {
    /** A quiet day. */
    public static final Schedule NONE = new Schedule(List.of());

    private static final int MAX_FAULTS = 10_000;
    private static final Pattern FAULT = Pattern.compile("([a-z]+)\\(([^()]*)\\)");

    public Schedule {
        faults = List.copyOf(faults);
    }

    /**
     * Makes a schedule.
     *
     * @param faults in order
     * @return a schedule of them
     */
    public static Schedule of(Fault... faults) {
        return new Schedule(List.of(faults));
    }

    /**
     * Returns this schedule and one more fault.
     *
     * @param fault strikes after all others
     * @return a longer schedule
     */
    public Schedule then(Fault fault) {
        List<Fault> longer = new ArrayList<>(faults);
        longer.add(fault);
        return new Schedule(longer);
    }

    /**
     * Returns how many of the faults are power cuts.
     *
     * @return at most the number of faults
     */
    public int cuts() {
        return (int) faults.stream().filter(Cut.class::isInstance).count();
    }

    /**
     * Reads its text back.
     *
     * @param text such as {@code cut(412,before)>cut(18,after)}, or {@code none}
     * @return the schedule
     * @throws IllegalArgumentException if it isn't one; says which part and what is expected
     */
    public static Schedule parse(String text) {
        if (text.trim().equals("none")) {
            return NONE;
        }
        String[] parts = text.split(">", -1);
        if (parts.length > MAX_FAULTS) {
            throw new IllegalArgumentException(parts.length + " faults, at most " + MAX_FAULTS);
        }
        List<Fault> faults = new ArrayList<>();
        for (String part : parts) {
            faults.add(fault(part.trim()));
        }
        return new Schedule(faults);
    }

    private static Fault fault(String text) {
        Matcher matcher = FAULT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' must look like cut(18,after)");
        }
        try {
            return fault(matcher.group(1), List.of(matcher.group(2).split(",", -1)));
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' lacks something; faults look like cut(18,after), fail(3,io) or event(7,outage)", e);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' has no number where one must be", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' isn't a fault: " + e.getMessage(), e);
        }
    }

    private static Fault fault(String kind, List<String> words) {
        return switch (kind) {
            case "cut" ->
                new Cut(
                        number(words.get(0)),
                        Tear.parse(words.get(1)),
                        words.size() > 2 ? Survival.parse(words.get(2)) : Survival.NONE);
            case "fail" ->
                new Fails(number(words.get(0)), error(words.get(1)), words.contains("applied"), times(words));
            case "throw" ->
                new Throws(number(words.get(0)), isMemory(words.get(1)), words.contains("applied"), times(words));
            case "silent" -> new Silent(number(words.get(0)));
            case "misdirected" -> new Misdirected(number(words.get(0)), number(words.get(1)));
            case "event" -> new Event(number(words.get(0)), words.get(1));
            case "read" -> new ReadFails(number(words.get(0)), error(words.get(1)), times(words));
            case "astray" -> new ReadAstray(number(words.get(0)), number(words.get(1)));
            case "off" ->
                new Off(
                        words.get(0),
                        words.size() > 1 ? words.get(1) : "",
                        words.size() > 2 ? number(words.get(2)) : 0);
            default ->
                throw new IllegalArgumentException(
                        "the kinds are cut, fail, throw, silent, misdirected, event, read, astray and off");
        };
    }

    private static boolean isMemory(String word) {
        return switch (word) {
            case "out-of-memory" -> true;
            case "stack-overflow" -> false;
            default -> throw new IllegalArgumentException("thrown are out-of-memory and stack-overflow, not " + word);
        };
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }

    private static HalException.Kind error(String word) {
        return HalException.Kind.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static int times(List<String> words) {
        String last = words.get(words.size() - 1);
        if (last.equals("forever")) {
            return Fails.FOREVER;
        }
        return last.startsWith("x") ? Integer.parseInt(last.substring(1)) : 1;
    }

    @Override
    public String toString() {
        return faults.isEmpty() ? "none" : faults.stream().map(Fault::toString).collect(Collectors.joining(">"));
    }
}
