// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.Journal;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import java.util.Optional;

/**
 * What the start-up rows ask. The costly ones are answered when they are asked, once: they read whole banks from the medium.
 */
interface BootFacts {
    /** What the boot loader says of the last boot. */
    BootStatus status();

    /** The journal; empty if it is absent or unreadable. */
    Optional<Journal> journal();

    /** Whether the journal was stored and can't be read. */
    boolean journalUnreadable();

    /** Whether the device has run an agent before. */
    boolean securityExisted();

    /** The running bank is the journal's target, holds its image, and its stored envelope verifies. */
    boolean same() throws HalException;

    /** The journal has a cause, or its update has an outcome other than Installed. */
    boolean over();

    /** The running bank holds the image of its stored envelope, and that verifies. */
    boolean named() throws HalException;

    /** The running bank and its image are what Security says is permanent. */
    boolean confirmed() throws HalException;

    /** The journal's target and its image are what Security says is permanent: success may have been reported. */
    boolean committed();

    /**
     * The boot loader has another bank to fall back to, whose security version, as it reads it, isn't below the counter, and which
     * holds the image of its stored envelope, and that verifies. Where the boot loader verifies for itself, the envelope may be
     * missing, unless it has refused that bank already.
     */
    boolean fallbackOk() throws HalException;

    /** The journal's update is of components alone: the bank that runs is to stay. */
    default boolean alone() {
        return journal().map(Journal::componentsAlone).orElse(false);
    }

    default boolean runsTarget() {
        BankId running = status().running();
        return journal().map(j -> j.target() == running).orElse(false);
    }

    /** The trial that the boot loader speaks of is the journal's. */
    default boolean trialIsJournals() {
        return journal().map(j -> j.trialId() == status().lastTrialId()).orElse(false);
    }
}
