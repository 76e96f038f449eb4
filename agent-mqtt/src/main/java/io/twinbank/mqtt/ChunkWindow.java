// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a payload that are asked for and not read yet: as many buffers as there may be, allocated once. Chunks beyond, or not asked for,
 * or of another length than they must have, aren't taken. Not thread-safe.
 */
final class ChunkWindow {
    private static final class Slot {
        private final byte[] bytes;
        private long index = -1;
        private boolean asked;
        private int length;

        Slot(int bytes) {
            this.bytes = new byte[bytes];
        }

        void empty(long forIndex) {
            index = forIndex;
            asked = false;
            length = 0;
        }

        boolean isMissing() {
            return length == 0;
        }
    }

    /**
     * A chunk as it came.
     *
     * @param index which, from 0
     * @param sizeBytes what the server says of the whole payload's size
     * @param version what it says of its version
     */
    record Chunk(long index, long sizeBytes, Optional<String> version, ByteBuffer bytes) {}

    /** Consecutive chunks. */
    record Range(long first, int count) {}

    private static final int CORRELATION_BYTES = 2 * Integer.BYTES;

    private final int chunkBytes;
    private final Duration patience;
    private final Slot[] slots;
    private LossDetection losses;
    private String name = "";
    private OptionalInt stream = OptionalInt.empty();
    private int requests;
    private Optional<String> awaited = Optional.empty();
    private Optional<String> version = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private long declaredBytes;
    private long wantedEnd = Long.MAX_VALUE;
    private long base;
    private long touched;
    private long neverAsked;
    private long again;
    private long came;
    private long doubled;
    private long unasked;
    private long strangers;
    private long wrong;
    private @Nullable String lastWrong;

    ChunkWindow(int chunkBytes, int chunks, Duration patience) {
        this.chunkBytes = chunkBytes;
        this.patience = patience;
        losses = new LossDetection(patience, chunks);
        slots = new Slot[chunks];
        for (int i = 0; i < chunks; i++) {
            slots[i] = new Slot(chunkBytes);
        }
    }

    /** Opens a payload at an offset. What came of it and wasn't touched by a reader stays; what was touched may be wrong. */
    void begin(String newName, Request request, LongSupplier random) {
        boolean same = newName.equals(name)
                && request.sizeBytes() == declaredBytes
                && (sizeBytes.isEmpty()
                        || request.validator().isEmpty()
                        || request.validator().equals(version));
        if (!same || stream.isEmpty()) {
            forget();
            name = newName;
            declaredBytes = request.sizeBytes();
            stream = OptionalInt.of((int) random.getAsLong());
        }
        losses = new LossDetection(patience, slots.length);
        awaited = request.validator();
        wantedEnd = request.end();
        base = request.offset() / chunkBytes;
        for (long index = base; index < base + slots.length; index++) {
            Slot slot = slot(index);
            if (slot.index != index || slot.isMissing() || index <= touched) {
                slot.empty(index);
            }
        }
        touched = -1;
        neverAsked = base;
        again = 0;
        came = 0;
        doubled = 0;
        unasked = 0;
        strangers = 0;
        wrong = 0;
        lastWrong = null;
    }

    /** Nothing of it is kept: the next one begins anew. */
    void forget() {
        name = "";
        stream = OptionalInt.empty();
        version = Optional.empty();
        sizeBytes = OptionalLong.empty();
        touched = -1;
        for (Slot slot : slots) {
            slot.empty(-1);
        }
    }

    String name() {
        return name;
    }

    /** Returns what tells the answers to the latest request: the stream's random number, and the request's. */
    byte[] correlation() {
        return ByteBuffer.allocate(CORRELATION_BYTES)
                .putInt(stream.orElseThrow())
                .putInt(requests)
                .array();
    }

    Optional<String> version() {
        return version;
    }

    OptionalLong sizeBytes() {
        return sizeBytes;
    }

    /** Returns which request of this stream is answered; empty if it is another's. */
    OptionalInt answered(Optional<byte[]> correlation) {
        if (stream.isEmpty() || correlation.isEmpty() || correlation.get().length != CORRELATION_BYTES) {
            return OptionalInt.empty();
        }
        ByteBuffer numbers = ByteBuffer.wrap(correlation.get());
        return numbers.getInt() == stream.getAsInt() ? OptionalInt.of(numbers.getInt()) : OptionalInt.empty();
    }

    void stranger() {
        strangers++;
    }

    void wrong(String what) {
        wrong++;
        lastWrong = what;
    }

