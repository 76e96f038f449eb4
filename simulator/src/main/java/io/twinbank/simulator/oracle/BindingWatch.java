// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.StateHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a boot finds another Security record than the one that the hardware has bound, nothing else is bound before the outcome
 * that tells of it is stored (S18). Reads the record by itself: a header of the length in its bytes 2 and 3, at whose end is the
 * digest that was bound before.
 */
final class BindingWatch {
    private static final int HEADER_AT = 4;
    private static final byte[] FOLLOWS = HexFormat.of().parseHex("0001fff020");

    private final SimulatedBoard board;
    private final List<Violation> violations;
    private Optional<String> missed = Optional.empty();

    BindingWatch(SimulatedBoard board, List<Violation> violations) {
        this.board = board;
        this.violations = violations;
    }

    void begin() {
        missed = Optional.empty();
    }

    /** Told of the end of a boot. */
    void booted() {
        missed = board.bound()
                .filter(bound -> !isOf(record(StateKey.SECURITY), bound))
                .map(bound -> "unbound-" + HexFormat.of().formatHex(bound, 0, 8));
    }

    /** Told of each operation before it is done. */
    void operation(Operation operation) {
        if (missed.isPresent() && operation.part() == Operation.Part.ROOT_OF_TRUST) {
            String outcomes = new String(record(StateKey.OUTCOMES), StandardCharsets.ISO_8859_1);
            if (!outcomes.contains(missed.get())) {
                violations.add(new Violation(
                        "S18", "another Security record is bound, and no outcome " + missed.get() + " tells it"));
            }
            missed = Optional.empty();
        }
    }

    void addTo(StateHash hash) {
        hash.add(missed.isPresent() ? 1 : 0);
    }

    private static boolean isOf(byte[] record, byte[] bound) {
        if (record.length < HEADER_AT) {
            return false;
        }
        int end = HEADER_AT + (((record[2] & 0xff) << Byte.SIZE) | (record[3] & 0xff));
        if (end > record.length) {
            return false;
        }
        byte[] header = Arrays.copyOfRange(record, HEADER_AT, end);
        byte[] next = Arrays.copyOf(FOLLOWS, FOLLOWS.length + bound.length);
        System.arraycopy(bound, 0, next, FOLLOWS.length, bound.length);
        return Arrays.equals(Digest.sha256Of(header).bytes(), bound)
                || (header.length >= next.length
                        && Arrays.equals(header, header.length - next.length, header.length, next, 0, next.length));
    }

    /** A record that an observer can't read either holds nothing. */
    private byte[] record(StateKey key) {
        try {
            return board.storage().records().peek(key) instanceof StateStore.Found found ? found.record() : new byte[0];
        } catch (HalException e) {
            return new byte[0];
        }
    }
}
