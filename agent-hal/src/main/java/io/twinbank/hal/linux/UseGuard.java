// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Kernel.Device;
import io.twinbank.hal.linux.Kernel.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses a bank that Linux uses, by device numbers, not names: what has the bank's bytes (a partition, its whole disk, a disk's partitions)
 * and whatever lies above (volumes, loop devices, their partitions) must not be any of these. The first that applies is told. A look takes as
 * long as a write of megabytes, so there is one at each {@code begin}, and then at one {@code erase} of sixteen.
 *
 * <table>
 *   <caption>What is refused</caption>
 *   <tr><th>found in</th><th>what to do</th></tr>
 *   <tr><td>{@code /proc/self/mountinfo}, {@code /proc/1/mountinfo}</td><td>unmount it</td></tr>
 *   <tr><td>{@code /sys/fs}: mounted in a namespace out of sight</td><td>unmount it there</td></tr>
 *   <tr><td>{@code /proc/swaps}</td><td>swapoff</td></tr>
 *   <tr><td>{@code holders}: a volume of the device mapper or a RAID</td><td>close the volume</td></tr>
 *   <tr><td>{@code root=} on the kernel's command line</td><td>it is the running bank</td></tr>
 *   <tr><td>{@code ro}</td><td>make the device writable</td></tr>
 * </table>
 */
final class UseGuard implements Guard {
    private static final int ERASES_TO_A_LOOK = 16;

    private final Kernel kernel;
    private final Path bank;
    private int erasesLeft;

    UseGuard(Kernel kernel, Path bank) {
        this.kernel = kernel;
        this.bank = bank;
    }

    @Override
    public void check(String what) throws HalException {
        if (what.equals("write") || (what.equals("erase") && erasesLeft-- > 0)) {
            return;
        }
        erasesLeft = 0; // what was refused is looked at again
        Optional<String> use;
        try {
            use = use();
        } catch (IOException e) {
            throw unknown(what, bank, e);
        }
        if (use.isPresent()) {
            throw refusal(what, bank, use.get());
        }
        erasesLeft = ERASES_TO_A_LOOK - 1;
    }

    static HalException unknown(String what, Path bank, IOException cause) {
        return new HalException(
                HalException.Kind.IO,
                what + ": bank " + bank + " may be in use, Linux can't be asked: " + cause.getMessage(),
                cause);
    }

    static HalException refusal(String what, Path bank, String use) {
        return new HalException(HalException.Kind.LOCKED, what + ": bank " + bank + " is in use: " + use);
    }

    private Optional<String> use() throws IOException {
        Optional<Device> device = kernel.number(bank);
        Set<Device> own = device.isPresent() ? kernel.overlapping(device.get()) : loopsOverFile();
        Set<Device> users = kernel.above(own);
        List<Step> steps = List.of(this::mounted, this::mountedElsewhere, this::swapped, this::held, this::isRoot);
        for (Step step : steps) {
            Optional<String> use = step.use(users);
            if (use.isPresent()) {
                return use;
            }
        }
        return device.isPresent() && kernel.isReadOnly(device.get())
                ? Optional.of("the device is read-only, make it writable (blockdev --setrw)")
                : Optional.empty();
    }

    private interface Step {
        Optional<String> use(Set<Device> users) throws IOException;
    }

    private Set<Device> loopsOverFile() throws IOException {
        Set<Device> loops = new LinkedHashSet<>();
        for (var loop : kernel.loops().entrySet()) {
            Path backing = Path.of(loop.getValue());
            if (Files.exists(backing) && Files.isSameFile(backing, bank)) {
                loops.addAll(kernel.overlapping(loop.getKey()));
            }
        }
        return loops;
    }

    private Optional<String> mounted(Set<Device> users) throws IOException {
        for (List<Mount> mounts : List.of(kernel.mounts(), kernel.mountsOfInit())) {
            for (Mount mount : mounts) {
                Optional<Device> user = users.contains(mount.device())
                        ? Optional.of(mount.device())
                        : kernel.named(mount.source()).filter(users::contains);
                if (user.isPresent()) {
                    return Optional.of(named(user.get()) + " is mounted on " + mount.point() + ", unmount it"
                            + (mount.point().equals("/") ? "; or is this the running bank?" : ""));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> mountedElsewhere(Set<Device> users) throws IOException {
        for (Device user : users) {
            if (kernel.hasFileSystem(user)) {
                return Optional.of(
                        named(user) + " is mounted in another namespace, such as a container's: unmount it there");
            }
        }
        return Optional.empty();
    }

    private Optional<String> swapped(Set<Device> users) throws IOException {
        for (String swap : kernel.swaps()) {
            Path path = Path.of(swap);
            boolean isBank = Files.exists(path) && Files.exists(bank) && Files.isSameFile(path, bank);
            if (isBank || kernel.named(swap).filter(users::contains).isPresent()) {
                return Optional.of("the system swaps to " + swap + ", end that (swapoff " + swap + ")");
            }
        }
        return Optional.empty();
    }

    private Optional<String> held(Set<Device> users) throws IOException {
        for (Device user : users) {
            for (Device holder : kernel.holders(user)) {
                return Optional.of("the volume " + named(holder) + " lies on " + named(user)
                        + ", close it (dmsetup remove, mdadm --stop, vgchange -an)");
            }
        }
        return Optional.empty();
    }

    private Optional<String> isRoot(Set<Device> users) throws IOException {
        for (String word : kernel.commandLine()) {
            if (word.startsWith("root=")) {
                Optional<Device> root = kernel.named(word.substring("root=".length()));
                if (root.filter(users::contains).isPresent()) {
                    return Optional.of("the kernel's command line has " + word + ", so this is the running bank");
                }
            }
        }
        return Optional.empty();
    }

    private String named(Device device) throws IOException {
        return kernel.name(device) + " (" + device + ")";
    }
}
