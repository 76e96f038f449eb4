// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Kernel.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The banks of a gateway: for each component two files or devices, by what they are. The two of a component must not share bytes, and may
 * differ in size.
 *
 * <p>No bank is written while it runs, nor any while the running bank isn't known, nor one that Linux uses: {@code LOCKED} says why.
 *
 * <p>Not thread-safe: one caller at a time.
 */
public final class LinuxBanks implements BootableBanks, AutoCloseable {
    /** Covers the begin of every image that boot loaders read; the last to begin is Btrfs, at 64 KiB. */
    private static final int BEGIN_BYTES = 128 << 10;

    private static final String KINDS = "is neither a file, a block device, a UBI volume nor an MTD partition";
    private static final int GLANCE_BYTES = 4096;
    private static final byte[] SPOILED = "Twinbank: this bank holds no image.\n".getBytes(StandardCharsets.US_ASCII);

    /** Measures which bank runs; mostly {@link RunningBank#measure}. */
    @FunctionalInterface
    public interface Running {
        /**
         * Measures.
         *
         * @return the running bank
         * @throws HalException {@code UNSUPPORTED} if it can't be told; {@code IO}
         */
        BankId measure() throws HalException;
    }

    /** Reads the security version of the image in a bank, as the boot loader does. */
    @FunctionalInterface
    public interface Versions {
        /**
         * Reads it.
         *
         * @param bank one that has something at its begin
         * @return 0 where the boot loader reads none; empty if it couldn't load the bank
         * @throws HalException {@code IO}
         */
        OptionalLong of(BankId bank) throws HalException;
    }

    /** Where a bank is. */
    private record Place(ComponentId component, BankId bank, Path path) {
        @Override
        public String toString() {
            return "bank " + bank + " of " + component + ", " + path;
        }
    }

    private final Running source;
    private final Versions versions;
    private final Kernel kernel;
    private final Map<ComponentId, Map<BankId, LinuxBank>> banks = new LinkedHashMap<>();
    private @Nullable BankId measured;

    private LinuxBanks(Running source, Versions versions, Kernel kernel) {
        this.source = source;
        this.versions = versions;
        this.kernel = kernel;
    }

    /**
     * Opens the banks of a gateway. A regular file becomes a {@link FileFlashBank}, a block device a {@link BlockDeviceBank}, {@code
     * /dev/ubi0_3} a {@link UbiVolumeBank}, and {@code /dev/mtd3} an {@link MtdBank}.
     *
     * @param devices for each component the path of either bank; the components keep the order of this map
     * @param running measures which bank runs; asked until it has told once, for that doesn't change without a reset
     * @param versions reads security versions
     * @return the banks, none of them begun
     * @throws HalException {@code UNSUPPORTED} if one is none of these, or has no fitting size, or shares bytes with another; {@code IO}
     */
    public static LinuxBanks open(Map<ComponentId, Map<BankId, Path>> devices, Running running, Versions versions)
            throws HalException {
        return open(devices, running, versions, new Kernel(Path.of("/")));
    }

    static LinuxBanks open(
            Map<ComponentId, Map<BankId, Path>> devices, Running running, Versions versions, Kernel kernel)
            throws HalException {
        List<Place> places = devices.entrySet().stream()
                .flatMap(
                        each -> Arrays.stream(BankId.values()).map(bank -> place(each.getKey(), bank, each.getValue())))
                .toList();
        LinuxBanks banks = new LinuxBanks(running, versions, kernel);
        try {
            for (Place place : places) {
                for (Place other : places.subList(0, places.indexOf(place))) {
                    banks.checkApart(other, place);
                }
            }
            for (Place place : places) {
                banks.banks
                        .computeIfAbsent(place.component(), component -> new EnumMap<>(BankId.class))
                        .put(place.bank(), banks.open(place));
            }
            return banks;
        } catch (IOException e) {
            HalException fault = e instanceof HalException hal
                    ? hal
                    : new HalException(HalException.Kind.IO, "the banks can't be opened: " + e.getMessage(), e);
            try {
                banks.close();
            } catch (HalException left) {
                fault.addSuppressed(left);
            }
            throw fault;
        }
    }

    private static Place place(ComponentId component, BankId bank, Map<BankId, Path> paths) {
        Path path = paths.get(bank);
        if (path == null) {
            throw new IllegalArgumentException("component " + component + " has no bank " + bank);
        }
        return new Place(component, bank, path);
    }

    private LinuxBank open(Place place) throws IOException {
        Path path = place.path();
        Guard guard = what -> checkNotRunning(what, place.bank());
        Guard whole = guard.and(new UseGuard(kernel, path));
        return switch (FileType.of(path)) {
            case REGULAR_FILE -> FileFlashBank.open(path, FileFlashBank.geometryOf(lengthOf(place)), whole, Disk.REAL);
            case BLOCK_DEVICE -> BlockDeviceBank.open(path, whole, Disk.REAL);
            case MISSING -> throw refusal(place, "isn't there: is the device attached, and the configuration right?");
            case CHARACTER_DEVICE -> openFlash(place, guard);
            case OTHER -> throw refusal(place, KINDS);
        };
    }

    private LinuxBank openFlash(Place place, Guard guard) throws IOException {
        String name = String.valueOf(place.path().getFileName());
        if (name.matches("ubi[0-9]+_[0-9]+")) {
            return UbiVolumeBank.open(place.path(), kernel, guard);
        }
        if (name.matches("mtd[0-9]+")) {
            return MtdBank.open(place.path(), kernel, guard);
        }
        throw refusal(place, KINDS);
    }

