// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.internal.Step.*;

import io.twinbank.core.UpdateState;
import java.util.List;
import java.util.Set;

/** The rows of the update table that an event leads to; {@link BootTable} has those of an agent's start. */
final class UpdateTable {
    static final Row NO_SECURITY = Row.of(
            "0",
            "any",
            "a start without a readable Security record, before the start-up rows",
            Set.of(UpdateState.IDLE),
            JOURNAL_NEW,
            SECURITY_REBUILT);
    static final Row UNBOUND_SECURITY = Row.of(
            "0a",
            "any",
            "the same, or an older record, where the hardware has bound another",
            Set.of(),
            OUTCOME_STATE_LOST,
            SECURITY_REBUILT);
    static final Row ACCEPT = Row.of(
            "1",
            "IDLE",
            "acceptable offer (authentic, for this device, newer, fits, counter can follow)",
            Set.of(UpdateState.DOWNLOADING),
            CHECKPOINT_NONE,
            MANIFEST_TARGET,
            JOURNAL_DOWNLOADING,
            INVALIDATE_TARGET,
            BEGIN,
            DOWNLOAD);
    static final Row KNOWN = Row.of(
            "1a",
            "any",
            "offer that is installed, pending, judged before (no retry due) or quarantined",
            Set.of(),
            ANSWER);
    static final Row ACCEPT_ALONE = Row.of(
            "1b",
            "IDLE",
            "acceptable offer, the same, of components alone",
            Set.of(UpdateState.DOWNLOADING),
            CHECKPOINT_NONE,
            MANIFEST_COMPONENTS,
            JOURNAL_DOWNLOADING,
            STAGE);
    static final Row REFUSE =
            Row.of("2", "any", "authentic but unacceptable, for the first time", Set.of(), OUTCOME, ANSWER);
    static final Row NOT_AUTHENTIC = Row.of(
            "2a", "any", "not authentic: a counter in memory and a rate-limited event, no wear", Set.of(), ANSWER);
    static final Row PARKED = Row.of("2b", "TRIAL, COMMITTING", "acceptable offer, or a trust set", Set.of(), PARK);
    static final Row PAUSED = Row.of(
            "2c",
            "any, paused by a command",
            "acceptable offer: its message is acknowledged; taken up when the pause ends",
            Set.of(),
            PARK);
    static final Row WAITS = Row.of(
            "2d",
            "DOWNLOADING, VERIFYING, STAGED, ARMED",
            "acceptable offer of components alone: waits for the end of an update of an image, or of other components",
            Set.of(),
            PARK);
    static final Row HELD = Row.of(
            "2e",
            "any but TRIAL, COMMITTING",
            "acceptable offer that the site doesn't let be downloaded yet: its message is acknowledged; taken up when it does",
            Set.of(),
            PARK);
    static final Row CHUNK = Row.of(
            "3",
            "DOWNLOADING",
            "chunk at the expected offset: erase ahead, write; at a checkpoint",
            Set.of(),
            CHECKPOINT);
    static final Row OFFLINE = Row.of(
            "4",
            "DOWNLOADING",
            "offline, time-out, broken connection: back off, ask again from where it stopped",
            Set.of());
    static final Row SUPERSEDE = Row.of(
            "5",
            "DOWNLOADING, VERIFYING, STAGED",
            "newer acceptable offer; then as row 1",
            Set.of(UpdateState.IDLE),
            OUTCOME,
            DISCARD,
            JOURNAL_IDLE,
            REST);
    static final Row DOWNLOADED = Row.of(
            "6", "DOWNLOADING", "last byte", Set.of(UpdateState.VERIFYING), SYNC, END, JOURNAL_VERIFYING, READ_BACK);
    static final Row DOWNLOADED_ALONE = Row.of(
            "6a", "DOWNLOADING", "last byte, alone", Set.of(UpdateState.VERIFYING), JOURNAL_VERIFYING, READ_BACK);
    static final Row VERIFIED = Row.of(
            "7",
            "VERIFYING",
            "digest read back from the medium, whole, after the last sync, matches, and so does what else is staged",
            Set.of(UpdateState.STAGED),
            JOURNAL_STAGED,
            ASK_GATE);
    static final Row FAIL = Row.of(
            "8",
            "DOWNLOADING, VERIFYING",
            "payload or digest wrong, or the flash fails (the bank stays invalid)",
            Set.of(UpdateState.IDLE),
            OUTCOME,
            DISCARD,
            JOURNAL_IDLE,
            REST);
    static final Row CANCEL = Row.of(
            "9",
            "DOWNLOADING, VERIFYING, STAGED",
            "cancelled or revoked",
            Set.of(UpdateState.IDLE),
            OUTCOME,
            DISCARD,
            JOURNAL_IDLE,
            REST);
    static final Row CALL_OFF = Row.of(
            "9b",
            "ARMED",
            "cancelled, revoked or superseded before the reset",
            Set.of(UpdateState.IDLE),
            OUTCOME,
            DISARM,
            DISCARD,
            JOURNAL_IDLE,
            REST);
    static final Row CANCEL_LATE = Row.of(
            "9c", "TRIAL, COMMITTING", "cancel: refused, the trial ends by its self-test or its deadline", Set.of());
    static final Row ARM = Row.of(
            "10",
            "STAGED",
            "gate open; not revoked or quarantined meanwhile; digest again, unless row 7 was just now;"
                    + " securityVersion(target) is the manifest's; counter can follow; arms < 3",
            Set.of(UpdateState.ARMED),
            JOURNAL_ARMED,
            ARM_TRIAL,
            RESET);
    static final Row NOT_ARMED = Row.of(
            "10a",
            "ARMED",
            "armTrial threw, and status() doesn't say ARMED",
            Set.of(UpdateState.STAGED),
            JOURNAL_STAGED,
            ASK_GATE);
    static final Row UNFIT = Row.of(
            "10b",
            "STAGED",
            "anything in row 10 but the gate fails",
            Set.of(UpdateState.IDLE),
            OUTCOME,
            DISCARD,
            JOURNAL_IDLE,
            REST);
    static final Row TRY_ALONE = Row.of(
            "10c",
            "STAGED",
            "alone, in place of row 10: gate open; not revoked or quarantined meanwhile; what is staged again, unless row 7"
                    + " was just now",
            Set.of(UpdateState.TRIAL),
            JOURNAL_TRIED,
            ACTIVATE,
            SELF_TEST);
    static final Row GATE_SHUT = Row.of(
            "18b",
            "ARMED",
            "the gate is shut past the deadline; or the envelope is lost, and the site restricts updates",
            Set.of(UpdateState.STAGED),
            JOURNAL_STAGED,
            DISARM,
            ASK_GATE);
    static final Row COMMIT = Row.of(
            "11",
            "TRIAL",
            "self-test passed",
            Set.of(UpdateState.COMMITTING, UpdateState.IDLE),
            JOURNAL_COMMITTING,
            DIGEST_RUNNING,
            CONFIRM,
            STATUS_NONE,
            SECURITY_CONFIRMED,
            ADVANCE_COUNTER,
            OUTCOME_INSTALLED,
            JOURNAL_IDLE,
            AGAIN);
    static final Row COMMIT_ALONE = Row.of(
            "11a",
            "TRIAL",
            "self-test passed, alone",
            Set.of(UpdateState.COMMITTING, UpdateState.IDLE),
            JOURNAL_COMMITTING,
            VERIFY,
            SECURITY_FLOORS,
            OUTCOME_INSTALLED,
            JOURNAL_IDLE,
            AGAIN);
    static final Row CONDEMN = Row.of(
            "12",
            "TRIAL",
            "self-test failed, revoked, deadline since boot (alone: since this start) passed, too many agent starts, or a"
                    + " component can't be activated",
            Set.of(UpdateState.TRIAL),
            JOURNAL_OVER,
            AGAIN);
    static final Row CONDEMN_COMMIT = Row.of(
            "12a",
            "COMMITTING",
            "the running bank isn't the image any more, or a component not what was activated",
            Set.of(UpdateState.TRIAL),
            JOURNAL_OVER,
            AGAIN);

