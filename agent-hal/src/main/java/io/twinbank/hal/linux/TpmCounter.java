// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.linux.TpmIndexes.Index;
import java.util.Map;
import java.util.Optional;

/**
 * A counter in a TPM 2.0, through tpm2-tools. Two NV indexes make one: a counter, and behind it a base that is written once and locked. A
 * fresh counter starts above the highest value that any counter of this TPM ever held; so the value is how far it is above its base.
 * A counter that was deleted and made anew therefore never is lower.
 *
 * <p>The first use makes them, step by step. A power cut between two leaves, and the next use goes on from:
 *
 * <pre>
 *  step                 the base           the counter
 *  define the base      defined            -
 *  define the counter   defined            defined
 *  increment it         defined            written
 *  write the base       written            written
 *  lock the base        written, locked    written
 * </pre>
 *
 * <p>Whatever else is found isn't what a power cut leaves, such as a counter without its base. Calls then throw: nothing is made anew over
 * it. But who has the owner's authorization can delete both, and what is then made counts from 0. So a product sets that
 * authorization after the first use; a TPM that was cleared is the factory's business.
 *
 * <p>The TPM counts one by one, each a write to its flash and a process: a value beyond the limit is refused. Not thread-safe, and no other
 * program may count these indexes.
 */
public final class TpmCounter implements MonotonicCounter {
    /** The highest value, unless another is given. */
    public static final long DEFAULT_LIMIT = 10_000;

    private static final int INDEXES_EACH = 2;

    private final TpmIndexes indexes;
    private final CounterId id;
    private final int counter;
    private final int base;
    private final long limit;
    private final boolean makes;
    private Optional<Long> baseValue = Optional.empty();

    /**
     * Makes a counter that ends at {@link #DEFAULT_LIMIT}. Nothing is read or made before its first use.
     *
     * @param index the first NV index of those of all counters, such as {@code 0x01500010}: the security version has this and the next,
     *     the trust version the two behind them
     * @param id which counter
     * @param tcti how tpm2-tools reach the TPM, such as {@code device:/dev/tpmrm0}; empty for their own way
     */
    public TpmCounter(int index, CounterId id, String tcti) {
        this(index, id, tcti, DEFAULT_LIMIT);
    }

    /**
     * Makes a counter. Nothing is read or made before its first use.
     *
     * @param index the first NV index of those of all counters
     * @param id which counter
     * @param tcti how tpm2-tools reach the TPM; empty for their own way
     * @param limit the highest value
     */
    public TpmCounter(int index, CounterId id, String tcti, long limit) {
        this(index, id, new TpmIndexes(Program::run, tcti), limit, true);
    }

    /**
     * Makes a counter to look at: before its first use it is 0, and nothing is made of it. It can't be advanced.
     *
     * @param index as in {@link #TpmCounter(int, CounterId, String)}
     * @param id which counter
     * @param tcti how tpm2-tools reach the TPM; empty for their own way
     * @return the counter
     */
    public static TpmCounter look(int index, CounterId id, String tcti) {
        return new TpmCounter(index, id, new TpmIndexes(Program::run, tcti), DEFAULT_LIMIT, false);
    }

    TpmCounter(int index, CounterId id, TpmIndexes indexes, long limit) {
        this(index, id, indexes, limit, true);
    }

    private TpmCounter(int index, CounterId id, TpmIndexes indexes, long limit, boolean makes) {
        if (index >>> 24 != 1 || limit < 0) {
            throw new IllegalArgumentException("index " + TpmIndexes.name(index)
                    + " must be from 0x01000000 to 0x01ffffff, limit " + limit + " at least 0");
        }
        this.indexes = indexes;
        this.id = id;
        this.counter = index + INDEXES_EACH * place(id);
        this.base = counter + 1;
        this.limit = limit;
        this.makes = makes;
    }

    private static int place(CounterId id) {
        return switch (id) {
            case SECURITY_VERSION -> 0;
            case TRUST_VERSION -> 1;
        };
    }

    @Override
    public long read() throws HalException {
        if (baseValue.isEmpty()) {
            if (!makes && !isComplete()) {
                return 0;
            }
            baseValue = Optional.of(provision());
        }
        long value = indexes.read(counter) - baseValue.get();
        if (value < 0) {
            throw wrong("the counter below its base, by " + -value, "one at least as high");
        }
        return value;
    }

