// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.McubootTrailer.Flag;
import io.twinbank.simulator.boot.McubootTrailer.Kind;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.util.Optional;

/**
 * A loader with trailers, as MCUboot in the mode direct-XIP with revert: nothing is swapped, and a trial has one boot. A pending
 * slot's trailer gets its magic, {@code copy_done} before its first boot, {@code image_ok} with the confirm; a slot that was booted
 * and isn't confirmed is reverted.
 *
 * <p>Where MCUboot compares the versions in the image headers, these trailers are numbered: the latest is in force, and says
 * what becomes of both slots. Each slot has two places for its trailer, so that a new one never replaces the one in force.
 */
public class McubootLoader extends LoaderModel {
    private final VariableArea area;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public McubootLoader(BootHost host, Abilities abilities) {
        super(host, abilities);
        area = new VariableArea(host.variables());
    }

    @Override
    protected Optional<Booted> select() throws HalException {
        Optional<McubootTrailer> found = latest(area.board());
        if (found.isEmpty()) {
            return tryInTurn(defaultBank());
        }
        McubootTrailer latest = found.get();
        BankId slot = latest.slot();
        if (latest.isPermanent()) {
            return loadOr(slot, slot.other());
        }
        if (latest.kind() == Kind.DEFAULT) {
            return tryInTurn(slot.other());
        }
        if (!latest.isTried()) {
            Optional<Booted> trial = load(slot);
            mark(latest, Flag.COPY_DONE, Kind.TRIED);
            if (trial.isPresent()) {
                return trial;
            }
        }
        return loadOr(slot.other(), slot);
    }

    private Optional<Booted> tryInTurn(BankId first) throws HalException {
        Optional<Booted> booted = loadOr(first, first.other());
        if (booted.isPresent()) {
            write(booted.get().bank(), Kind.DEFAULT, 0);
        }
        return booted;
    }

    private Optional<Booted> loadOr(BankId first, BankId second) throws HalException {
        Optional<Booted> booted = load(first);
        return booted.isPresent() ? booted : load(second);
    }

    /**
     * Returns the bank that is tried first without any trailer.
     *
     * @return bank A
     */
    protected BankId defaultBank() {
        return BankId.A;
    }

    @Override
    protected Standing standing(BankId running) {
        Optional<McubootTrailer> found = latest(area.board());
        if (found.isEmpty()) {
            return new Standing(Trial.RUNNING, 0, 0);
        }
        McubootTrailer latest = found.get();
        if (latest.isPermanent()) {
            return new Standing(Trial.NONE, 0, latest.trialId());
        }
        if (!latest.isTried()) {
            return new Standing(Trial.ARMED, 1, latest.trialId());
        }
        boolean here = latest.kind() == Kind.DEFAULT || latest.slot() == running;
        return new Standing(here ? Trial.RUNNING : Trial.FELL_BACK, 0, latest.trialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        write(bank, Kind.PENDING, trialId);
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        Optional<McubootTrailer> latest = latest(area.board());
        boolean own = latest.map(McubootTrailer::slot).equals(Optional.of(running));
        if (own && latest.orElseThrow().isPermanent()) {
            return;
        }
        if (own) {
            mark(latest.orElseThrow(), Flag.IMAGE_OK, Kind.PERMANENT);
        } else {
            write(running, Kind.PERMANENT, latest.map(McubootTrailer::trialId).orElse(0L));
        }
    }

    /** A trial has no second boot that it could lose. */
    @Override
    protected void endTrial(BankId running) throws HalException {
        Optional<McubootTrailer> latest = latest(area.board());
        if (latest.isEmpty()
                || (latest.get().kind() == Kind.DEFAULT && !latest.get().isPermanent())) {
            write(running, Kind.TRIED, 0);
        } else if (!latest.get().isPermanent() && latest.get().slot() != running) {
            write(running, Kind.PERMANENT, latest.get().trialId());
        }
    }

    private void mark(McubootTrailer latest, Flag flag, Kind instead) throws HalException {
        if (latest.hasRoom(area)) {
            latest.set(area, flag);
        } else {
            write(latest.slot(), instead, latest.trialId());
        }
    }

    private void write(BankId slot, Kind kind, long trialId) throws HalException {
        Optional<McubootTrailer> latest = latest(area.board());
        int unit = slot == BankId.A ? 0 : McubootTrailer.UNITS_PER_SLOT;
        if (latest.isPresent() && latest.get().unit() == unit) {
            unit++;
        }
        McubootTrailer.write(area, unit, kind, latest.map(McubootTrailer::order).orElse(0L) + 1, trialId);
    }

    private Optional<McubootTrailer> latest(Reader reader) {
        Optional<McubootTrailer> latest = Optional.empty();
        for (int unit = 0; unit < 2 * McubootTrailer.UNITS_PER_SLOT; unit++) {
            Optional<McubootTrailer> found = McubootTrailer.read(area, reader, unit);
            if (found.isPresent()
                    && (latest.isEmpty() || found.get().order() > latest.get().order())) {
                latest = found;
            }
        }
        return latest;
    }

    @Override
    public Optional<BankId> permanent() {
        return latest(area.observer()).filter(McubootTrailer::isPermanent).map(McubootTrailer::slot);
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        area.spoil();
        McubootTrailer.poke(area, permanent == BankId.A ? 0 : McubootTrailer.UNITS_PER_SLOT, Kind.PERMANENT, 1);
    }

    @Override
    public void loseVariables() throws HalException {
        area.spoil();
    }

    @Override
    public String describe() {
        return latest(area.observer()).map(McubootTrailer::toString).orElse("no trailer");
    }
}
