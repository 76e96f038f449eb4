// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux tells about itself in {@code /proc} and {@code /sys}. */
class Kernel {
    private static final int MAX_LAYERS = 8;
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,7}):([0-9]{1,7})");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
    private static final Map<String, String> FOLDERS = Map.of(
            "PARTUUID=", "/dev/disk/by-partuuid/",
            "UUID=", "/dev/disk/by-uuid/",
            "PARTLABEL=", "/dev/disk/by-partlabel/",
            "LABEL=", "/dev/disk/by-label/");

    /**
     * A block device by its number.
     *
     * @param major of its driver
     * @param minor of the device
     */
    record Device(int major, int minor) {
        static Optional<Device> parse(String text) {
            Matcher number = NUMBER.matcher(text);
            return number.matches()
                    ? Optional.of(new Device(Integer.parseInt(number.group(1)), Integer.parseInt(number.group(2))))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return major + ":" + minor;
        }
    }

    /**
     * A mounted file system.
     *
     * @param point where
     * @param device what it is on; 0:n if on no device, or on several
     * @param source what was mounted, mostly a device's file
     */
    record Mount(String point, Device device, String source) {}

    /** Where to go on from a device. */
    private interface Step {
        Set<Device> from(Device device) throws IOException;
    }

    private final Path root;

    /**
     * Makes a view.
     *
     * @param root above {@code proc} and {@code sys}; {@code /}
     */
    Kernel(Path root) {
        this.root = root;
    }

    /** Returns the words of the command line that the boot loader gave; what the kernel itself doesn't split isn't split here. */
    List<String> commandLine() throws IOException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (read("proc/cmdline") + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (word.length() > 0) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return words;
    }

    /**
     * Returns the number of the device that a word of the command line names, such as {@code /dev/sda2} or {@code PARTUUID=...}; empty if
     * it can't be told.
     */
    Optional<Device> named(String text) throws IOException {
        String path = text;
        for (Map.Entry<String, String> folder : FOLDERS.entrySet()) {
            if (text.startsWith(folder.getKey())) {
                path = folder.getValue() + text.substring(folder.getKey().length());
            }
        }
        return path.startsWith("/") ? number(Path.of(path)) : Optional.empty();
    }

    /** Returns what is mounted, the later of two on one point covering the earlier. */
    List<Mount> mounts() throws IOException {
        return mounts("proc/self/mountinfo");
    }

    /** Returns what is mounted where the first process sees it; nothing if that is hidden from this one. */
    List<Mount> mountsOfInit() throws IOException {
        return Files.isReadable(root.resolve("proc/1/mountinfo")) ? mounts("proc/1/mountinfo") : List.of();
    }

    private List<Mount> mounts(String file) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String line : read(file).split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            int separator = Arrays.asList(fields).indexOf("-");
            if (fields.length > 4) {
                String source = separator > 0 && separator + 2 < fields.length ? fields[separator + 2] : "";
                Device.parse(fields[2])
                        .ifPresent(device -> mounts.add(new Mount(unescape(fields[4]), device, unescape(source))));
            }
        }
        return mounts;
    }

    /** Returns what is swapped to: files and devices. */
    List<String> swaps() throws IOException {
        return Files.exists(root.resolve("proc/swaps"))
                ? read("proc/swaps")
                        .lines()
                        .skip(1)
                        .filter(line -> !line.isBlank())
                        .map(line -> unescape(line.split("\\s", 2)[0]))
                        .toList()
                : List.of();
    }

    /** The kernel writes a space as its octal code, among others. */
    private static String unescape(String text) {
        return ESCAPED.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
    }

    /** Returns a device and all those below it, such as the partition below a verified or encrypted volume. */
    Set<Device> layers(Device device) throws IOException {
        return reach(Set.of(device), each -> linked(each, "slaves"));
    }

    /** Returns a device with whatever shares its bytes: the whole disk of a partition, the partitions of a disk. */
    Set<Device> overlapping(Device device) throws IOException {
        Set<Device> found = new LinkedHashSet<>(Set.of(device));
        Path folder = folder(device);
        if (Files.exists(folder.resolve("partition"))) {
            Device.parse(readTrimmed(folder.toRealPath().resolveSibling("dev"))).ifPresent(found::add);
        }
        found.addAll(partitions(device));
        return found;
    }

    /** Returns devices and all those above them: volumes, loop devices, and their partitions. */
    Set<Device> above(Set<Device> devices) throws IOException {
        Map<Device, String> loops = loops();
        return reach(devices, each -> {
            Set<Device> next = new LinkedHashSet<>(linked(each, "holders"));
            for (Map.Entry<Device, String> loop : loops.entrySet()) {
                if (number(Path.of(loop.getValue())).equals(Optional.of(each))) {
                    next.add(loop.getKey());
                }
            }
            if (!devices.contains(each)) {
                next.addAll(partitions(each));
            }
            return next;
        });
    }

    private static Set<Device> reach(Set<Device> from, Step step) throws IOException {
        Set<Device> found = new LinkedHashSet<>(from);
        Set<Device> last = from;
        for (int depth = 0; depth < MAX_LAYERS && !last.isEmpty(); depth++) {
            Set<Device> next = new LinkedHashSet<>();
            for (Device each : last) {
                next.addAll(step.from(each));
            }
            next.removeAll(found);
            found.addAll(next);
            last = next;
        }
        return found;
    }

    /** Returns the volumes right above a device, such as of LVM, a verified one, or a RAID. */
    Set<Device> holders(Device device) throws IOException {
        return linked(device, "holders");
    }

    private Set<Device> linked(Device device, String which) throws IOException {
        return numbers(folder(device).resolve(which), entry -> true);
    }

    private Set<Device> partitions(Device device) throws IOException {
        return numbers(folder(device), entry -> Files.exists(entry.resolve("partition")));
    }

    private static Set<Device> numbers(Path folder, Predicate<Path> which) throws IOException {
        Set<Device> found = new LinkedHashSet<>();
        for (Path entry : entries(folder)) {
            if (which.test(entry)) {
                Device.parse(readTrimmed(entry.resolve("dev"))).ifPresent(found::add);
            }
        }
        return found;
    }

    /** Returns the loop devices in use, and the file or device that each is backed by. */
    Map<Device, String> loops() throws IOException {
        Map<Device, String> found = new LinkedHashMap<>();
        for (Path entry : entries(root.resolve("sys/block"))) {
            Path backing = entry.resolve("loop/backing_file");
            if (Files.exists(backing)) {
                String file = readTrimmed(backing);
                Device.parse(readTrimmed(entry.resolve("dev"))).ifPresent(device -> found.put(device, file));
            }
        }
        return found;
    }

    /** Returns the kernel's name of a device, such as {@code sda2} or {@code dm-0}. */
    String name(Device device) throws IOException {
        Path folder = folder(device);
        return Files.exists(folder) ? String.valueOf(folder.toRealPath().getFileName()) : device.toString();
    }

    /** Tells whether some file system has a folder for the device, as it has while it is mounted in any namespace. */
    boolean hasFileSystem(Device device) throws IOException {
        String name = name(device);
        for (Path type : entries(root.resolve("sys/fs"))) {
            if (Files.exists(type.resolve(name))) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a device can't be written at all. */
    boolean isReadOnly(Device device) throws IOException {
        Path flag = folder(device).resolve("ro");
        return Files.exists(flag) && readTrimmed(flag).equals("1");
    }

    /** Returns what {@code /sys/class} says of a device that is no block device, such as {@code mtd/mtd3/type}; empty if it doesn't. */
    String attribute(String name) throws IOException {
        return readTrimmed(root.resolve("sys/class/" + name));
    }

    /** Returns the names of the devices of a class, in order. */
    List<String> devices(String type) throws IOException {
        return entries(root.resolve("sys/class/" + type)).stream()
                .map(each -> each.getFileName().toString())
                .toList();
    }

    private Path folder(Device device) {
        return root.resolve("sys/dev/block/" + device);
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    /** A device may go between two looks. */
    private static String readTrimmed(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).trim();
        } catch (FileSystemException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return "";
        }
    }

    /** Returns the number of a device file; empty if it isn't there, or isn't one. */
    Optional<Device> number(Path file) throws IOException {
        try {
            long number = ((Number) Files.getAttribute(file, "unix:rdev")).longValue();
            // as glibc's makedev(3) packs it
            int major = (int) (((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL));
            int minor = (int) ((number & 0xff) | ((number >>> 12) & ~0xffL));
            return number == 0 ? Optional.empty() : Optional.of(new Device(major, minor));
        } catch (FileSystemException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
    }
}