    /**
     * Takes a chunk; tells whether it was one that is awaited.
     *
     * @throws PayloadException if the payload isn't the one that was begun
     */
    boolean take(Chunk chunk, int request, long now) throws PayloadException {
        requireSame(chunk);
        Slot slot = slot(chunk.index());
        int found = chunk.bytes().remaining();
        if (chunk.index() < base) {
            losses.cameAgain(chunk.index(), request, now);
            doubled++;
            return false;
        }
        if (slot.index != chunk.index() || chunk.index() >= neverAsked) {
            unasked++;
            return false;
        }
        long expected = Math.min(chunkBytes, chunk.sizeBytes() - chunk.index() * chunkBytes);
        if (found != expected || found == 0) {
            wrong("chunk " + chunk.index() + " of " + found + " bytes, expected " + expected);
            return false;
        }
        if (!slot.isMissing()) {
            losses.cameAgain(chunk.index(), request, now);
            doubled++;
            return false;
        }
        sizeBytes = OptionalLong.of(chunk.sizeBytes());
        version = chunk.version();
        chunk.bytes().get(slot.bytes, 0, found);
        slot.length = found;
        slot.asked = true;
        losses.came(chunk.index(), request, now);
        came++;
        return true;
    }

    private void requireSame(Chunk chunk) throws PayloadException {
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() != chunk.sizeBytes()) {
            throw new PayloadException(
                    PayloadException.Kind.CHANGED,
                    name + " has " + chunk.sizeBytes() + " bytes, and had " + sizeBytes.getAsLong());
        }
        Optional<String> before = sizeBytes.isPresent() ? version : awaited;
        if ((sizeBytes.isPresent() || awaited.isPresent()) && !before.equals(chunk.version())) {
            throw new PayloadException(
                    PayloadException.Kind.CHANGED,
                    name + " has version " + Printable.line(chunk.version().orElse("none")) + ", and had "
                            + Printable.line(before.orElse("none")));
        }
    }

    /** Reads from the chunk that holds the offset as much as there is of it; 0 if it didn't come yet. */
    int read(long offset, ByteBuffer dst) {
        Slot slot = slot(base);
        int from = (int) (offset - base * chunkBytes);
        if (slot.isMissing() || from >= slot.length) {
            return 0;
        }
        int count = (int) Math.min(wantedEnd - offset, Math.min(slot.length - from, dst.remaining()));
        dst.put(slot.bytes, from, count);
        touched = base;
        if (from + count == slot.length) {
            slot.empty(base + slots.length);
            base++;
        }
        return count;
    }

    /** Tells whether to ask now: for half of the window, for its first chunk, for what is left of the payload, or for what is lost. */
    boolean isRequestDue(long now) {
        for (long index : losses.lost(now)) {
            slot(index).asked = false;
        }
        int open = 0;
        boolean lost = false;
        for (long index = base; index < end(); index++) {
            boolean asked = slot(index).asked;
            open += asked ? 0 : 1;
            lost |= !asked && index < neverAsked;
        }
        return open > 0 && (lost || open >= slots.length / 2 || !slot(base).asked || end() == chunks());
    }

    /** Returns for how many nanoseconds there is nothing to ask for unless something comes. */
    long untilTimeOut(long now) {
        return losses.untilTimeOut(now);
    }

    /** Returns for how long nothing has come that was awaited. */
    Duration silence() {
        return losses.silence();
    }

    /** Returns what isn't asked for yet; now it is, by a new request. */
    List<Range> nowAsked(long now) {
        requests++;
        List<Range> ranges = new ArrayList<>();
        for (long index = base; index < end(); index++) {
            Slot slot = slot(index);
            if (slot.asked || !slot.isMissing()) {
                continue;
            }
            slot.asked = true;
            losses.asked(index, requests, now);
            again += index < neverAsked ? 1 : 0;
            Range last = ranges.isEmpty() ? new Range(-1, 0) : ranges.get(ranges.size() - 1);
            if (last.first() + last.count() == index && last.count() > 0) {
                ranges.set(ranges.size() - 1, new Range(last.first(), last.count() + 1));
            } else {
                ranges.add(new Range(index, 1));
            }
        }
        neverAsked = Math.max(neverAsked, end());
        return ranges;
    }

    /** Says what came, with numbers. */
    String account() {
        return "chunk " + base + " is awaited: " + came + " came, " + again + " were asked for again, " + doubled
                + " came again, " + unasked + " unasked, " + strangers + " for another request, " + wrong + " wrong"
                + (lastWrong == null ? "" : ", the last one " + lastWrong);
    }

    /** Before which chunk the wanted range ends. */
    private long chunks() {
        long bytes = Math.min(wantedEnd, sizeBytes.orElse(declaredBytes));
        return (bytes + chunkBytes - 1) / chunkBytes;
    }

    private long end() {
        return Math.min(base + slots.length, chunks());
    }

    private Slot slot(long index) {
        return slots[(int) (index % slots.length)];
    }
}
