// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.BootResult.Brick;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.StateHash;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A boot loader as {@link BootControl} wants it, whose variables are replaced atomically. Before each boot it verifies the
 * bank from its cells. It counts a trial's attempts before it jumps, so that an image that hangs at once ends as well.
 *
 * <p>The rules, in order: with its variables lost, the other bank once the first one's attempts are used up; a trial while
 * it has attempts and its bank loads; else the permanent bank, which has then fallen back; else the trial bank all the same,
 * as a last resort; outside a trial the permanent bank, else the other.
 */
public final class IdealLoader implements BootLoader {
    private final BootHost host;
    private final int maxAttempts;
    private final Map<BankId, String> refusals = new EnumMap<>(BankId.class);
    private final BootControl control = new Control();
    private BootVariables variables = BootVariables.permanent(BankId.A);

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param maxAttempts how many boots a trial can have
     */
    public IdealLoader(BootHost host, int maxAttempts) {
        this.host = host;
        this.maxAttempts = maxAttempts;
    }

    /** A power cut before the variables are written leaves the choice to the next boot. */
    @Override
    public BootResult boot() throws HalException {
        refusals.clear();
        BootVariables before = variables;
        boolean nextInTurn = before.lost() && before.trial() == Trial.RUNNING && before.attempts() == 0;
        BootVariables now = nextInTurn ? before.inTurn(maxAttempts) : before;
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
            set(Part.BOOT_LOADER, "select", after);
        }
        return booted;
    }

    private void set(Part part, String name, BootVariables next) throws HalException {
        Change.Atomic change = () -> variables = next;
        host.log().perform(part, name, next.toString(), change);
    }

    private Optional<Booted> load(BankId bank) throws HalException {
        Optional<String> refusal = host.isSelectable(bank) ? host.refusal(bank) : Optional.of("not selectable");
        refusal.ifPresent(why -> refusals.put(bank, why));
        return refusal.isPresent() ? Optional.empty() : host.header(bank).map(found -> new Booted(bank, found));
    }

    @Override
    public BootControl control() {
        return control;
    }

    @Override
    public Optional<BankId> permanent() {
        boolean onTrial = variables.trial() == Trial.ARMED || variables.trial() == Trial.RUNNING;
        return onTrial ? Optional.empty() : Optional.of(variables.permanent());
    }

    @Override
    public void provision(BankId permanent) {
        variables = BootVariables.permanent(permanent);
    }

    @Override
    public void loseVariables() {
        variables = BootVariables.lost(BankId.A, maxAttempts);
    }

    @Override
    public String describe() {
        return variables.toString();
    }

    @Override
    public Object save() {
        return variables;
    }

    @Override
    public void restore(Object saved) {
        variables = (BootVariables) saved;
    }

    @Override
    public void addTo(StateHash hash) {
        hash.add(variables.toString());
    }

    /**
     * Returns the variables.
     *
     * @return as they are
     */
    public BootVariables variables() {
        return variables;
    }

    /**
     * Sets the variables past every rule.
     *
     * @param next as they are from now on
     */
    public void variables(BootVariables next) {
        variables = next;
    }

    private final class Control implements BootControl {
        @Override
        public BootStatus status() throws HalException {
            host.log().checkAlive();
            BankId running = host.running();
            Optional<BankId> fallback = switch (variables.trial()) {
                case ARMED -> Optional.of(variables.permanent());
                case FELL_BACK -> Optional.empty();
                case NONE, RUNNING ->
                    host.isSelectable(running.other()) ? Optional.of(running.other()) : Optional.empty();
            };
            return new BootStatus(running, fallback, variables.trial(), variables.attempts(), variables.lastTrialId());
        }

        @Override
        public int maxAttempts() {
            return maxAttempts;
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
            return Enforcement.BOOT_LOADER;
        }

        @Override
        public void invalidate(BankId bank) throws HalException {
            host.log().checkAliveToWrite(Part.BOOT_CONTROL, "invalidate");
            if (bank == host.running()) {
                throw new HalException(HalException.Kind.LOCKED, "invalidate: bank " + bank + " is running");
            }
            host.setSelectable(bank, false);
        }

        /** A cut after the marker leaves a whole image that is only a last resort: no trial is on. */
        @Override
        public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
            BankId running = host.running();
            if (attempts < 1 || attempts > maxAttempts || trialId == 0 || bank == running) {
                throw new IllegalArgumentException("armTrial of " + bank + " while " + running + " runs, attempts "
                        + attempts + " of at most " + maxAttempts + ", trialId " + trialId);
            }
            host.setSelectable(bank, true);
            set(Part.BOOT_CONTROL, "armTrial", variables.armed(running, bank, attempts, trialId));
        }

        @Override
        public void confirm() throws HalException {
            set(Part.BOOT_CONTROL, "confirm", variables.confirmed(host.running()));
        }

        @Override
        public void disarm() throws HalException {
            set(Part.BOOT_CONTROL, "disarm", variables.disarmed());
        }
    }
}
