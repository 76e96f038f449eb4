// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * One record in two files, {@code NAME.0} and {@code NAME.1}, of which the one with the higher sequence counts.
 *
 * <p>A copy is a header of 48 bytes and the payload; what follows is left over from a longer record and ignored.
 *
 * <pre>
 *  0  magic "TBRC"
 *  4  format version 1, number of the copy, 1 = record or 2 = deleted, 0
 *  8  NAME, 24 bytes, padded with zeros
 * 32  sequence, unsigned 64 bits, wraps
 * 40  payload length
 * 44  CRC-32C of the 44 bytes before and the payload
 * </pre>
 *
 * <p>Why a power cut leaves the old record or the new one: a write goes into the copy that doesn't count, in place, and
 * is forced before it returns. A cut tears that copy alone; its CRC gives it away and the other still counts. No rename
 * is needed, so one flush does, and a record that isn't longer than before needs no new space. The one exception is
 * the birth: copy 1 is forced under another name first and then renamed, holding "deleted", so that a pair whose first
 * write was cut reads as absent, and a pair without a good copy is always a damaged one.
 *
 * <p>A copy that can't be read at all, unlike a torn one, may be the newer and be there the next time. So the other isn't
 * believed at once, lest a record that was stored and acknowledged goes back to the one before.
 */
final class CopyPair {
    static final int HEADER_SIZE = 48;
    private static final int MAGIC = 0x54425243;
    private static final int FORMAT = 1;
    private static final int RECORD = 1;
    private static final int DELETED = 2;
    private static final int NAME_SIZE = 24;
    private static final int CRC_AT = 44;
    /** How many loads in a row fail before a copy that can't be read counts as lost. */
    private static final int PATIENCE = 3;

    private final Disk disk;
    private final Path directory;
    private final String name;
    private final int maxPayload;
    /** The copy whose write failed: the cache may show it whole though the medium hasn't got it. */
    private int distrusted = -1;
    /** Whether the files' names are known to be on the medium; a start before this one may have failed to get them there. */
    private boolean named;
    /** The sequence that counts, once it was read or written: an unreadable copy can't be newer, for nobody else writes. */
    private OptionalLong latest = OptionalLong.empty();
    /** How many loads in a row couldn't read the copy that may be the newer. */
    private int unreadableLoads = 0;

    /** A good copy. */
    private record Copy(int number, long sequence, Optional<byte[]> payload) {}

    /** What the two files hold: the good copies, the one that counts first, and what is wrong with the others. */
    private record Pair(List<Copy> good, boolean exists, String damage) {
        /** Whether the older copy says the same, so that damage to the newer changes nothing. */
        boolean agrees() {
            return good.size() == 2
                    && Arrays.equals(
                            good.get(0).payload.orElse(null),
                            good.get(1).payload.orElse(null));
        }
    }

    CopyPair(Disk disk, Path directory, String name, int maxPayload) {
        if (name.length() > NAME_SIZE) {
            throw new IllegalArgumentException("name " + name + " is longer than " + NAME_SIZE);
        }
        this.disk = disk;
        this.directory = directory;
        this.name = name;
        this.maxPayload = maxPayload;
    }

    /** A copy that isn't good. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    StateStore.Loaded read() throws HalException {
        Pair pair = load();
        if (pair.good.isEmpty()) {
            return pair.exists ? new StateStore.Corrupt(pair.damage) : new StateStore.Absent();
        }
        Optional<byte[]> payload = pair.good.get(0).payload;
        return payload.isPresent() ? new StateStore.Found(payload.get()) : new StateStore.Absent();
    }

    /** Tells whether damage to one copy can't change what is read. */
    boolean isDoubled() throws HalException {
        return load().agrees();
    }

    /** Replaces the record; on failure the old one still counts. */
    void write(byte[] payload) throws HalException {
        replace(Optional.of(payload));
    }

    /** Replaces the record in both copies, so that damage to one doesn't bring back the old one. */
    void writeTwice(byte[] payload) throws HalException {
        write(payload);
        write(payload);
    }

    /** Deletes the record, in both copies for the same reason; idempotent. */
    void delete() throws HalException {
        Pair pair = load();
        boolean deleted = pair.agrees() && pair.good.get(0).payload.isEmpty();
        if (pair.exists && !deleted) {
            replace(Optional.empty());
            replace(Optional.empty());
        }
    }

    private void replace(Optional<byte[]> payload) throws HalException {
        Pair pair = load();
        if (!pair.exists) {
            bear();
            pair = load();
        }
        int number = pair.good.isEmpty() ? 0 : 1 - pair.good.get(0).number;
        long sequence = pair.good.isEmpty() ? 1 : pair.good.get(0).sequence + 1;
        Path file = file(number);
        try {
            put(file, encode(number, sequence, payload));
            if (!named) {
                disk.syncDirectory(directory);
                named = true;
            }
            distrusted = -1;
            latest = OptionalLong.of(sequence);
        } catch (IOException e) {
            distrusted = number;
            throw Disk.fault("write", file, takeBack(file, e));
        }
        if (pair.good.isEmpty()) {
            // Both were bad, perhaps only to this release: neither may come back.
            replace(payload);
        }
    }

