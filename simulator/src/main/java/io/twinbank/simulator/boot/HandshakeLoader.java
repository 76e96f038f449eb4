// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootableBanks;
import io.twinbank.hal.linux.VariableBootControl;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A loader whose script is told what to do by variables. The agent's side of them is the shipped {@link VariableBootControl}, over the
 * shipped codec; the loader's side is a model, which shares nothing with it but the bytes on the medium.
 */
public abstract class HandshakeLoader extends LoaderModel {
    private @Nullable VariableBootControl handshake;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    protected HandshakeLoader(BootHost host, Abilities abilities) {
        super(host, abilities);
    }

    /**
     * Makes the agent's side.
     *
     * @param banks the board's
     * @param enforcement what the loader verifies
     * @return the shipped one
     * @throws HalException if the shipped codec can't be made
     */
    protected abstract VariableBootControl handshake(BootableBanks banks, Enforcement enforcement) throws HalException;

    private VariableBootControl handshake() throws HalException {
        VariableBootControl made = handshake;
        if (made == null) {
            made = handshake(new Banks(), abilities().verifies() ? Enforcement.BOOT_LOADER : Enforcement.AGENT_ONLY);
            handshake = made;
        }
        return made;
    }

    @Override
    protected final Standing standing(BankId running) throws HalException {
        BootStatus status = handshake().status();
        return new Standing(status.trial(), status.attemptsLeft(), status.lastTrialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        handshake().armTrial(bank, attempts, trialId);
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        handshake().confirm();
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        handshake().disarm();
    }

    /** The shipped codec sees to it by itself. */
    @Override
    protected final void settle() {
        // see above
    }

    private final class Banks implements BootableBanks {
        @Override
        public BankId running() {
            return host.running();
        }

        @Override
        public boolean isBootable(BankId bank) throws HalException {
            return host.isSelectable(bank);
        }

        @Override
        public void spoil(BankId bank) throws HalException {
            host.setSelectable(bank, false);
        }

        @Override
        public OptionalLong securityVersion(BankId bank) throws HalException {
            return control().securityVersion(bank);
        }
    }
}
