// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a version is demanded to be.
 *
 * @param order how it must compare
 * @param version with what
 */
public record VersionMatch(Order order, SuitVersion version) {
    /** How versions compare. */
    public enum Order {
        /** Later. */
        GREATER(1, ">"),
        /** Later or the same. */
        GREATER_OR_EQUAL(2, ">="),
        /** The same. */
        EQUAL(3, "="),
        /** Earlier or the same. */
        LESS_OR_EQUAL(4, "<="),
        /** Earlier. */
        LESS(5, "<");

        private final int number;
        private final String sign;

        Order(int number, String sign) {
            this.number = number;
            this.sign = sign;
        }

        private static Optional<Order> find(long number) {
            return Arrays.stream(values())
                    .filter(order -> order.number == number)
                    .findFirst();
        }

        private boolean holds(int compared) {
            return switch (this) {
                case GREATER -> compared > 0;
                case GREATER_OR_EQUAL -> compared >= 0;
                case EQUAL -> compared == 0;
                case LESS_OR_EQUAL -> compared <= 0;
                case LESS -> compared < 0;
            };
        }
    }

    static VersionMatch decode(CborReader reader, Limits limits) throws RejectedException {
        int at = reader.position();
        int items = reader.readArray();
        long number = items == 2 ? reader.readUnsigned() : 0;
        Order order = Order.find(number)
                .orElseThrow(() -> new RejectedException(
                        RejectReason.MALFORMED,
                        "version (28) at byte " + at,
                        items + " items, comparison " + Long.toUnsignedString(number),
                        "2 items, comparison 1 to 5"));
        SuitVersion version = SuitVersion.decode(reader, limits);
        reader.end();
        return new VersionMatch(order, version);
    }

    void encode(CborWriter writer) {
        writer.array(a -> {
            a.integer(order.number);
            version.encode(a);
        });
    }

    /**
     * Compares.
     *
     * @param found the version that there is
     * @return whether it is as demanded
     */
    public boolean holds(SuitVersion found) {
        return order.holds(found.compareAsFarAs(version));
    }

    /** Returns such as {@code >= 1.2}. */
    @Override
    public String toString() {
        return order.sign + " " + version;
    }
}