    private static long lengthOf(Place place) throws IOException {
        int unit = FileFlashBank.ERASE_SIZE;
        long length = Files.size(place.path());
        if (length == 0 || length % unit != 0) {
            throw refusal(
                    place,
                    "is " + length + " bytes long, a bank in a file is a multiple of " + unit + " (truncate --size=%"
                            + unit + " " + place.path() + ")");
        }
        return length;
    }

    private void checkApart(Place one, Place other) throws IOException {
        boolean same =
                Files.exists(one.path()) && Files.exists(other.path()) && Files.isSameFile(one.path(), other.path());
        if (same || reaches(one, other) || reaches(other, one)) {
            throw refusal(other, "shares its bytes with " + one + ": give each a partition of its own");
        }
    }

    /** Tells whether the bytes of one are the other's: through layers, as a disk with its partitions, or by a loop device. */
    private boolean reaches(Place one, Place other) throws IOException {
        Optional<Device> number = kernel.number(one.path());
        if (number.isEmpty()) {
            return false;
        }
        Optional<Device> target = kernel.number(other.path());
        for (Device layer : kernel.layers(number.get())) {
            Set<Device> overlapping = kernel.overlapping(layer);
            if (target.filter(overlapping::contains).isPresent()) {
                return true;
            }
            for (Device each : overlapping) {
                String backing = kernel.loops().getOrDefault(each, "");
                Path file = Path.of(backing);
                if (!backing.isEmpty() && Files.exists(file) && Files.isSameFile(file, other.path())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static HalException refusal(Place place, String found) {
        return new HalException(HalException.Kind.UNSUPPORTED, place + " " + found);
    }

    private void checkNotRunning(String what, BankId bank) throws HalException {
        BankId now;
        try {
            now = running();
        } catch (HalException e) {
            throw new HalException(
                    HalException.Kind.LOCKED,
                    what + ": no bank is written while the running one isn't known: " + e.getMessage(),
                    e);
        }
        if (bank == now) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + bank + " is running");
        }
    }

    /**
     * Returns the components.
     *
     * @return at least one, in the order in which they were given
     */
    public List<ComponentId> components() {
        return List.copyOf(banks.keySet());
    }

    /**
     * Returns one of the two banks of a component.
     *
     * @param id which bank
     * @param component one of {@link #components()}
     * @return the bank, always the same object
     */
    public FlashBank bank(BankId id, ComponentId component) {
        Map<BankId, LinuxBank> both = banks.get(component);
        FlashBank bank = both == null ? null : both.get(id);
        if (bank == null) {
            throw new IllegalArgumentException("component " + component + " isn't one of " + components());
        }
        return bank;
    }

    @Override
    public BankId running() throws HalException {
        BankId known = measured;
        if (known == null) {
            known = source.measure();
            measured = known;
        }
        return known;
    }

    /**
     * {@inheritDoc} That is so if each component's bank has bytes other than only zeros or only ones, and wasn't spoiled.
     */
    @Override
    public boolean isBootable(BankId bank) throws HalException {
        for (ComponentId component : components()) {
            if (!hasImage(bank(bank, component))) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasImage(FlashBank bank) throws HalException {
        int length = beginOf(bank);
        byte[] begin = new byte[length];
        for (int at = 0; at < length; at += GLANCE_BYTES) {
            int end = Math.min(length, at + GLANCE_BYTES);
            try {
                bank.read(at, ByteBuffer.wrap(begin, at, end - at));
            } catch (HalException e) {
                if (e.kind() == HalException.Kind.ECC) {
                    return false;
                }
                throw e;
            }
            if (Arrays.equals(begin, 0, SPOILED.length, SPOILED, 0, SPOILED.length)) {
                return false;
            }
            byte first = begin[0];
            for (int i = at; i < end; i++) {
                if (begin[i] != first || (first != 0 && first != (byte) 0xff)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * {@inheritDoc} Overwrites the first 128 KiB of each component's bank, which ends an update that was begun there. A power cut leaves
     * any part of that undone: spoil it again.
     */
    @Override
    public void spoil(BankId bank) throws HalException {
        checkNotRunning("spoil", bank);
        for (ComponentId component : components()) {
            FlashBank each = bank(bank, component);
            int length = beginOf(each);
            each.begin(length);
            each.erase(0, roundUp(length, each.geometry().eraseSizeBytes()));
            each.write(0, ByteBuffer.wrap(Arrays.copyOf(SPOILED, length)));
            each.sync();
            each.end();
        }
    }

    /** Whole write units. */
    private static int beginOf(FlashBank bank) {
        long wanted = roundUp(BEGIN_BYTES, bank.geometry().writeSizeBytes());
        return (int) Math.min(wanted, bank.geometry().capacityBytes());
    }

    private static long roundUp(long length, int unit) {
        return (length + unit - 1) / unit * unit;
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return isBootable(bank) ? versions.of(bank) : OptionalLong.empty();
    }

    /**
     * Closes all banks; what wasn't synced may be lost.
     *
     * @throws HalException {@code IO}
     */
    @Override
    public void close() throws HalException {
        HalException fault = null;
        for (Map<BankId, LinuxBank> both : banks.values()) {
            for (LinuxBank each : both.values()) {
                try {
                    each.close();
                } catch (HalException e) {
                    if (fault == null) {
                        fault = e;
                    } else {
                        fault.addSuppressed(e);
                    }
                }
            }
        }
        if (fault != null) {
            throw fault;
        }
    }
}
