// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What Linux tells about itself in {@code /proc} and {@code /sys}. */
class Kernel {
    private static final int MAX_LAYERS = 8;

    /**
     * A block device by its number.
     *
     * @param major of its driver
     * @param minor of the device
     */
    record Device(int major, int minor) {
        static Optional<Device> parse(String text) {
            if (!text.matches("[0-9]{1,7}:[0-9]{1,7}")) {
                return Optional.empty();
            }
            int colon = text.indexOf(':');
            return Optional.of(new Device(
                    Integer.parseInt(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1))));
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
     * @param device what it is on; 0:n if on no device
     */
    record Mount(String point, Device device) {}

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

    /** Returns what is mounted, the later of two on one point covering the earlier. */
    List<Mount> mounts() throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String line : read("proc/self/mountinfo").split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length > 4) {
                Device.parse(fields[2]).ifPresent(device -> mounts.add(new Mount(fields[4], device)));
            }
        }
        return mounts;
    }

    /** Returns a device and all those below it, such as the partition below a verified or encrypted volume. */
    Set<Device> layers(Device device) throws IOException {
        Set<Device> found = new LinkedHashSet<>(Set.of(device));
        Set<Device> last = found;
        for (int depth = 0; depth < MAX_LAYERS && !last.isEmpty(); depth++) {
            Set<Device> next = new LinkedHashSet<>();
            for (Device each : last) {
                next.addAll(slaves(each));
            }
            next.removeAll(found);
            found = new LinkedHashSet<>(found);
            found.addAll(next);
            last = next;
        }
        return found;
    }

    private Set<Device> slaves(Device device) throws IOException {
        Set<Device> slaves = new LinkedHashSet<>();
        Path folder = root.resolve("sys/dev/block/" + device + "/slaves");
        if (!Files.isDirectory(folder)) {
            return slaves;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                Device.parse(Files.readString(entry.resolve("dev")).trim()).ifPresent(slaves::add);
            }
        }
        return slaves;
    }

    /** Returns the number of a device file; empty if it isn't there, or isn't one. */
    Optional<Device> number(Path file) throws IOException {
        try {
            long number = ((Number) Files.getAttribute(file, "unix:rdev")).longValue();
            // as glibc's makedev(3) packs it
            int major = (int) (((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL));
            int minor = (int) ((number & 0xff) | ((number >>> 12) & ~0xffL));
            return number == 0 ? Optional.empty() : Optional.of(new Device(major, minor));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
    }
}