    /**
     * Another process, or the next start, must not believe what the medium may not have; nor may it come back from the
     * medium once the caller was told that the old record counts.
     */
    private IOException takeBack(Path file, IOException cause) {
        try (FileChannel channel = disk.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            channel.force(false);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    private void bear() throws HalException {
        Path unborn = directory.resolve(name + ".new");
        try {
            put(unborn, encode(1, 0, Optional.empty()));
            Files.move(unborn, file(1), StandardCopyOption.ATOMIC_MOVE);
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw Disk.fault("create", file(1), e);
        }
    }

    private void put(Path file, ByteBuffer copy) throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Disk.write(channel, copy, 0);
            channel.force(false);
        }
    }

    private Pair load() throws HalException {
        List<Copy> good = new ArrayList<>();
        List<String> damage = new ArrayList<>();
        IOException unreadable = null;
        boolean exists = false;
        for (int number = 0; number <= 1; number++) {
            Path file = file(number);
            try {
                Copy copy = decode(number, file);
                boolean newer = !good.isEmpty() && copy.sequence - good.get(0).sequence > 0;
                good.add(newer ? 0 : good.size(), copy);
                exists = true;
            } catch (NoSuchFileException e) {
                damage.add(file.getFileName() + ": missing");
            } catch (DamagedException e) {
                damage.add(file.getFileName() + ": " + e.getMessage());
                exists = true;
            } catch (IOException e) {
                unreadable = e;
            }
        }
        if (unreadable != null && (good.isEmpty() || mayBeOutdated(good.get(0)))) {
            throw Disk.fault("read", directory.resolve(name), unreadable);
        }
        if (!good.isEmpty()) {
            latest = OptionalLong.of(good.get(0).sequence);
            unreadableLoads = 0;
        }
        return new Pair(good, exists, String.join("; ", damage));
    }

    /** Whether the other copy, which can't be read, may be newer and is still waited for. */
    private boolean mayBeOutdated(Copy copy) {
        return !latest.equals(OptionalLong.of(copy.sequence)) && ++unreadableLoads <= PATIENCE;
    }

    private ByteBuffer encode(int number, long sequence, Optional<byte[]> payload) {
        byte[] body = payload.orElseGet(() -> new byte[0]);
        ByteBuffer copy = ByteBuffer.allocate(HEADER_SIZE + body.length);
        copy.putInt(MAGIC).put((byte) FORMAT).put((byte) number);
        copy.put((byte) (payload.isPresent() ? RECORD : DELETED)).put((byte) 0);
        copy.put(paddedName()).putLong(sequence).putInt(body.length);
        copy.position(HEADER_SIZE).put(body);
        copy.putInt(CRC_AT, crc(copy.array(), body.length));
        return copy.flip();
    }

    private Copy decode(int number, Path file) throws IOException {
        if (number == distrusted) {
            throw new DamagedException("its last write failed");
        }
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            int size = (int) Math.min(channel.size(), HEADER_SIZE + (long) maxPayload);
            ByteBuffer copy = ByteBuffer.allocate(size);
            Disk.read(channel, copy, 0);
            copy.flip();
            check(copy.remaining() >= HEADER_SIZE, copy.remaining() + " bytes, torn in its header");
            check(copy.getInt() == MAGIC, "magic is wrong");
            int format = copy.get();
            check(format == FORMAT, "format " + format + ", expected " + FORMAT);
            int foundNumber = copy.get();
            int type = copy.get();
            copy.get();
            byte[] foundName = new byte[NAME_SIZE];
            copy.get(foundName);
            long sequence = copy.getLong();
            int length = copy.getInt();
            check(
                    length >= 0 && length <= size - HEADER_SIZE,
                    "payload of " + length + " bytes, file has " + (size - HEADER_SIZE));
            check(copy.getInt() == crc(copy.array(), length), "CRC is wrong");
            check(
                    foundNumber == number && Arrays.equals(foundName, paddedName()),
                    "it is copy " + foundNumber + " of " + new String(foundName, StandardCharsets.US_ASCII).trim());
            check(type == RECORD || type == DELETED, "type " + type + " is unknown");
            byte[] payload = Arrays.copyOfRange(copy.array(), HEADER_SIZE, HEADER_SIZE + length);
            return new Copy(number, sequence, type == RECORD ? Optional.of(payload) : Optional.empty());
        }
    }

    private static void check(boolean good, String problem) throws DamagedException {
        if (!good) {
            throw new DamagedException(problem);
        }
    }

    private static int crc(byte[] copy, int length) {
        CRC32C crc = new CRC32C();
        crc.update(copy, 0, CRC_AT);
        crc.update(copy, HEADER_SIZE, length);
        return (int) crc.getValue();
    }

    private byte[] paddedName() {
        return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), NAME_SIZE);
    }

    private Path file(int number) {
        return directory.resolve(name + "." + number);
    }
}
