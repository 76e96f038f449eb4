// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.FileFlashBank;
import io.twinbank.simulator.BoardBank;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** The shipped {@link FileFlashBank}, and beside its file another one with the boot loader's marker. */
final class FileBank implements BoardBank {
    private static final byte[] MARKER = "TWB-SELECTABLE..".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_MARKER = new byte[MARKER.length];

    private final BankId id;
    private final FlashGeometry geometry;
    private final SimulatedFiles files;
    private final OperationLog log;
    private final Part part;
    private final PerLife<FileFlashBank> bank;

    FileBank(BankId id, FlashGeometry geometry, SimulatedFiles files, BooleanSupplier running, OperationLog log) {
        this.id = id;
        this.geometry = geometry;
        this.files = files;
        this.log = log;
        part = id == BankId.A ? Part.BANK_A : Part.BANK_B;
        bank = new PerLife<>(files, () -> FileFlashBank.open(image(files.root(part)), geometry, running));
    }

    private Path image(Path root) {
        return root.resolve("bank-" + id);
    }

    private Path marker(Path root) {
        return root.resolve("bank-" + id + ".marker");
    }

    /** As the factory does. */
    void create() throws HalException {
        files.poke(root -> {
            FileFlashBank.create(image(root), geometry.capacityBytes());
            return Files.write(marker(root), NO_MARKER);
        });
    }

    @Override
    public FlashGeometry geometry() {
        return geometry;
    }

    @Override
    public boolean resumable() {
        return true;
    }

    @Override
    public void begin(long length) throws HalException {
        log.checkAliveToWrite(part, "begin");
        bank.get().begin(length);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        log.checkAlive();
        bank.get().read(offset, dst);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        checkWritable("erase " + offset + "+" + length);
        bank.get().erase(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        checkWritable("write " + offset + "+" + src.remaining());
        bank.get().write(offset, src);
    }

    @Override
    public void sync() throws HalException {
        log.checkAliveToWrite(part, "sync");
        log.call("sync");
        bank.get().sync();
    }

    @Override
    public void end() throws HalException {
        log.checkAliveToWrite(part, "end");
        bank.get().end();
    }

    private void checkWritable(String what) throws HalException {
        log.checkAliveToWrite(part, what);
        log.call(what);
        if (isSelectable()) {
            log.finding(what + " of bank " + id + ", which the boot loader may still select");
        }
    }

    @Override
    public void peek(long offset, ByteBuffer dst) throws HalException {
        files.peek(root -> {
            try (FileChannel channel = FileChannel.open(image(root), StandardOpenOption.READ)) {
                return channel.read(dst, offset);
            }
        });
    }

    @Override
    public void poke(long offset, ByteBuffer src) throws HalException {
        files.poke(root -> {
            try (FileChannel channel = FileChannel.open(image(root), StandardOpenOption.WRITE)) {
                return channel.write(src, offset);
            }
        });
    }

    @Override
    public boolean isSelectable() throws HalException {
        return files.peekMedium(root -> Arrays.equals(Files.readAllBytes(marker(root)), MARKER));
    }

    /** One sector, in place: a cut leaves the old marker or the new. Data that isn't on the medium by now is found. */
    @Override
    public void setSelectable(boolean selectable) throws HalException {
        log.checkAliveToWrite(part, "setSelectable");
        if (selectable && !files.isDurable(image(files.root(part)))) {
            log.finding("unsynced: bank " + id + " is made selectable, and the medium doesn't hold what is read there");
        }
        Path marker = marker(files.root(part));
        try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(selectable ? MARKER : NO_MARKER), 0);
            channel.force(false);
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, marker + " can't be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void provision(boolean selectable) throws HalException {
        files.poke(root -> Files.write(marker(root), selectable ? MARKER : NO_MARKER));
    }

    @Override
    public void powerOn() {
        files.start();
    }
}
