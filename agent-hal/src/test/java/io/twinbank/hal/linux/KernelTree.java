// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /proc} and {@code /sys} as a test wants them, in a folder. */
final class KernelTree extends Kernel {
    private final Path root;
    private final Map<Path, Device> numbers = new HashMap<>();

    KernelTree(Path root) throws IOException {
        super(root);
        this.root = root;
        write("proc/cmdline", "quiet");
        write("proc/self/mountinfo", "22 1 0:21 / / rw - overlay overlay rw\n");
        write("proc/swaps", "Filename Type Size Used Priority\n");
    }

    /** A disk, a volume or a loop device. */
    void disk(String name, String number) throws IOException {
        device("sys/devices/" + name, name, number);
        Files.createSymbolicLink(folder("sys/block").resolve(name), root.resolve("sys/devices/" + name));
    }

    void partition(String disk, String name, String number) throws IOException {
        device("sys/devices/" + disk + "/" + name, name, number);
        write("sys/devices/" + disk + "/" + name + "/partition", "1\n");
    }

    /** A volume above a device. */
    void holds(String volume, String device) throws IOException {
        Path above = root.resolve("sys/devices/" + volume);
        Path below = root.resolve("sys/dev/block/" + device).toRealPath();
        link(below.resolve("holders"), above);
        link(above.resolve("slaves"), below);
    }

    private static void link(Path from, Path to) throws IOException {
        Files.createDirectories(from);
        Files.createSymbolicLink(from.resolve(to.getFileName()), to);
    }

    void loop(String name, String number, String backing) throws IOException {
        disk(name, number);
        write("sys/devices/" + name + "/loop/backing_file", backing + "\n");
    }

    /** A file of the device file system. */
    void node(Path file, String number) {
        numbers.put(file, Device.parse(number).orElseThrow());
    }

    void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void device(String path, String name, String number) throws IOException {
        write(path + "/dev", number + "\n");
        write(path + "/ro", "0\n");
        Files.createSymbolicLink(folder("sys/dev/block").resolve(number), root.resolve(path));
        node(Path.of("/dev", name), number);
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    @Override
    Optional<Device> number(Path file) {
        return Optional.ofNullable(numbers.get(file));
    }
}
