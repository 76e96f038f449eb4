// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

/** One step of a row, in the words of docs/design.md. A row's steps run one after another; each durable one is on its own. */
enum Step {
    JOURNAL_NEW("J:=IDLE, on a new device"),
    SECURITY_REBUILT("Security:=rebuilt from the running bank's envelope"),
    CHECKPOINT_NONE("Checkpoint:=none"),
    MANIFEST_TARGET("Manifest(target):=envelope"),
    MANIFEST_COMPONENTS("Manifest(components):=envelope"),
    JOURNAL_DOWNLOADING("J:=DOWNLOADING"),
    INVALIDATE_TARGET("invalidate(target)"),
    BEGIN("begin"),
    DOWNLOAD("first erase, download"),
    STAGE("download"),
    CHECKPOINT("sync, Checkpoint:=position"),
    SYNC("sync"),
    END("end"),
    JOURNAL_VERIFYING("J:=VERIFYING"),
    READ_BACK("read-back"),
    JOURNAL_STAGED("J:=STAGED"),
    ASK_GATE("ask the gate"),
    JOURNAL_ARMED("J:=ARMED(new trialId, arms+1)"),
    ARM_TRIAL("armTrial"),
    RESET("reset"),
    JOURNAL_TRIAL_STARTED("J:=TRIAL(starts+1)"),
    JOURNAL_TRIED("J:=TRIAL(new trialId, starts+1)"),
    ACTIVATE("activate the components"),
    SELF_TEST("self-test"),
    JOURNAL_OVER("J:=TRIAL(failed, cause)"),
    JOURNAL_COMMITTING("J:=COMMITTING"),
    DIGEST_RUNNING("digest of the running bank afresh"),
    VERIFY("verify the components, unless Security has their floors"),
    SECURITY_FLOORS("Security:=floors of the components"),
    CONFIRM("confirm"),
    STATUS_NONE("status() says NONE"),
    SECURITY_CONFIRMED("Security:=floors, confirmed"),
    ADVANCE_COUNTER("advanceTo(securityVersion(running)) and read back"),
    OUTCOME_INSTALLED("Outcome:=Installed"),
    OUTCOME("Outcome:=as said"),
    OUTCOME_BY_CAUSE("Outcome (by its cause, else RolledBack)"),
    DISCARD("drop what is staged"),
    REVERT_IF_OVER("revert the components, if J is over"),
    REVERT("revert the components"),
    OUTCOME_NO_FALLBACK("Outcome:=Failed(NO_FALLBACK)"),
    OUTCOME_ROLLED_BACK_UNKNOWN("Outcome:=RolledBack(UNKNOWN), its id from lastTrialId"),
    OUTCOME_UNKNOWN_IMAGE("Outcome:=Failed(UNKNOWN_IMAGE)"),
    OUTCOME_BANK_CHANGED("Outcome:=Cancelled(BANK_CHANGED)"),
    OUTCOME_STATE_LOST("Outcome:=StateLost"),
    OUTCOME_UNEXPECTED_IMAGE("Outcome:=UnexpectedImage"),
    QUARANTINE("Security:=quarantine (by its rules)"),
    SECURITY_FOUND("Security:=confirmed as found"),
    JOURNAL_IDLE("J:=IDLE"),
    DISARM("disarm"),
    ARM_FALLBACK("armTrial(fallback)"),
    SAY_NO_FALLBACK("event NO_FALLBACK"),
    RESUME("resume at the checkpoint / redo the digest / wait"),
    TRUST_STORED("Trust:=set"),
    ADVANCE_TRUST("advanceTo(trust version)"),
    OUTCOME_TRUST("Outcome:=TrustUpdated"),
    SECURITY_TRUST("Security:=trust version, time floor"),
    OUTCOME_REVOKED("Outcome:=InstalledRevoked, if it is"),
    REVIEW("end what is believed no more, by row 9 or 9b"),
    ORDERS("Orders:=as commanded"),
    ANSWER("answer"),
    PARK("park in memory, the latest of each kind"),
    AGAIN("again"),
    REST("rest");

    private final String words;

    Step(String words) {
        this.words = words;
    }

    /** Returns the step as docs/design.md writes it. */
    @Override
    public String toString() {
        return words;
    }
}
