// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * U-Boot's environment as {@code fw_printenv} and {@code fw_setenv} of libubootenv read and write it, on block devices and in files.
 *
 * <pre>
 *  two copies                                  one copy
 *   0  4  CRC-32 of the data, little-endian     0  4  the same
 *   4  1  serial number, wraps                  4  n  data
 *   5  n  data: NAME=VALUE, each ended by a zero; an empty one ends them
 * </pre>
 *
 * <p>With two copies a change goes to the one that doesn't count, with the next serial number, and is forced before it returns: a
 * power cut leaves the environment before it or after it. With one it is overwritten in place, and a cut can lose all of it. As in
 * U-Boot the CRC doesn't cover the serial number.
 *
 * <p>Where no copy is good nothing is guessed: U-Boot then has the variables that were compiled into it, and nobody here knows them.
 * Calls throw until U-Boot has saved an environment, or somebody has written one.
 *
 * <p>Reads and changes of other processes are kept apart by {@code flock(2)} on the lock file of libubootenv. Not thread-safe.
 */
public final class UBootEnvironment implements BootVariables {
    /** The lock file of libubootenv. */
    static final Path LOCK = Path.of("/var/lock/fw_printenv.lock");

    private static final int CRC_BYTES = 4;

    /** A copy that can't be read isn't good, as U-Boot has it too; but what passes must not bring back the older one. */
    private static final int READ_ATTEMPTS = 3;

    private final UBootEnvironmentConfig config;
    private final Disk disk;
    private final Lock lock;

    /** Keeps processes apart that read and change the environment. */
    @FunctionalInterface
    public interface Lock {
        /**
         * Takes the lock, and waits for it.
         *
         * @return lets go of it
         * @throws HalException {@code TIMEOUT} if another process keeps it
         */
        Runnable take() throws HalException;
    }

    /** A copy whose CRC is right. */
    private record Good(int number, int serial, SortedMap<String, String> variables) {}

    /** Both copies: the good ones, the one that counts first, and what is wrong with the others. */
    private record Pair(List<Good> good, List<String> damage) {
        Good counts() throws HalException {
            if (good.isEmpty()) {
                throw new HalException(
                        HalException.Kind.IO,
                        "U-Boot's environment has no good copy (" + String.join("; ", damage)
                                + "): reset, so that U-Boot saves one, or write one by fw_setenv");
            }
            return good.get(0);
        }
    }

    private UBootEnvironment(UBootEnvironmentConfig config, Disk disk, Lock lock) {
        this.config = config;
        this.disk = disk;
        this.lock = lock;
    }

    /**
     * Returns the environment that a configuration names.
     *
     * @param config a file such as {@code /etc/fw_env.config}: DEVICE OFFSET SIZE, a line for each copy
     * @return the environment; nothing of it was read
     * @throws HalException {@code IO} if the configuration can't be read; {@code UNSUPPORTED} if it names something other than one or
     *     two copies on block devices or in files
     */
    public static UBootEnvironment open(Path config) throws HalException {
        return open(config, Disk.REAL, () -> Flock.take(LOCK)::close);
    }

    /**
     * Returns the same where the tools keep to another lock than libubootenv's.
     *
     * @param config as for {@link #open(Path)}
     * @param lock which lock
     * @return the environment; nothing of it was read
     * @throws HalException as {@link #open(Path)}
     */
    public static UBootEnvironment open(Path config, Lock lock) throws HalException {
        return open(config, Disk.REAL, lock);
    }

    static UBootEnvironment open(Path config, Disk disk, Lock lock) throws HalException {
        return new UBootEnvironment(UBootEnvironmentConfig.read(config), disk, lock);
    }

    /**
     * {@inheritDoc}
     *
     * @throws HalException {@code IO} if no copy is good; {@code TIMEOUT} if another process keeps the lock
     */
    @Override
    public Contents read() throws HalException {
        Runnable letGo = lock.take();
        try {
            Pair pair = load();
            Good counts = pair.counts();
            return new Contents(
                    counts.variables(),
                    config.isRedundant(),
                    pair.damage().stream().findFirst());
        } finally {
            letGo.run();
        }
    }

    /**
     * {@inheritDoc} With one copy a power cut may leave neither. An unchanged environment isn't written again, unless that mends the
     * other copy; it is only forced to the medium, where a call that was interrupted may not have got it.
     *
     * @throws HalException as {@link #read()}; {@code NO_SPACE} if the variables don't fit a copy
     */
    @Override
    public Contents change(Change change) throws HalException {
        Runnable letGo = lock.take();
        try {
            Pair pair = load();
            Good counts = pair.counts();
            SortedMap<String, String> next = new TreeMap<>(counts.variables());
            change.on(next);
            if (next.equals(counts.variables()) && pair.damage().isEmpty()) {
                force(counts.number());
                return new Contents(next, config.isRedundant(), Optional.empty());
            }
            int number = config.isRedundant() ? 1 - counts.number() : 0;
            put(number, encode(counts.serial() + 1 & 0xff, next));
            return new Contents(next, config.isRedundant(), Optional.empty());
        } finally {
            letGo.run();
        }
    }

