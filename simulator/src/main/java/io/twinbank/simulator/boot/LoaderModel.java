// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.BootResult.Brick;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.StateHash;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What all models of boot loaders share: how a bank is loaded, and the agent's side of the handshake as far as it doesn't
 * depend on how the variables are kept. A model adds its variables and the order in which it tries the banks.
 */
public abstract class LoaderModel implements BootLoader {
    /**
     * Where a trial stands, as the variables and the running bank tell.
     *
     * @param trial where
     * @param attemptsLeft how many more boots it has
     * @param lastTrialId of the last trial armed
     */
    public record Standing(Trial trial, int attemptsLeft, long lastTrialId) {}

    /** The board. */
    protected final BootHost host;

    private final Abilities abilities;
    private final Map<BankId, String> refusals = new EnumMap<>(BankId.class);
    private final BootControl control = new Control();
    private boolean selecting = false;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    protected LoaderModel(BootHost host, Abilities abilities) {
        this.host = host;
        this.abilities = abilities;
    }

    @Override
    public final BootResult boot() throws HalException {
        refusals.clear();
        host.log().call("boot");
        Optional<Booted> booted;
        selecting = true;
        try {
            booted = select();
        } finally {
            selecting = false;
        }
        return booted.isPresent()
                ? booted.get()
                : new Brick("no bank loads: " + refusals + "; boot variables: " + describe());
    }

    /**
     * Selects a bank and loads it. Whatever it counts it writes before it jumps, so that an image that hangs at once ends as
     * well.
     *
     * @return what it jumps into; empty if nothing loads
     * @throws HalException if the variables can't be written
     */
    protected abstract Optional<Booted> select() throws HalException;

    /**
     * Tells where the trial stands, as the agent reads the variables.
     *
     * @param running the bank that runs
     * @return for {@link BootControl#status()}
     * @throws HalException if they can't be read
     */
    protected abstract Standing standing(BankId running) throws HalException;

    /**
     * Arms a trial, in one step that is atomic; the arguments were checked, and the bank made selectable.
     *
     * @param bank which bank
     * @param attempts how many boots it has
     * @param trialId its id
     * @throws HalException if the variables can't be written
     */
    protected abstract void arm(BankId bank, int attempts, long trialId) throws HalException;

    /**
     * Makes the running bank permanent, in one step that is atomic.
     *
     * @param running which bank
     * @throws HalException if the variables can't be written
     */
    protected abstract void makePermanent(BankId running) throws HalException;

    /**
     * Ends the trial without a confirm, in one step that is atomic.
     *
     * @param running the bank that runs
     * @throws HalException if the variables can't be written
     */
    protected abstract void endTrial(BankId running) throws HalException;

    /**
     * Makes durable what a call that was interrupted may have left in a cache.
     *
     * @throws HalException if that fails
     */
    protected void settle() throws HalException {
        host.variables().flush();
    }

    /**
     * Loads a bank: its marker, then as much verification as this loader does.
     *
     * @param bank which bank
     * @return what it would jump into; empty if it mustn't be booted
     * @throws HalException if the cells can't be read
     */
    protected Optional<Booted> load(BankId bank) throws HalException {
        Optional<String> refusal = host.isSelectable(bank) ? verify(bank) : Optional.of("not selectable");
        refusal.ifPresent(why -> refusals.put(bank, why));
        return refusal.isPresent() ? Optional.empty() : host.header(bank).map(found -> new Booted(bank, found));
    }

    private Optional<String> verify(BankId bank) throws HalException {
        if (abilities.verifies()) {
            return host.refusal(bank);
        }
        return host.header(bank).isPresent() ? Optional.empty() : Optional.of("no image");
    }

    /**
     * Tells whether the loader runs, and no system does.
     *
     * @return whether it selects a bank now
     */
    protected final boolean isSelecting() {
        return selecting;
    }

    /**
     * Returns what this loader can do.
     *
     * @return constant
     */
    protected final Abilities abilities() {
        return abilities;
    }

    @Override
    public final BootControl control() {
        return control;
    }

    /** The variables lie on the board's media, which are saved by themselves. */
    @Override
    public Object save() {
        return "";
    }

    @Override
    public void restore(Object saved) {
        // see save()
    }

    @Override
    public void addTo(StateHash hash) {
        // see save()
    }

    private final class Control implements BootControl {
        @Override
        public BootStatus status() throws HalException {
            host.log().checkAlive();
            BankId running = host.running();
            Standing now = standing(running);
            Optional<BankId> fallback = switch (now.trial()) {
                case ARMED -> Optional.of(running);
                case FELL_BACK -> Optional.empty();
                case NONE, RUNNING ->
                    host.isSelectable(running.other()) ? Optional.of(running.other()) : Optional.empty();
            };
            return new BootStatus(running, fallback, now.trial(), now.attemptsLeft(), now.lastTrialId());
        }

        @Override
        public int maxAttempts() {
            return abilities.maxAttempts();
        }

        @Override
        public OptionalLong securityVersion(BankId bank) throws HalException {
            host.log().checkAlive();
            return host.header(bank)
                    .map(header -> OptionalLong.of(header.spec().securityVersion()))
                    .orElseGet(OptionalLong::empty);
        }

        @Override
        public Enforcement enforcement() {
            return abilities.verifies() ? Enforcement.BOOT_LOADER : Enforcement.AGENT_ONLY;
        }

        @Override
        public void invalidate(BankId bank) throws HalException {
            begin("invalidate " + bank);
            if (bank == host.running()) {
                throw new HalException(HalException.Kind.LOCKED, "invalidate: bank " + bank + " is running");
            }
            host.setSelectable(bank, false);
        }

        /**
         * A cut after the marker leaves a whole image that is only a last resort: no trial is on. A marker that is there
         * already isn't written again, for a cut would then cost the bank.
         */
        @Override
        public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
            begin("armTrial " + bank);
            BankId running = host.running();
            if (attempts < 1 || attempts > maxAttempts() || trialId == 0 || bank == running) {
                throw new IllegalArgumentException("armTrial of " + bank + " while " + running + " runs, attempts "
                        + attempts + " of at most " + maxAttempts() + ", trialId " + trialId);
            }
            if (host.isSelectable(bank)) {
                host.variables().flush(); // its marker may be good in a cache only
            } else {
                host.setSelectable(bank, true);
            }
            arm(bank, attempts, trialId);
        }

        @Override
        public void confirm() throws HalException {
            begin("confirm");
            makePermanent(host.running());
            settle();
        }

        @Override
        public void disarm() throws HalException {
            begin("disarm");
            endTrial(host.running());
            settle();
        }

        private void begin(String call) {
            host.log().checkAliveToWrite(Part.BOOT_CONTROL, call);
        }
    }
}
