// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Kernel.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses a bank on raw flash that Linux uses. These devices have no numbers that a mount would show, so it goes by the names that they are
 * mounted by; a UBI volume in use is refused by the kernel besides, when its update begins.
 */
final class FlashUseGuard implements Guard {
    private final Kernel kernel;
    private final Path bank;
    private final Set<String> names;
    private final Optional<String> mtd;

    private FlashUseGuard(Kernel kernel, Path bank, Set<String> names, Optional<String> mtd) {
        this.kernel = kernel;
        this.bank = bank;
        this.names = names;
        this.mtd = mtd;
    }

    /** Watches a volume, such as {@code ubi0_3}, mounted as such or by its name. */
    static Guard ofVolume(Kernel kernel, Path bank, String volume, String name) {
        String device = volume.substring(0, volume.indexOf('_'));
        Set<String> names = Set.of(
                volume, "/dev/" + volume, device + ":" + name, "ubi:" + name, "/dev/ubiblock" + volume.substring(3));
        return new FlashUseGuard(kernel, bank, names, Optional.empty());
    }

    /** Watches a partition, such as {@code mtd3}. */
    static Guard ofPartition(Kernel kernel, Path bank, String partition, String name) {
        Set<String> names =
                Set.of(partition, "mtd:" + name, "/dev/mtdblock" + partition.substring(3), "/dev/" + partition);
        return new FlashUseGuard(kernel, bank, names, Optional.of(partition.substring(3)));
    }

    @Override
    public void check(String what) throws HalException {
        Optional<String> use;
        try {
            use = use();
        } catch (IOException e) {
            throw UseGuard.unknown(what, bank, e);
        }
        if (use.isPresent()) {
            throw UseGuard.refusal(what, bank, use.get());
        }
    }

    private Optional<String> use() throws IOException {
        for (List<Mount> mounts : List.of(kernel.mounts(), kernel.mountsOfInit())) {
            for (Mount mount : mounts) {
                if (names.contains(mount.source())) {
                    return Optional.of(mount.source() + " is mounted on " + mount.point() + ", unmount it");
                }
            }
        }
        for (String word : kernel.commandLine()) {
            if (word.startsWith("root=") && names.contains(word.substring("root=".length()))) {
                return Optional.of("the kernel's command line has " + word + ", so this is the running bank");
            }
        }
        for (String device : kernel.devices("ubi")) {
            if (mtd.isPresent()
                    && kernel.attribute("ubi/" + device + "/mtd_num").equals(mtd.get())) {
                return Optional.of(
                        device + " is attached to it: use its volumes, or detach it (ubidetach -m " + mtd.get() + ")");
            }
        }
        return Optional.empty();
    }
}
