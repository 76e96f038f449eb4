// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A PC with GRUB. The environment block, the script and a file for each bank are on a floppy disk's file system. */
final class GrubBoard extends QemuBoard {
    private static final String FLOPPY = "floppy.img";
    private static final int DISK_BYTES = 1 << 20;

    private final Set<BankId> loads = EnumSet.allOf(BankId.class);
    private boolean wrote;

    /**
     * Makes a board and boots it.
     *
     * @param folder for its files
     * @param script the boot script
     * @param variables of the factory, NAME=VALUE
     */
    GrubBoard(Path folder, Path script, String... variables) throws IOException {
        super(folder, BootConvention.grub());
        Files.writeString(file("early.cfg"), """
                serial --unit=0
                terminal_input serial
                terminal_output serial
                set prefix=(hd1)
                normal
                """);
        run(
                Part.GRUB.path().resolveSibling("grub-mkimage"),
                "--format=i386-pc",
                "--output=core.img",
                "--prefix=(hd1)",
                "--config=early.cfg",
                "biosdisk",
                "fat",
                "loadenv",
                "test",
                "echo",
                "serial",
                "iorw",
                "configfile",
                "normal");
        byte[] sector = Files.readAllBytes(Part.GRUB_PC.path());
        byte[] core = Files.readAllBytes(file("core.img"));
        byte[] disk = new byte[DISK_BYTES];
        System.arraycopy(sector, 0, disk, 0, sector.length);
        System.arraycopy(core, 0, disk, sector.length, core.length);
        Files.write(file("disk.img"), disk);

        Files.writeString(file("twinbank-board.cfg"), """
                function twinbank_boot {
                  if [ -f $prefix/bank$twinbank_slot ]; then
                    echo "BOOTED $twinbank_slot $twinbank_args"
                    outb 0xf4 0
                  fi
                }
                """);
        Files.copy(script, file("grub.cfg"));
        Path editenv = Part.GRUB.path();
        run(editenv, "grubenv", "create");
        for (String variable : variables) {
            run(editenv, "grubenv", "set", variable);
        }
        Files.writeString(file("bankA"), "A");
        Files.writeString(file("bankB"), "B");
        mtool("mformat", "-C", "-f", "1440", "-i", FLOPPY, "::");
        mtool("mcopy", "-i", FLOPPY, "twinbank-board.cfg", "grub.cfg", "bankA", "bankB", "::");
        boot();
    }

    /** Tells whether GRUB wrote anything at the last boot. */
    boolean wrote() {
        return wrote;
    }

    @Override
    BootVariables variables() {
        return GrubEnvironment.of(file("grubenv"));
    }

    /** The outb of the test's own board configuration ends QEMU. */
    @Override
    List<String> board() {
        return List.of(
                Part.QEMU_X86.path().toString(),
                "-m",
                "64",
                "-display",
                "none",
                "-serial",
                "file:console",
                "-monitor",
                "none",
                "-nic",
                "none",
                "-no-reboot",
                "-device",
                "isa-debug-exit,iobase=0xf4,iosize=1",
                "-drive",
                "if=ide,format=raw,file=disk.img",
                "-drive",
                "if=ide,format=raw,file=" + FLOPPY);
    }

    @Override
    public void boot() throws IOException {
        mtool("mcopy", "-o", "-i", FLOPPY, "grubenv", "::");
        byte[] before = Files.readAllBytes(file(FLOPPY));
        super.boot();
        wrote = !Arrays.equals(before, Files.readAllBytes(file(FLOPPY)));
        mtool("mcopy", "-n", "-i", FLOPPY, "::grubenv", "kept");
        Files.move(file("kept"), file("grubenv"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** GRUB's save_env writes no file that isn't a block already, so without one GRUB boots bank A for ever. */
    @Override
    public boolean loseVariables() {
        return false;
    }

    @Override
    public void spoil(BankId bank) throws HalException {
        if (loads.remove(bank)) {
            try {
                mtool("mdel", "-i", FLOPPY, "::bank" + bank);
            } catch (IOException e) {
                throw Disk.fault("spoil", file(FLOPPY), e);
            }
        }
    }

    @Override
    public boolean isBootable(BankId bank) {
        return loads.contains(bank);
    }

    private void mtool(String name, String... arguments) throws IOException {
        run(Part.MTOOLS.path().resolveSibling(name), arguments);
    }
}
