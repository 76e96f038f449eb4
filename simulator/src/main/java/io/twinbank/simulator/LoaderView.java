// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The board as its boot loader sees it. */
final class LoaderView implements BootHost {
    private static final int MAX_REMEMBERED = 1024;

    /** What a bank was hashed to, by what it holds and how much of it is the image: most boots find what another has found. */
    private record Hashed(StateHash.Key content, long imageBytes) {}

    private final SimulatedBoard board;
    private final Storage storage;
    private final Map<Hashed, byte[]> digests = new HashMap<>();

    LoaderView(SimulatedBoard board, Storage storage) {
        this.board = board;
        this.storage = storage;
    }

    @Override
    public OperationLog log() {
        return board.log();
    }

    @Override
    public Region variables() {
        return storage.variables();
    }

    @Override
    public BankId running() {
        return board.running();
    }

    @Override
    public FlashGeometry geometry() {
        return storage.bank(BankId.A).geometry();
    }

    @Override
    public void read(BankId bank, long offset, ByteBuffer dst) throws HalException {
        storage.bank(bank).peek(offset, dst);
    }

    @Override
    public Optional<SimImage.Header> header(BankId bank) throws HalException {
        return board.header(bank);
    }

    @Override
    public boolean isSelectable(BankId bank) throws HalException {
        return storage.bank(bank).isSelectable();
    }

    @Override
    public void setSelectable(BankId bank, boolean selectable) throws HalException {
        storage.bank(bank).setSelectable(selectable);
    }

    @Override
    public Optional<String> refusal(BankId bank) throws HalException {
        Optional<SimImage.Header> found = header(bank);
        if (found.isEmpty()) {
            return Optional.of("no image");
        }
        SimImage.Header header = found.get();
        long floor = board.counterValue(CounterId.SECURITY_VERSION);
        if (!header.isSignedBy(board.imageKey())) {
            return Optional.of("bad signature");
        }
        if (header.spec().securityVersion() < floor) {
            return Optional.of("security version " + header.spec().securityVersion() + ", at least " + floor);
        }
        if (header.imageBytes() > geometry().capacityBytes()) {
            return Optional.of("longer than the bank");
        }
        return MessageDigest.isEqual(header.bodySha256(), digestOnce(bank, header))
                ? Optional.empty()
                : Optional.of("digest mismatch");
    }

    private byte[] digestOnce(BankId bank, SimImage.Header header) throws HalException {
        Optional<StateHash.Key> content = storage.bank(bank).content();
        if (content.isEmpty()) {
            return digest(bank, header);
        }
        Hashed hashed = new Hashed(content.get(), header.imageBytes());
        byte[] digest = digests.get(hashed);
        if (digest == null) {
            digest = digest(bank, header);
            if (digests.size() < MAX_REMEMBERED) {
                digests.put(hashed, digest);
            }
        }
        return digest;
    }

    private byte[] digest(BankId bank, SimImage.Header header) throws HalException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(64 << 10, header.imageBytes()));
        for (long at = SimImage.HEADER_BYTES; at < header.imageBytes(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), header.imageBytes() - at));
            read(bank, at, buffer);
            sha256.update(buffer.flip());
        }
        return sha256.digest();
    }
}