    /** U-Boot's {@code env_check_redund()}: the later serial number, 0 being later than 255; the first copy if they are equal. */
    static boolean isLater(int serial, int than) {
        if (serial == 0 && than == 255) {
            return true;
        }
        return serial > than && !(serial == 255 && than == 0);
    }

    private Pair load() throws HalException {
        List<Good> good = new ArrayList<>();
        List<String> damage = new ArrayList<>();
        for (int number = 0; number < config.copies().size(); number++) {
            UBootEnvironmentConfig.Copy copy = config.copies().get(number);
            try {
                Optional<Good> found = decode(number, get(copy));
                if (found.isEmpty()) {
                    damage.add(copy + ": the CRC is wrong");
                } else {
                    boolean later = !good.isEmpty()
                            && isLater(found.get().serial(), good.get(0).serial());
                    good.add(later ? 0 : good.size(), found.get());
                }
            } catch (IOException e) {
                damage.add(copy + ": " + Disk.reason(e));
            }
        }
        return new Pair(good, damage);
    }

    private byte[] get(UBootEnvironmentConfig.Copy copy) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return getOnce(copy);
            } catch (IOException e) {
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private byte[] getOnce(UBootEnvironmentConfig.Copy copy) throws IOException {
        try (FileChannel channel = disk.open(copy.device(), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(copy.sizeBytes());
            Disk.read(channel, bytes, position(channel, copy));
            if (bytes.hasRemaining()) {
                throw new EOFException("it ends " + bytes.remaining() + " bytes before the end of the environment");
            }
            return bytes.array();
        }
    }

    /** A cut tears this copy alone. */
    private void put(int number, ByteBuffer bytes) throws HalException {
        UBootEnvironmentConfig.Copy copy = config.copies().get(number);
        try (FileChannel channel = disk.open(copy.device(), StandardOpenOption.WRITE)) {
            Disk.write(channel, bytes, position(channel, copy));
            channel.force(false);
        } catch (IOException e) {
            throw Disk.fault("write", copy.device(), e);
        }
    }

    private void force(int number) throws HalException {
        Path device = config.copies().get(number).device();
        try (FileChannel channel = disk.open(device, StandardOpenOption.WRITE)) {
            channel.force(false);
        } catch (IOException e) {
            throw Disk.fault("sync", device, e);
        }
    }

    private static long position(FileChannel channel, UBootEnvironmentConfig.Copy copy) throws IOException {
        return copy.offset() >= 0 ? copy.offset() : channel.size() + copy.offset();
    }

    private int headerBytes() {
        return config.isRedundant() ? CRC_BYTES + 1 : CRC_BYTES;
    }

    private Optional<Good> decode(int number, byte[] bytes) {
        int header = headerBytes();
        int crc = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (crc != crc(bytes, header)) {
            return Optional.empty();
        }
        int serial = config.isRedundant() ? bytes[CRC_BYTES] & 0xff : 0;
        SortedMap<String, String> variables = new TreeMap<>();
        int at = header;
        while (at < bytes.length && bytes[at] != 0) {
            int end = at;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            String entry = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
            int equals = entry.indexOf('=');
            if (equals > 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
            at = end + 1;
        }
        return Optional.of(new Good(number, serial, variables));
    }

    private ByteBuffer encode(int serial, SortedMap<String, String> variables) throws HalException {
        StringBuilder text = new StringBuilder();
        variables.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || (name + value).indexOf('\0') >= 0) {
                throw new IllegalArgumentException("variable \"" + name + "\" with value \"" + value
                        + "\": neither may have a zero, nor the name a '='");
            }
            text.append(name).append('=').append(value).append('\0');
        });
        byte[] data = text.append('\0').toString().getBytes(StandardCharsets.ISO_8859_1);
        int size = config.copies().get(0).sizeBytes();
        int header = headerBytes();
        if (data.length > size - header) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    "U-Boot's environment would have " + data.length + " bytes, a copy has room for "
                            + (size - header));
        }
        byte[] bytes = new byte[size];
        System.arraycopy(data, 0, bytes, header, data.length);
        if (config.isRedundant()) {
            bytes[CRC_BYTES] = (byte) serial;
        }
        ByteBuffer copy = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return copy.putInt(0, crc(bytes, header));
    }

    private static int crc(byte[] bytes, int from) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
