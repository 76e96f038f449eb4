// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.control.Replies;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.UpdateState;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a gateway stands.
 *
 * @param boot what the boot loader says
 * @param running what the running bank holds
 * @param other what the other one holds
 * @param agent what the agent says, or its records
 * @param live whether an agent runs
 */
record StatusReport(BootStatus boot, BankReport running, BankReport other, AgentStatus agent, boolean live) {
    static StatusReport read(Platform board, AgentStatus agent, boolean live) throws HalException {
        BootStatus boot = board.bootControl().status();
        return new StatusReport(
                boot,
                BankReport.read(board, boot.running()),
                BankReport.read(board, boot.running().other()),
                agent,
                live);
    }

    /** Says it: as one line for scripts, as several for people. */
    void tell(boolean json, Replies replies) {
        if (json) {
            replies.line(json());
        } else {
            lines().forEach(replies::line);
        }
    }

    String json() {
        return Json.object(json -> {
            json.writeStringField("state", agent.state().name());
            json.writeObjectFieldStart("running");
            running.write(json);
            json.writeEndObject();
            json.writeObjectFieldStart("other");
            other.write(json);
            json.writeEndObject();
            json.writeObjectFieldStart("trial");
            json.writeStringField("kind", boot.trial().name());
            json.writeNumberField("attemptsLeft", boot.attemptsLeft());
            json.writeEndObject();
            if (agent.state() == UpdateState.IDLE) {
                json.writeNullField("update");
            } else {
                json.writeObjectFieldStart("update");
                json.writeNumberField("doneBytes", agent.doneBytes());
                json.writeNumberField("totalBytes", agent.totalBytes());
                json.writeStringField("waitingFor", agent.waitingFor());
                json.writeEndObject();
            }
            if (agent.lastOutcome().isPresent()) {
                json.writeObjectFieldStart("lastOutcome");
                OutcomeText.write(json, agent.lastOutcome().get());
                json.writeEndObject();
            } else {
                json.writeNullField("lastOutcome");
            }
            json.writeNumberField("rollbackFloor", agent.securityVersion());
            json.writeNumberField("trustVersion", agent.trustVersion());
            Json.text(json, "enforcement", agent.enforcement().map(Enum::name));
            json.writeNumberField("pendingReports", agent.pendingReports());
            json.writeBooleanField("paused", agent.paused());
            json.writeBooleanField("agentRunning", live);
            json.writeBooleanField("online", agent.online());
        });
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("state        " + agent.state().name().toLowerCase(Locale.ROOT) + waiting());
        if (agent.totalBytes() > 0) {
            lines.add("update       " + agent.doneBytes() + " of " + agent.totalBytes() + " bytes");
        }
        lines.add("running      " + running.words());
        lines.add("other bank   " + other.words());
        lines.add("trial        " + trial());
        lines.add("floor        security version " + agent.securityVersion() + enforcement());
        agent.lastOutcome().ifPresent(outcome -> lines.add("last update  " + OutcomeText.of(outcome)));
        if (agent.pendingReports() > 0) {
            lines.add("reports      " + agent.pendingReports() + " not delivered yet");
        }
        lines.add("agent        " + (live ? agent.online() ? "running, online" : "running, offline" : "not running"));
        return lines;
    }

    private String waiting() {
        return (agent.paused() ? ", paused by a command" : "")
                + (agent.waitingFor().isEmpty() ? "" : ", waiting for " + agent.waitingFor());
    }

    private String trial() {
        return switch (boot.trial()) {
            case NONE -> "none";
            case ARMED ->
                "armed: bank " + boot.running().other() + " is tried next, " + boot.attemptsLeft() + " attempts";
            case RUNNING -> "bank " + boot.running() + " is on trial, " + boot.attemptsLeft() + " attempts left";
            case FELL_BACK -> "given up: the boot loader fell back to bank " + boot.running();
        };
    }

    private String enforcement() {
        return agent.enforcement()
                .map(who -> who == BootControl.Enforcement.BOOT_LOADER
                        ? ", the boot loader refuses what is below"
                        : ", only the agent refuses what is below")
                .orElse("");
    }
}
