// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.StateHash;
import java.util.Optional;

/**
 * A boot loader as {@link BootControl} wants it, whose variables are replaced atomically. Before each boot it verifies the
 * bank from its cells. It counts a trial's attempts before it jumps, so that an image that hangs at once ends as well.
 *
 * <p>The rules, in order: with its variables lost, the other bank once the first one's attempts are used up; a trial while
 * it has attempts and its bank loads; else the permanent bank, which has then fallen back; else the trial bank all the same,
 * as a last resort; outside a trial the permanent bank, else the other.
 */
public final class IdealLoader extends LoaderModel {
    private BootVariables variables = BootVariables.permanent(BankId.A);

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param maxAttempts how many boots a trial can have
     */
    public IdealLoader(BootHost host, int maxAttempts) {
        super(host, Abilities.all(maxAttempts));
    }

    /** A power cut before the variables are written leaves the choice to the next boot. */
    @Override
    protected Optional<Booted> select() throws HalException {
        BootVariables before = variables;
        boolean nextInTurn = before.lost() && before.trial() == Trial.RUNNING && before.attempts() == 0;
        BootVariables now = nextInTurn ? before.inTurn(abilities().maxAttempts()) : before;
        boolean onTrial = now.trial() == Trial.ARMED || now.trial() == Trial.RUNNING;

        Optional<Booted> trial = onTrial && now.attempts() > 0 ? load(now.trialBank()) : Optional.empty();
        if (trial.isPresent()) {
            return jump(trial, now.with(Trial.RUNNING, now.attempts() - 1));
        }
        Optional<Booted> permanent = load(now.permanent());
        if (permanent.isPresent()) {
            return jump(permanent, onTrial ? now.with(Trial.FELL_BACK, 0) : now);
        }
        Optional<Booted> lastResort = load(now.permanent().other());
        return lastResort.isPresent() ? jump(lastResort, onTrial ? now.with(Trial.RUNNING, 0) : now) : Optional.empty();
    }

    private Optional<Booted> jump(Optional<Booted> booted, BootVariables after) throws HalException {
        if (!after.equals(variables)) {
            set(Part.BOOT_LOADER, "select", after);
        }
        return booted;
    }

    private void set(Part part, String name, BootVariables next) throws HalException {
        Change.Atomic change = () -> variables = next;
        host.log().perform(part, name, next.toString(), change);
    }

    @Override
    protected Standing standing(BankId running) {
        return new Standing(variables.trial(), variables.attempts(), variables.lastTrialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        set(Part.BOOT_CONTROL, "armTrial", variables.armed(bank.other(), bank, attempts, trialId));
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        set(Part.BOOT_CONTROL, "confirm", variables.confirmed(running));
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        set(Part.BOOT_CONTROL, "disarm", variables.disarmed());
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
        variables = BootVariables.lost(BankId.A, abilities().maxAttempts());
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
}
