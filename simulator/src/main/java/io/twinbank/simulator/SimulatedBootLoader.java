// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.BootResult.Booted;
import io.twinbank.simulator.BootResult.Brick;
import io.twinbank.simulator.Operation.Part;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A boot loader as {@link io.twinbank.hal.BootControl} wants it. Before each boot it verifies the bank from its cells:
 * marker, signature, security version against the counter, digest. It counts a trial's attempts before it jumps, so that
 * an image that hangs at once ends as well.
 *
 * <p>The rules, in order: with its variables lost, the other bank once the first one's attempts are used up; a trial while
 * it has attempts and its bank loads; else the permanent bank, which has then fallen back; else the trial bank all the same,
 * as a last resort; outside a trial the permanent bank, else the other.
 */
final class SimulatedBootLoader {
    private final SimulatedBoard board;
    private final SimulatedBootControl control;
    private final Map<BankId, String> refusals = new EnumMap<>(BankId.class);

    SimulatedBootLoader(SimulatedBoard board, SimulatedBootControl control) {
        this.board = board;
        this.control = control;
    }

    /** Selects a bank. A power cut before the variables are written leaves the choice to the next boot. */
    BootResult boot() throws HalException {
        refusals.clear();
        BootVariables before = control.variables();
        boolean nextInTurn = before.lost() && before.trial() == Trial.RUNNING && before.attempts() == 0;
        BootVariables now = nextInTurn ? before.inTurn(control.maxAttempts()) : before;
        boolean onTrial = now.trial() == Trial.ARMED || now.trial() == Trial.RUNNING;

        Optional<Booted> trial = onTrial && now.attempts() > 0 ? load(now.trialBank()) : Optional.empty();
        if (trial.isPresent()) {
            return jump(trial.get(), before, now.with(Trial.RUNNING, now.attempts() - 1));
        }
        Optional<Booted> permanent = load(now.permanent());
        if (permanent.isPresent()) {
            return jump(permanent.get(), before, onTrial ? now.with(Trial.FELL_BACK, 0) : now);
        }
        Optional<Booted> lastResort = load(now.permanent().other());
        if (lastResort.isPresent()) {
            return jump(lastResort.get(), before, onTrial ? now.with(Trial.RUNNING, 0) : now);
        }
        return new Brick("no bank loads: " + refusals + "; boot variables: " + before);
    }

    private Booted jump(Booted booted, BootVariables before, BootVariables after) throws HalException {
        if (!after.equals(before)) {
            board.log().perform(Part.BOOT_LOADER, "select", after.toString(), () -> control.variables(after));
        }
        return booted;
    }

    private Optional<Booted> load(BankId bank) throws HalException {
        Optional<SimImage.Header> header = board.header(bank);
        Optional<String> refusal = header.isEmpty() ? Optional.of("no image") : refusal(bank, header.get());
        refusal.ifPresent(why -> refusals.put(bank, why));
        return refusal.isPresent() ? Optional.empty() : header.map(found -> new Booted(bank, found));
    }

    private Optional<String> refusal(BankId bank, SimImage.Header header) throws HalException {
        SimulatedFlash flash = board.flash(bank);
        long floor = board.counterValue(CounterId.SECURITY_VERSION);
        if (!flash.isSelectable()) {
            return Optional.of("not selectable");
        }
        if (!header.isSignedBy(board.imageKey())) {
            return Optional.of("bad signature");
        }
        if (header.spec().securityVersion() < floor) {
            return Optional.of("security version " + header.spec().securityVersion() + ", at least " + floor);
        }
        if (header.imageBytes() > flash.geometry().capacityBytes()) {
            return Optional.of("longer than the bank");
        }
        return MessageDigest.isEqual(header.bodySha256(), digest(flash, header))
                ? Optional.empty()
                : Optional.of("digest mismatch");
    }

    private static byte[] digest(SimulatedFlash flash, SimImage.Header header) throws HalException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        for (long at = SimImage.HEADER_BYTES; at < header.imageBytes(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), header.imageBytes() - at));
            flash.readCells(at, buffer);
            sha256.update(buffer.flip());
        }
        return sha256.digest();
    }
}
