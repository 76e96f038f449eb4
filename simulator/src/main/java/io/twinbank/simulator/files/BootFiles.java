// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where Linux finds the variables of a boot loader: in files, as on a gateway. */
public final class BootFiles implements Durable {
    private static final String DEVICE = "/dev/env";
    private static final String GRUBENV = "grubenv";
    private static final long CAPACITY_BYTES = 1L << 20;

    private final SimulatedFiles files;

    /**
     * Makes a boot partition, whose file system has a journal, with nothing but GRUB's environment block.
     *
     * @param log through which every change goes
     * @param flaws seeded bugs; none in earnest
     */
    public BootFiles(OperationLog log, Set<Flaw> flaws) {
        files = new SimulatedFiles(Semantics.ORDERED, flaws, CAPACITY_BYTES, log);
    }

    /**
     * Makes a block device with two copies of U-Boot's environment, and the file that says where they are.
     *
     * @param region where they are, each at the beginning of an erase unit
     * @param copyBytes how large each is
     * @param flaws seeded bugs; none in earnest
     * @param observed whether the board needn't live, and no fault strikes
     * @return {@code fw_env.config}
     */
    public static Path uboot(Region region, int copyBytes, Set<Flaw> flaws, boolean observed) {
        Mount mount =
                new Mount(flaws, CAPACITY_BYTES, Map.of(DEVICE, () -> new DeviceChannel(region, flaws, observed)));
        Path config = new SimFileSystem(new Calls(new Volume(Semantics.ORDERED), mount, Gate.OPEN))
                .root()
                .resolve("fw_env.config");
        try {
            return Files.writeString(
                    config,
                    DEVICE + " 0x0 " + copyBytes + "\n" + DEVICE + " "
                            + region.units().eraseBytes() + " " + copyBytes + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns GRUB's environment block, as Linux finds it.
     *
     * @return the file
     */
    public Path grubenv() {
        return grubenv(files.root(Part.BOOT_CONTROL));
    }

    private static Path grubenv(Path root) {
        return root.resolve(GRUBENV);
    }

    /** The board starts: Linux has nothing open. */
    public void start() {
        files.start();
    }

    /**
     * Reads the block as GRUB does.
     *
     * @return empty if there is none
     * @throws HalException if it can't be read
     */
    public byte[] load() throws HalException {
        return load(files.root(Part.BOOT_LOADER));
    }

    private static byte[] load(Path root) throws HalException {
        try {
            return Files.readAllBytes(grubenv(root));
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private static HalException fault(IOException e) {
        return new HalException(HalException.Kind.IO, "grubenv: " + e.getMessage(), e);
    }

    /**
     * Writes the block as GRUB does: its sectors, in place.
     *
     * @param block as long as it was
     * @throws HalException if it can't be written
     */
    public void save(byte[] block) throws HalException {
        try (FileChannel channel = FileChannel.open(grubenv(files.root(Part.BOOT_LOADER)), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(block), 0);
            channel.force(false);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /**
     * Makes the block anew as {@code grub-editenv create} does.
     *
     * @param block without variables
     * @throws HalException if it can't be written
     */
    public void create(byte[] block) throws HalException {
        Path file = grubenv();
        Path unfinished = file.resolveSibling(GRUBENV + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(block), 0);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /**
     * Reads the block as an observer does.
     *
     * @return empty if there is none
     */
    public byte[] peek() {
        try {
            return files.peek(BootFiles::load);
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes the block past every rule.
     *
     * @param block as it is from now on
     * @throws HalException if that fails
     */
    public void poke(byte[] block) throws HalException {
        files.poke(root -> Files.write(grubenv(root), block));
    }

    /**
     * Lists what of the unflushed writes may survive if the power fails now.
     *
     * @return simplest first; one way where nothing is pending
     */
    public List<Survival> survivals() {
        return files.survivals();
    }

    /**
     * Loses the power.
     *
     * @param survival what of the pending writes survives
     */
    public void losePower(Survival survival) {
        files.losePower(survival);
    }

    @Override
    public Object save() {
        return files.save();
    }

    @Override
    public void restore(Object saved) {
        files.restore(saved);
    }

    @Override
    public void addTo(StateHash hash) {
        files.addTo(hash);
    }
}
