// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentStatus;
import io.twinbank.core.Outcome;
import java.util.StringJoiner;

/** Says in words what the agent is doing, why, and what it waits for. */
final class Explanation {
    private Explanation() {}

    static String of(AgentStatus status, boolean componentsAlone, String row, String trouble) {
        StringJoiner text = new StringJoiner("\n");
        text.add((componentsAlone ? doingAlone(status) : doing(status))
                + (row.isEmpty() ? "." : " (row " + row + " of the update table)."));
        status.running()
                .ifPresent(bank -> text.add("Bank " + bank + " runs; sequence " + status.sequence()
                        + ", anti-rollback floor " + status.securityVersion()
                        + (status.trustVersion() == 0 ? "" : ", trust set " + status.trustVersion()) + "."));
        if (!status.route().isEmpty()) {
            text.add("The image is fetched by " + status.route() + ".");
        }
        if (status.paused()) {
            text.add("Paused by a command: no update begins, goes on or is tried until a command resumes.");
        }
        if (status.waitingFor().startsWith("waiting ")) {
            text.add("W" + status.waitingFor().substring(1) + "."); // a sentence of the site's policy
        } else if (!status.waitingFor().isEmpty()) {
            text.add("Waiting for: " + status.waitingFor() + ".");
        }
        if (!trouble.isEmpty()) {
            text.add("Trouble: " + trouble + ".");
        }
        status.lastOutcome().ifPresent(outcome -> text.add("The last update ended so: " + ended(outcome) + "."));
        if (status.pendingReports() > 0) {
            text.add(status.pendingReports() + " outcomes wait to be reported"
                    + (status.online() ? "." : ", because the transport is offline."));
        }
        if (status.notAuthentic() > 0) {
            text.add(status.notAuthentic() + " offers or commands weren't authentic and were ignored.");
        }
        return text.toString();
    }

    private static String doing(AgentStatus status) {
        return switch (status.state()) {
            case IDLE -> "Nothing is under way";
            case DOWNLOADING ->
                "Downloading into the inactive bank: " + status.doneBytes() + " of " + status.totalBytes() + " bytes";
            case VERIFYING ->
                "Reading the new image back from the medium: " + status.doneBytes() + " of " + status.totalBytes()
                        + " bytes";
            case STAGED -> "The new image is good and waits to be tried";
            case ARMED -> "The boot loader is told to try the new image with the next boot";
            case TRIAL -> "The new image is on trial: without a passed self-test it is rolled back";
            case COMMITTING -> "The self-test passed; the new image is being made permanent";
        };
    }

    /** Without an image. */
    private static String doingAlone(AgentStatus status) {
        return switch (status.state()) {
            case DOWNLOADING ->
                "Downloading components alone, without an image: " + status.doneBytes() + " of " + status.totalBytes()
                        + " bytes";
            case VERIFYING -> "Reading back what is staged for the components";
            case STAGED -> "The components' new contents are good and wait to be activated, without a reset";
            case TRIAL -> "The components' new contents are on trial: without a passed self-test they are reverted";
            case COMMITTING -> "The self-test passed; the components' new contents are kept";
            case IDLE, ARMED -> doing(status);
        };
    }

    private static String ended(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return "rejected, " + rejected.rejection();
        }
        if (outcome instanceof Outcome.RolledBack rolledBack) {
            return "rolled back, " + rolledBack.cause() + ", " + rolledBack.detail();
        }
        if (outcome instanceof Outcome.Inconsistent inconsistent) {
            return "inconsistent, " + inconsistent.cause() + ", components hold " + inconsistent.components() + ", "
                    + inconsistent.detail();
        }
        if (outcome instanceof Outcome.Failed failed) {
            return "failed, " + failed.cause() + ", "
                    + failed.rejection().map(Object::toString).orElse(failed.detail());
        }
        return outcome.toString();
    }
}