    @Override
    public long remaining() throws HalException {
        return Math.max(0, limit - read());
    }

    /**
     * {@inheritDoc} A time-out of a step is read back, since the TPM may have done it: what is thrown is {@code TIMEOUT} if it did not, and
     * {@code OUTCOME_UNKNOWN} if that can't be read either.
     */
    @Override
    public void advanceTo(long value) throws HalException {
        if (!makes) {
            throw new HalException(HalException.Kind.LOCKED, "TPM counter " + id + " was opened to look at it");
        }
        if (value > limit) {
            throw new HalException(
                    HalException.Kind.NO_SPACE, "TPM counter " + id + " ends at " + limit + ", not " + value);
        }
        for (long present = read(); present < value; present++) {
            step(present);
        }
    }

    private void step(long present) throws HalException {
        Optional<HalException> trouble = Optional.empty();
        try {
            indexes.increment(counter);
        } catch (HalException e) {
            trouble = Optional.of(e);
        }
        long reached = reached(trouble);
        if (reached == present && trouble.isPresent()) {
            throw trouble.get();
        }
        if (reached != present + 1) {
            throw wrong("TPM counter " + id + " at " + reached + " after a step from " + present, "the next number");
        }
    }

    private long reached(Optional<HalException> trouble) throws HalException {
        try {
            return read();
        } catch (HalException e) {
            HalException unknown = new HalException(
                    HalException.Kind.OUTCOME_UNKNOWN, "TPM counter " + id + " may have counted: " + e.getMessage(), e);
            trouble.ifPresent(unknown::addSuppressed);
            throw unknown;
        }
    }

    /** Tells whether there is nothing left to make. */
    private boolean isComplete() throws HalException {
        Map<Integer, Index> all = indexes.all();
        return Optional.ofNullable(all.get(counter)).map(Index::isWritten).orElse(false)
                && Optional.ofNullable(all.get(base)).map(Index::isLocked).orElse(false);
    }

    /** Makes what is missing, in the order of the table above; returns the base. */
    private long provision() throws HalException {
        Map<Integer, Index> all = indexes.all();
        Optional<Index> oldBase = Optional.ofNullable(all.get(base));
        Optional<Index> oldCounter = Optional.ofNullable(all.get(counter));
        requireOurs(oldBase, oldCounter);
        if (oldBase.isEmpty()) {
            indexes.defineWriteOnce(base);
        }
        if (oldCounter.isEmpty()) {
            indexes.defineCounter(counter);
        }
        if (!oldCounter.map(Index::isWritten).orElse(false)) {
            indexes.increment(counter);
        }
        if (!oldBase.map(Index::isWritten).orElse(false)) {
            indexes.write(base, indexes.read(counter));
        }
        if (!oldBase.map(Index::isLocked).orElse(false)) {
            indexes.lock(base);
        }
        return indexes.read(base);
    }

    private void requireOurs(Optional<Index> oldBase, Optional<Index> oldCounter) throws HalException {
        if (oldBase.isPresent() && !oldBase.get().isWriteOnce()) {
            throw wrong(
                    "NV index " + TpmIndexes.name(base) + " with "
                            + oldBase.get().friendly(),
                    "one of 8 bytes with writedefine; give the counter another index");
        }
        if (oldCounter.isPresent() && !oldCounter.get().isCounter()) {
            throw wrong(
                    "NV index " + TpmIndexes.name(counter) + " with "
                            + oldCounter.get().friendly(),
                    "a counter; give it another index");
        }
        boolean counted = oldCounter.map(Index::isWritten).orElse(false);
        if (oldBase.isEmpty() && oldCounter.isPresent()) {
            throw wrong(
                    "the counter " + TpmIndexes.name(counter) + " without its base " + TpmIndexes.name(base),
                    "both or none; somebody deleted it");
        }
        if (oldBase.map(Index::isWritten).orElse(false) && !counted) {
            throw wrong(
                    "the base " + TpmIndexes.name(base) + " without its counter " + TpmIndexes.name(counter),
                    "both or none; somebody deleted it");
        }
    }

    private HalException wrong(String found, String expected) {
        return new HalException(
                HalException.Kind.IO, "TPM counter " + id + ": found " + found + ", expected " + expected);
    }
}
