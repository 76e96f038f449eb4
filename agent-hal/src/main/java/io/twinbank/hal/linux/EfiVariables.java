// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * UEFI's boot manager, by its variables as Linux shows them in {@code /sys/firmware/efi/efivars}: {@code BootOrder}, {@code BootNext},
 * {@code BootCurrent} (UEFI specification, section 3.3). Each bank has a boot entry, found by its description, which
 * {@code efibootmgr --create --label} sets. The agent's own variables are in one of a vendor GUID of ours.
 *
 * <p>A trial is {@code BootNext}, which the firmware takes away before it boots: one attempt. The order has the fallback first and the
 * trial behind it, for where the fallback doesn't load. Entries that aren't ours keep their places. The firmware replaces each variable
 * in whole, also in a power cut. Not thread-safe.
 */
public final class EfiVariables extends LoggedVariables {
    static final String GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
    static final String OURS = "6b5f15c4-6a30-418e-86f6-3adc5ede22f6";
    static final String ORDER = "order";
    static final String NEXT = "next";
    static final String CURRENT = "current";

    /** Kept without power, and seen by boot services and at run time. */
    private static final int ATTRIBUTES = 7;

    private static final int MAX_BYTES = 64 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final Map<BankId, String> descriptions;

    private EfiVariables(Path folder, Map<BankId, String> descriptions) {
        this.folder = folder;
        this.descriptions = Map.copyOf(descriptions);
    }

    /**
     * Returns the firmware's variables.
     *
     * @param descriptions of each bank's boot entry, such as {@code twinbank-a} and {@code twinbank-b}
     * @return the variables; nothing of them was read
     */
    public static EfiVariables of(Map<BankId, String> descriptions) {
        return of(Path.of("/sys/firmware/efi/efivars"), descriptions);
    }

    static EfiVariables of(Path folder, Map<BankId, String> descriptions) {
        return new EfiVariables(folder, descriptions);
    }

    @Override
    SortedMap<String, String> observe() throws HalException {
        Map<BankId, Integer> entries = entries();
        SortedMap<String, String> found = new TreeMap<>();
        String order = numbers("BootOrder").stream()
                .flatMap(number -> bank(entries, number).stream())
                .map(BankId::name)
                .collect(Collectors.joining(" "));
        found.put(ORDER, order);
        for (String name : List.of("BootNext", "BootCurrent")) {
            numbers(name).stream()
                    .findFirst()
                    .flatMap(number -> bank(entries, number))
                    .ifPresent(bank -> found.put(name.equals("BootNext") ? NEXT : CURRENT, bank.name()));
        }
        return found;
    }

    @Override
    void give(String name, String value) throws HalException {
        Map<BankId, Integer> entries = entries();
        List<Integer> ours = Stream.of(value.split(" ", -1))
                .filter(bank -> !bank.isEmpty())
                .map(bank -> Objects.requireNonNull(entries.get(BankId.valueOf(bank))))
                .toList();
        if (name.equals(ORDER)) {
            List<Integer> order = new ArrayList<>(numbers("BootOrder"));
            int place = (int) order.stream()
                    .takeWhile(number -> bank(entries, number).isEmpty())
                    .count();
            order.removeIf(number -> bank(entries, number).isPresent());
            order.addAll(place, ours);
            write(global("BootOrder"), bytes(order));
        } else if (ours.isEmpty()) {
            delete(global("BootNext"));
        } else {
            write(global("BootNext"), bytes(ours));
        }
    }

    @Override
    Optional<byte[]> loadRecord() throws HalException {
        return load(folder.resolve("TwinbankBoot-" + OURS));
    }

    @Override
    void storeRecord(byte[] record) throws HalException {
        write(folder.resolve("TwinbankBoot-" + OURS), record);
    }

    private Path global(String name) {
        return folder.resolve(name + "-" + GLOBAL);
    }

    /** Finds the entry of each bank. */
    private Map<BankId, Integer> entries() throws HalException {
        Map<BankId, Integer> entries = new EnumMap<>(BankId.class);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.matches("Boot[0-9A-F]{4}-" + GLOBAL)) {
                    String description =
                            load(file).map(EfiVariables::description).orElse("");
                    for (BankId bank : BankId.values()) {
                        if (description.equals(descriptions.get(bank))
                                && entries.put(bank, Integer.parseInt(name.substring(4, 8), 16)) != null) {
                            throw new HalException(
                                    HalException.Kind.UNSUPPORTED,
                                    "two boot entries have the description \"" + description
                                            + "\": delete one by efibootmgr --bootnum NUMBER --delete-bootnum");
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw Disk.fault("read", folder, e);
        }
        for (BankId bank : BankId.values()) {
            if (!entries.containsKey(bank)) {
                throw new HalException(
                        HalException.Kind.UNSUPPORTED,
                        "no boot entry has the description \"" + descriptions.get(bank) + "\" of bank " + bank
                                + ": make one by efibootmgr --create --label");
            }
        }
        return entries;
    }

    private static Optional<BankId> bank(Map<BankId, Integer> entries, int number) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A load option: attributes, the length of the device path, the description, and what follows. */
    private static String description(byte[] option) {
        int end = 6;
        while (end + 1 < option.length && (option[end] != 0 || option[end + 1] != 0)) {
            end += 2;
        }
        return option.length < 8 ? "" : new String(option, 6, end - 6, StandardCharsets.UTF_16LE);
    }

    private List<Integer> numbers(String name) throws HalException {
        List<Integer> numbers = new ArrayList<>();
        ByteBuffer bytes =
                ByteBuffer.wrap(load(global(name)).orElse(new byte[0])).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.remaining() >= Short.BYTES) {
            numbers.add(bytes.getShort() & 0xffff);
        }
        return numbers;
    }

    private static byte[] bytes(List<Integer> numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.size() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(number -> bytes.putShort(number.shortValue()));
        return bytes.array();
    }

    private static Optional<byte[]> load(Path file) throws HalException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new HalException(
                        HalException.Kind.IO, file + ": " + Files.size(file) + " bytes, at most " + MAX_BYTES);
            }
            byte[] bytes = Files.readAllBytes(file);
            return bytes.length < Integer.BYTES
                    ? Optional.empty()
                    : Optional.of(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Disk.fault("read", file, e);
        }
    }

    /** Attributes and data in one write, which the kernel makes one call of the firmware. */
    private static void write(Path file, byte[] data) throws HalException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(ATTRIBUTES).put(data).flip();
        try {
            try {
                put(file, bytes);
            } catch (FileSystemException e) {
                unprotect(file);
                put(file, bytes.rewind());
            }
        } catch (IOException e) {
            throw Disk.fault("write", file, e);
        }
    }

    private static void put(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(bytes);
        }
    }

    private static void delete(Path file) throws HalException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Disk.fault("delete", file, e);
        }
    }

    /** The kernel guards what the specification doesn't name, such as ours, against a careless rm. */
    private static void unprotect(Path file) throws HalException {
        Program.run(LIMIT, List.of("chattr", "-i", file.toString()));
    }
}
