// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A version as update-management has it: numbers, the most significant first. A release candidate is -1, a beta -2, an
 * alpha -3, so that {@code 1.2-rc.3} is 1, 2, -1, 3.
 *
 * @param elements at least one, the first not negative
 */
public record SuitVersion(List<Long> elements) {
    private static final List<String> STAGES = List.of("rc", "beta", "alpha");
    private static final Pattern TEXT = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18}|-(rc|beta|alpha)){0,7}");

    /** Copies and checks the list. */
    public SuitVersion {
        elements = List.copyOf(elements);
        if (elements.isEmpty() || elements.get(0) < 0) {
            throw new IllegalArgumentException("elements must begin with a number that isn't negative: " + elements);
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @param text such as {@code 1.4.2} or {@code 1.2-rc.3}, of at most 8 parts of at most 18 digits
     * @return the version
     * @throws IllegalArgumentException if it is no such text
     */
    public static SuitVersion parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("text must be a version such as 1.4.2 or 1.2-rc.3: " + text);
        }
        List<Long> elements = new ArrayList<>();
        for (String part : text.split("[.-]", -1)) {
            int stage = STAGES.indexOf(part);
            elements.add(stage < 0 ? Long.parseLong(part) : -1 - stage);
        }
        return new SuitVersion(elements);
    }

    static SuitVersion decode(CborReader reader, Limits limits) throws RejectedException {
        int at = reader.position();
        int count = reader.readArray();
        if (count > limits.versionElements()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "elements of the version at byte " + at,
                    count,
                    "at most " + limits.versionElements());
        }
        List<Long> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(reader.readInteger());
        }
        boolean staged = elements.stream().allMatch(element -> element >= -STAGES.size());
        if (elements.isEmpty() || elements.get(0) < 0 || !staged) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "version at byte " + at,
                    elements,
                    "numbers from -3 up, the first not negative");
        }
        return new SuitVersion(elements);
    }

    void encode(CborWriter writer) {
        writer.array(a -> elements.forEach(a::integer));
    }

    /**
     * Compares with another as far as that goes: 1.2.7 is the same as 1.2, because that doesn't say more.
     *
     * @param other whose elements are compared; what is missing here is 0
     * @return negative, 0 or positive
     */
    public int compareAsFarAs(SuitVersion other) {
        for (int i = 0; i < other.elements.size(); i++) {
            int order = Long.compare(i < elements.size() ? elements.get(i) : 0, other.elements.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Returns such as {@code 1.2-rc.3}. */
    @Override
    public String toString() {
        return elements.stream()
                .map(element -> element >= 0 ? "." + element : "-" + STAGES.get((int) (-1 - element)))
                .collect(Collectors.joining())
                .substring(1);
    }
}
