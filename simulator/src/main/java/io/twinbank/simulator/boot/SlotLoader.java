// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.SlotMetadata.Copy;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.util.Optional;

/**
 * A loader with a priority, tries and a success flag for each slot, as Android's and ChromeOS's: of the slots that succeeded or
 * have tries left it boots the one with the highest priority, and takes one try from it unless it succeeded. A slot that
 * doesn't load loses its tries. If none is left it boots whatever loads.
 *
 * <p>A trial is a slot above all others that hasn't succeeded: it is armed, or running, or has fallen back, as the running bank
 * and the tries tell. Where no slot ever succeeded, which is how lost metadata reads, the slots get new tries in turn.
 */
public class SlotLoader extends LoaderModel {
    /**
     * One slot.
     *
     * @param priority the highest is booted first
     * @param tries how many more boots it has, unless it succeeded
     * @param successful whether it was confirmed
     */
    public record Slot(int priority, int tries, boolean successful) {
        Slot withTries(int left) {
            return new Slot(priority, left, successful);
        }
    }

    private final VariableArea area;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public SlotLoader(BootHost host, Abilities abilities) {
        super(host, abilities);
        area = new VariableArea(host.variables());
    }

    /**
     * Takes a try from a slot that is about to be booted.
     *
     * @param slot it hasn't succeeded and has at least one
     * @return the slot to be written before the jump
     */
    protected Slot tried(Slot slot) {
        return slot.withTries(slot.tries() - 1);
    }

    /**
     * Tells whether a second copy of the metadata is newer than the first.
     *
     * @param first its sequence number
     * @param second its sequence number
     * @return whether it is; sequence numbers wrap, and of equals the first copy is taken
     */
    protected boolean isNewer(int first, int second) {
        return second - first > 0;
    }

    @Override
    protected Optional<Booted> select() throws HalException {
        Copy before = read(area.board());
        SlotMetadata now = before.metadata();
        if (now.neverSucceeded()
                && now.slot(BankId.A).tries() + now.slot(BankId.B).tries() == 0) {
            now = lost().withTrialId(now.trialId());
        }
        for (BankId bank : now.byPriority()) {
            Slot slot = now.slot(bank);
            Optional<Booted> booted = slot.successful() || slot.tries() > 0 ? load(bank) : Optional.empty();
            if (booted.isPresent()) {
                save(before, slot.successful() ? now : now.with(bank, tried(slot)));
                return booted;
            }
            now = slot.successful() ? now : now.with(bank, slot.withTries(0));
        }
        save(before, now);
        Optional<Booted> last = load(now.byPriority().get(0));
        return last.isPresent() ? last : load(now.byPriority().get(1));
    }

    @Override
    protected Standing standing(BankId running) {
        SlotMetadata now = read(area.board()).metadata();
        BankId top = now.byPriority().get(0);
        int tries = now.slot(top).tries();
        if (now.neverSucceeded()) {
            return new Standing(Trial.RUNNING, now.slot(running).tries(), now.trialId());
        }
        if (now.slot(top).successful()) {
            return new Standing(Trial.NONE, 0, now.trialId());
        }
        Trial elsewhere = tries > 0 ? Trial.ARMED : Trial.FELL_BACK;
        return new Standing(top == running ? Trial.RUNNING : elsewhere, tries, now.trialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        Copy before = read(area.board());
        save(
                before,
                before.metadata()
                        .with(bank.other(), new Slot(2, 0, true))
                        .with(bank, new Slot(3, attempts, false))
                        .withTrialId(trialId));
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        Copy before = read(area.board());
        save(before, permanent(before.metadata(), running));
    }

    private static SlotMetadata permanent(SlotMetadata now, BankId bank) {
        boolean otherToo = now.slot(bank.other()).successful();
        return now.with(bank, new Slot(2, 0, true)).with(bank.other(), new Slot(1, 0, otherToo));
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        Copy before = read(area.board());
        SlotMetadata now = before.metadata();
        BankId top = now.byPriority().get(0);
        if (now.neverSucceeded()) {
            save(before, now.with(running, new Slot(2, 0, false)).with(running.other(), new Slot(1, 0, true)));
        } else if (!now.slot(top).successful()) {
            save(before, top == running ? now.with(top, now.slot(top).withTries(0)) : permanent(now, running));
        }
    }

    private Copy read(Reader reader) {
        Optional<Copy> first = SlotMetadata.read(reader, 0);
        Optional<Copy> second = SlotMetadata.read(reader, 1);
        if (first.isPresent() && second.isPresent()) {
            int sequence = first.get().sequence();
            return isNewer(sequence, second.get().sequence()) ? second.get() : first.get();
        }
        return first.or(() -> second).orElseGet(() -> new Copy(1, 0, lost()));
    }

    private SlotMetadata lost() {
        int tries = abilities().maxAttempts();
        return new SlotMetadata(new Slot(2, tries, false), new Slot(1, tries, false), 0);
    }

    /** The copy that isn't in force is written, so that a cut leaves the one that is. */
    private void save(Copy before, SlotMetadata now) throws HalException {
        if (!now.equals(before.metadata())) {
            area.rewrite(1 - before.index(), now.encode(before.sequence() + 1));
        }
    }

    @Override
    public Optional<BankId> permanent() {
        SlotMetadata now = read(area.observer()).metadata();
        BankId top = now.byPriority().get(0);
        return now.slot(top).successful() ? Optional.of(top) : Optional.empty();
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        area.spoil();
        Slot none = new Slot(1, 0, false);
        area.poke(0, permanent(new SlotMetadata(none, none, 0), permanent).encode(1));
    }

    @Override
    public void loseVariables() throws HalException {
        area.spoil();
    }

    @Override
    public String describe() {
        Copy copy = read(area.observer());
        return "copy " + copy.index() + " #" + copy.sequence() + " " + copy.metadata();
    }
}