    static final Row TRUST = Row.of(
            "26",
            "any but TRIAL, COMMITTING",
            "the next trust set, signed by the root keys of the present one and its own",
            Set.of(),
            TRUST_STORED,
            ADVANCE_TRUST,
            OUTCOME_TRUST,
            SECURITY_TRUST,
            OUTCOME_REVOKED,
            REVIEW);
    static final Row TRUST_CUT = Row.of(
            "26a",
            "any",
            "a trust set that Security doesn't know yet: at a start before the start-up rows, or offered again",
            Set.of(),
            ADVANCE_TRUST,
            OUTCOME_TRUST,
            SECURITY_TRUST);
    static final Row ORDER = Row.of(
            "27",
            "any",
            "signed command for this device, newer than the last, not expired; a cancel of the update under way first as row 9,"
                    + " 9b or 9c",
            Set.of(),
            ORDERS,
            ANSWER);
    static final Row ORDER_KNOWN =
            Row.of("27a", "any", "command that isn't newer, or is refused; not authentic: as row 2a", Set.of(), ANSWER);

    static final List<Row> ROWS = List.of(
            NO_SECURITY,
            UNBOUND_SECURITY,
            ACCEPT,
            KNOWN,
            ACCEPT_ALONE,
            REFUSE,
            NOT_AUTHENTIC,
            PARKED,
            PAUSED,
            WAITS,
            HELD,
            CHUNK,
            OFFLINE,
            SUPERSEDE,
            DOWNLOADED,
            DOWNLOADED_ALONE,
            VERIFIED,
            FAIL,
            CANCEL,
            CALL_OFF,
            CANCEL_LATE,
            ARM,
            NOT_ARMED,
            UNFIT,
            TRY_ALONE,
            GATE_SHUT,
            COMMIT,
            COMMIT_ALONE,
            CONDEMN,
            CONDEMN_COMMIT,
            TRUST,
            TRUST_CUT,
            ORDER,
            ORDER_KNOWN);

    private UpdateTable() {}
}
