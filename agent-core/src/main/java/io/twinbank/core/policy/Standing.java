// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.suit.Digest;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * What a policy has to remember over restarts: how much time was counted, which update is waited for and since when, what was
 * answered when consent was asked for, the bytes of the month, and how busy the hours of the week are. Unchangeable: each
 * change makes another one, which counts once it is stored. A power cut that takes one back is harmless but for {@link #reserve},
 * which has to be stored before the first of the bytes is fetched; time that wasn't stored only makes waits longer.
 */
public final class Standing {
    /** How large an encoded standing is at most, in bytes. */
    public static final int MAX_BYTES = 512;

    private static final int FORMAT = 1;
    private static final int MAX_DEPTH = 4;
    private static final long MAX_MONTH = 12 * 10_000L - 1;
    private static final int MAX_DEFERRALS = 1_000_000;
    private static final Standing NONE =
            new Standing(Counted.NOTHING, Optional.empty(), Spent.NOTHING, LoadByHour.NOTHING);

    private final Counted counted;
    private final Optional<Waiting> waiting;
    private final Spent spent;
    private final LoadByHour load;

    Standing(Counted counted, Optional<Waiting> waiting, Spent spent, LoadByHour load) {
        this.counted = counted;
        this.waiting = waiting;
        this.spent = spent;
        this.load = load;
    }

    /**
     * Returns that of a device that was never asked.
     *
     * @return a standing of nothing
     */
    public static Standing none() {
        return NONE;
    }

    /** Counts the time until now, and turns the month. */
    Standing at(Situation now, ZoneId zone) {
        Counted later = counted.at(now);
        Optional<YearMonth> month = now.wallClock().map(time -> YearMonth.from(time.atZone(zone)));
        long meanwhile = later.seconds() - counted.seconds();
        long off = counted.timeOff(now);
        long trusted = counted.lastTrusted();
        return new Standing(
                later,
                waiting.map(wait -> wait.after(meanwhile, off, trusted)),
                spent.off(off, trusted).at(later.seconds(), month),
                load);
    }

    Standing withWaiting(Waiting next) {
        return new Standing(counted, Optional.of(next), spent, load);
    }

    Counted counted() {
        return counted;
    }

    Optional<Waiting> waiting() {
        return waiting;
    }

    Spent spent() {
        return spent;
    }

    LoadByHour loadByHour() {
        return load;
    }

    /**
     * Ends the wait, as the update was installed, failed or was cancelled. The next one waits anew.
     *
     * @return the standing then
     */
    public Standing settled() {
        return new Standing(counted, Optional.empty(), spent, load);
    }

    /**
     * Notes that somebody at the site agreed to the update that is waited for. Does nothing if none is.
     *
     * @return the standing then
     */
    public Standing consent() {
        return new Standing(counted, waiting.map(Waiting::consent), spent, load);
    }

    /**
     * Reserves bytes of the month before they are fetched. What was reserved before and not told to be {@link #fetched} counts
     * as used. Whether there are so many {@link SitePolicy#allowance} tells; an emergency may go beyond.
     *
     * @param bytes how many, at least 0
     * @return the standing then; to be stored before the first byte is fetched
     */
    public Standing reserve(long bytes) {
        return new Standing(counted, waiting, spent.reserve(bytes), load);
    }

    /**
     * Gives back what was reserved and not used. The standing has to be brought up to date before, as the month may have turned
     * while the bytes were fetched.
     *
     * @param bytes how many of the reserved ones were used, at least 0
     * @return the standing then
     */
    public Standing fetched(long bytes) {
        return new Standing(counted, waiting, spent.fetched(bytes), load);
    }

    /**
     * Counts bytes that came without having been reserved, such as those of an envelope that was offered by a pointer.
     *
     * @param bytes how many, at least 0
     * @return the standing then
     */
    public Standing came(long bytes) {
        return new Standing(counted, waiting, spent.came(bytes), load);
    }

    /**
     * Learns how busy an hour was.
     *
     * @param hourOfWeek as {@link SitePolicy#hourOfWeek} tells it, 0 to 167
     * @param load the average in it, 0 (idle) to 1
     * @return the standing then
     */
    public Standing observe(int hourOfWeek, double load) {
        return new Standing(
                counted, waiting, spent, this.load.observe(Objects.checkIndex(hourOfWeek, LoadByHour.HOURS), load));
    }

    /**
     * Returns the update that is waited for.
     *
     * @return its manifest's digest, if there is one
     */
    public Optional<Digest> waitingFor() {
        return waiting.map(Waiting::manifest);
    }

    /**
     * Returns how long it has been waited for, those before it that it took the place of included.
     *
     * @return the time that was counted; 0 if none is waited for
     */
    public Duration waited() {
        return Duration.ofSeconds(
                waiting.map(wait -> counted.seconds() - wait.since()).orElse(0L));
    }

    /**
     * Tells whether somebody agreed to the update that is waited for.
     *
     * @return whether so
     */
    public boolean consented() {
        return waiting.map(Waiting::consented).orElse(false);
    }

    /**
     * Returns how often the update that is waited for was postponed.
     *
     * @return how often
     */
    public int deferrals() {
        return waiting.map(Waiting::deferrals).orElse(0);
    }

    /**
     * Returns the bytes of this month.
     *
     * @return how many were fetched or are reserved
     */
    public long bytesThisMonth() {
        return spent.used();
    }

    /**
     * Returns how busy an hour of the week is.
     *
     * @param hourOfWeek 0 to 167
     * @return the load in per cent; 100 for an hour that was never observed
     */
    public int loadPercent(int hourOfWeek) {
        return load.percent(hourOfWeek);
    }

    /**
     * Encodes it.
     *
     * @return deterministic CBOR, at most {@value #MAX_BYTES} bytes
     */
    public byte[] encode() {
        return new CborWriter()
                .array(a -> {
                    a.integer(FORMAT);
                    a.array(this::encodeCounted);
                    waiting.ifPresentOrElse(wait -> a.array(w -> encode(wait, w)), a::nil);
                    a.array(this::encodeSpent);
                    a.integer(load.observed()).bytes(load.bytes());
                })
                .toByteArray();
    }

    private void encodeCounted(CborWriter w) {
        w.integer(counted.seconds()).integer(counted.sinceBoot()).bool(counted.rebooted());
        counted.anchor()
                .ifPresentOrElse(anchor -> w.array(a -> a.integer(anchor.wall()).integer(anchor.seconds())), w::nil);
    }

    private static void encode(Waiting wait, CborWriter w) {
        wait.manifest().encode(w);
        w.integer(wait.since())
                .bool(wait.consented())
                .integer(wait.deferrals())
                .integer(wait.deferredAt())
                .integer(wait.deferredFor())
                .bool(wait.paused());
    }

    private void encodeSpent(CborWriter w) {
        spent.month().ifPresentOrElse(month -> w.integer(month.getYear() * 12L + month.getMonthValue() - 1), w::nil);
        w.integer(spent.since()).integer(spent.used()).integer(spent.reserved());
    }

    /**
     * Decodes one.
     *
     * @param bytes what {@link #encode} made
     * @return the standing
     * @throws RejectedException {@link RejectReason#MALFORMED}; {@link RejectReason#LIMIT_EXCEEDED}; {@link
     *     RejectReason#UNSUPPORTED} for another format; {@link RejectReason#UNSUPPORTED_ALGORITHM} for a digest that isn't known.
     *     A device then goes on with {@link #none}: it waits anew, with a month's bytes
     */
    public static Standing decode(byte[] bytes) throws RejectedException {
        if (bytes.length > MAX_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "size of the policy's standing in bytes",
                    bytes.length,
                    "at most " + MAX_BYTES);
        }
        try {
            return new Decoder(bytes).decode();
        } catch (IllegalArgumentException e) {
            throw new RejectedException(RejectReason.MALFORMED, "the policy's standing: " + e.getMessage());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Standing that
                && counted.equals(that.counted)
                && waiting.equals(that.waiting)
                && spent.equals(that.spent)
                && load.equals(that.load);
    }

    @Override
    public int hashCode() {
        return Objects.hash(counted, waiting, spent, load);
    }

    /** Says what was counted, waited for and used, but not the load. */
    @Override
    public String toString() {
        return counted + ", " + waiting + ", " + spent;
    }

    /** Reads the parts one after the other. */
    private static final class Decoder {
        private final CborReader reader;

        Decoder(byte[] bytes) {
            reader = new CborReader(bytes, MAX_DEPTH);
        }

        Standing decode() throws RejectedException {
            array("the standing", 6);
            int at = reader.position();
            long format = reader.readUnsigned();
            if (format != FORMAT) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "format of the standing at byte " + at,
                        Long.toUnsignedString(format),
                        FORMAT);
            }
            Counted counted = counted();
            Optional<Waiting> waiting = isNull() ? Optional.empty() : Optional.of(waiting());
            Spent spent = spent();
            int observed = Math.toIntExact(reader.readUnsigned(LoadByHour.HOURS));
            LoadByHour load =
                    new LoadByHour(observed, reader.readBytes(LoadByHour.HOURS).toByteArray());
            reader.end();
            if (waiting.isPresent() && waiting.get().since() > counted.seconds()) {
                throw new IllegalArgumentException("waited for since "
                        + waiting.get().since() + " s, of " + counted.seconds() + " s that were counted");
            }
            if (spent.since() > counted.seconds()) {
                throw new IllegalArgumentException(
                        "month since " + spent.since() + " s, of " + counted.seconds() + " s that were counted");
            }
            return new Standing(counted, waiting, spent, load);
        }

        private Counted counted() throws RejectedException {
            array("time", 4);
            long seconds = seconds();
            long sinceBoot = seconds();
            boolean rebooted = reader.readBoolean();
            if (isNull()) {
                return new Counted(seconds, sinceBoot, rebooted, Optional.empty());
            }
            array("anchor", 2);
            Counted.Anchor anchor = new Counted.Anchor(reader.readUnsigned(Counted.MAX_TIME), seconds());
            return new Counted(seconds, sinceBoot, rebooted, Optional.of(anchor));
        }

        private Waiting waiting() throws RejectedException {
            array("wait", 7);
            return new Waiting(
                    Digest.decode(reader),
                    seconds(),
                    reader.readBoolean(),
                    Math.toIntExact(reader.readUnsigned(MAX_DEFERRALS)),
                    seconds(),
                    seconds(),
                    reader.readBoolean());
        }

        private Spent spent() throws RejectedException {
            array("month", 4);
            Optional<YearMonth> month = Optional.empty();
            if (!isNull()) {
                long number = reader.readUnsigned(MAX_MONTH);
                month = Optional.of(YearMonth.of((int) (number / 12), (int) (number % 12) + 1));
            }
            return new Spent(
                    month, seconds(), reader.readUnsigned(Long.MAX_VALUE), reader.readUnsigned(Long.MAX_VALUE));
        }

        private boolean isNull() throws RejectedException {
            if (reader.peek() != CborReader.Type.NULL) {
                return false;
            }
            reader.readNull();
            return true;
        }

        private long seconds() throws RejectedException {
            return reader.readUnsigned(Counted.MAX_SECONDS);
        }

        private void array(String what, int expected) throws RejectedException {
            int at = reader.position();
            int items = reader.readArray();
            if (items != expected) {
                throw new RejectedException(
                        RejectReason.MALFORMED, what + " at byte " + at, items + " items", expected + " items");
            }
        }
    }
}
