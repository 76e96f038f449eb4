// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.SuitReason.Ending;
import io.twinbank.core.suit.SuitReport;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The SUIT_Report of an outcome: made and stored with it, for what it is about may be gone later, and signed each time that it
 * is sent. Nothing here may hold up an outcome: without its report it is still one.
 */
final class SuitReports {
    private final boolean wanted;
    private final Board board;
    private final Records records;
    private final ManifestVerifier verifier;
    private final Consumer<AgentEvent> events;

    SuitReports(boolean wanted, Board board, Records records, ManifestVerifier verifier, Consumer<AgentEvent> events) {
        this.wanted = wanted;
        this.board = board;
        this.records = records;
        this.verifier = verifier;
        this.events = events;
    }

    /** Returns the outcome of an update with its report; the envelope is the one that is stored. */
    OutcomeRecord ended(OutcomeRecord record, Outcome outcome, Journal journal) {
        if (!wanted || record.manifestDigest().isEmpty()) {
            return record;
        }
        try {
            Optional<byte[]> envelope = records.manifest(journal);
            BankId bank = journal.componentsAlone() ? journal.target().other() : journal.target();
            return envelope.isPresent()
                    ? with(record, outcome, bank, envelope.get(), board.storedPlan(journal))
                    : record;
        } catch (HalException e) {
            events.accept(new AgentEvent.Trouble("outcome " + record.id() + " gets no SUIT_Report, as the stored "
                    + "envelope can't be read: " + e.getMessage()));
            return record;
        }
    }

    /** Returns the outcome of an offer of firmware that was refused, with its report. */
    OutcomeRecord refused(OutcomeRecord record, Outcome outcome, byte[] envelope) {
        boolean reported = wanted && !TrustManifest.isIn(envelope, verifier.limits());
        return reported ? with(record, outcome, record.running().other(), envelope, Optional.empty()) : record;
    }

    private OutcomeRecord with(
            OutcomeRecord record, Outcome outcome, BankId bank, byte[] envelope, Optional<InstallPlan> plan) {
        Optional<Rejection> rejection = rejection(outcome);
        try {
            SuitReport report = verifier.report(
                    envelope,
                    board.target(bank),
                    record.id().getBytes(StandardCharsets.UTF_8),
                    ending(outcome, rejection),
                    rejection);
            if (!report.manifestDigest().toString().equals(record.manifestDigest())) {
                return record; // the stored envelope is another's
            }
            if (outcome instanceof Outcome.Inconsistent inconsistent) {
                report = claiming(report, plan, inconsistent);
            }
            byte[] fitting = report.within(OutcomeRecord.MAX_REPORT_BYTES).encode();
            return record.with(Optional.of(Slice.of(fitting)));
        } catch (RejectedException e) {
            return record; // what is stored is no envelope any more
        }
    }

    /** Claims what each component holds, where that is what the update brought. */
    private static SuitReport claiming(SuitReport report, Optional<InstallPlan> plan, Outcome.Inconsistent outcome) {
        SuitReport claiming = report;
        for (InstallStep step : plan.map(InstallPlan::steps).orElse(List.of())) {
            if (outcome.components()
                    .contains(new ComponentState(step.component().toString(), Holds.NEW))) {
                claiming = claiming.claiming(step.component(), step.digest());
            }
        }
        return claiming;
    }

    private static Optional<Rejection> rejection(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return Optional.of(rejected.rejection());
        }
        return outcome instanceof Outcome.Failed failed ? failed.rejection() : Optional.empty();
    }

    private static Optional<Ending> ending(Outcome outcome, Optional<Rejection> rejection) {
        if (outcome instanceof Outcome.Installed) {
            return Optional.empty();
        } else if (rejection.isPresent()) {
            return rejection.map(Rejection::reason).map(Ending::of);
        } else if (outcome instanceof Outcome.RolledBack) {
            return Optional.of(Ending.ROLLED_BACK);
        } else if (outcome instanceof Outcome.Inconsistent) {
            return Optional.of(Ending.INCONSISTENT);
        } else if (outcome instanceof Outcome.Cancelled) {
            return Optional.of(Ending.CANCELLED);
        }
        return Optional.of(outcome instanceof Outcome.Superseded ? Ending.SUPERSEDED : Ending.FAILED);
    }

    /** Signs the report of an outcome that is about to be sent; empty if it has none, or the keys don't work. */
    Optional<byte[]> signed(OutcomeRecord record) {
        if (!wanted || record.report().isEmpty()) {
            return Optional.empty();
        }
        try {
            DeviceKeys keys = board.platform()
                    .keys()
                    .orElseThrow(() -> new HalException(HalException.Kind.UNSUPPORTED, "the board has no keys"));
            CoseKey publicKey = CoseKey.of(keys.publicKey());
            SigningKey key =
                    new SigningKey(CoseAlgorithm.of(publicKey.type()), message -> sign(keys, message), publicKey);
            return Optional.of(CoseSign1.signAttached(key, record.report().get().toByteArray(), new byte[0]));
        } catch (HalException | GeneralSecurityException | RuntimeException e) {
            // A key store is the board's code: whatever it throws, the outcome is due.
            events.accept(new AgentEvent.Trouble(
                    "outcome " + record.id() + " is reported without its SUIT_Report: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static byte[] sign(DeviceKeys keys, byte[] message) throws GeneralSecurityException {
        try {
            return keys.sign(message);
        } catch (HalException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }
}
