// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.control.Replies;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.HealthReport;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.json.JsonWriter;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a gateway stands.
 *
 * @param board what the boot loader says, and what the banks hold; empty if that can't be read
 * @param trouble why it can't be read, or empty
 * @param agent what the agent says, or its records
 * @param health how the gateway is after its update, compared with before
 * @param live whether an agent runs
 */
record StatusReport(
        Optional<Board> board, String trouble, AgentStatus agent, Optional<HealthReport> health, boolean live) {
    /**
     * What is read of the board.
     *
     * @param boot what the boot loader says
     * @param running what the running bank holds
     * @param other what the other one holds
     * @param device its name
     * @param bootCause why it booted
     * @param freeBytes room for records
     */
    record Board(
            BootStatus boot,
            BankReport running,
            BankReport other,
            String device,
            ResetControl.Cause bootCause,
            OptionalLong freeBytes) {
        static Board read(Platform platform) throws HalException {
            BootStatus boot = platform.bootControl().status();
            return new Board(
                    boot,
                    BankReport.read(platform, boot.running()),
                    BankReport.read(platform, boot.running().other()),
                    platform.identity().name(),
                    platform.resetControl().lastCause(),
                    platform.stateStore().freeBytes());
        }
    }

    static StatusReport of(Board board, AgentStatus agent, Optional<HealthReport> health, boolean live) {
        return new StatusReport(Optional.of(board), "", agent, health, live);
    }

    /** The agent runs, and the board can't be read just now. */
    static StatusReport troubled(HalException why, AgentStatus agent, Optional<HealthReport> health) {
        return new StatusReport(Optional.empty(), String.valueOf(why.getMessage()), agent, health, true);
    }

    /** Says it, as one line for scripts, as several for people; returns the exit code. */
    int tell(boolean json, Replies replies) {
        if (json) {
            replies.line(json());
        } else {
            lines().forEach(replies::line);
        }
        return board.isPresent() ? 0 : 1;
    }

    String json() {
        return Json.object(json -> {
            json.field("state", agent.state().name());
            if (board.isPresent()) {
                write(json, board.get());
            } else {
                for (String unknown : List.of("running", "other", "trial")) {
                    json.nullField(unknown);
                }
            }
            if (agent.state() == UpdateState.IDLE) {
                json.nullField("update");
            } else {
                json.beginObject("update");
                json.field("doneBytes", agent.doneBytes());
                json.field("totalBytes", agent.totalBytes());
                json.field("route", agent.route());
                json.field("waitingFor", agent.waitingFor());
                json.endObject();
            }
            if (agent.lastOutcome().isPresent()) {
                json.beginObject("lastOutcome");
                OutcomeText.write(json, agent.lastOutcome().get());
                json.endObject();
            } else {
                json.nullField("lastOutcome");
            }
            json.field("waitingFor", agent.waitingFor());
            json.field("rollbackFloor", agent.securityVersion());
            json.field("trustVersion", agent.trustVersion());
            Json.text(json, "enforcement", agent.enforcement().map(Enum::name));
            json.field("pendingReports", agent.pendingReports());
            json.field("paused", agent.paused());
            Json.text(json, "device", board.map(Board::device));
            json.field("agentVersion", OtaAgent.version());
            Json.text(json, "bootCause", board.map(read -> read.bootCause().name()));
            if (health.isPresent()) {
                json.beginObject("health");
                json.field("phase", health.get().phase().name());
                json.field("verdict", health.get().verdict().name());
                json.field("detail", health.get().toString());
                json.endObject();
            } else {
                json.nullField("health");
            }
            json.field("agentRunning", live);
            json.field("online", agent.online());
            Json.text(json, "trouble", trouble.isEmpty() ? Optional.empty() : Optional.of(trouble));
        });
    }

    private static void write(JsonWriter json, Board board) {
        json.beginObject("running");
        board.running().write(json);
        json.endObject();
        json.beginObject("other");
        board.other().write(json);
        json.endObject();
        json.beginObject("trial");
        json.field("kind", board.boot().trial().name());
        json.field("attemptsLeft", board.boot().attemptsLeft());
        json.endObject();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("state        " + agent.state().name().toLowerCase(Locale.ROOT) + waiting());
        if (agent.totalBytes() > 0) {
            lines.add("update       " + agent.doneBytes() + " of " + agent.totalBytes() + " bytes"
                    + (agent.route().isEmpty() ? "" : ", by " + agent.route()));
        }
        board.ifPresentOrElse(
                read -> {
                    lines.add("running      " + read.running().words());
                    lines.add("other bank   " + read.other().words());
                    lines.add("trial        " + trial(read.boot()));
                },
                () -> lines.add("trouble      " + trouble));
        lines.add("floor        security version " + agent.securityVersion() + enforcement());
        board.ifPresent(read -> lines.add("device       " + read.device() + ", agent " + OtaAgent.version()
                + ", booted by "
                + read.bootCause().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (agent.trustVersion() > 0 ? ", trust set " + agent.trustVersion() : ", the factory's keys")
                + (read.freeBytes().isPresent() ? ", " + (read.freeBytes().getAsLong() >> 20) + " MiB free" : "")));
        health.ifPresent(report -> lines.add("health       " + report));
        agent.lastOutcome().ifPresent(outcome -> lines.add("last update  " + OutcomeText.of(outcome)));
        if (agent.pendingReports() > 0) {
            lines.add("reports      " + agent.pendingReports() + " not delivered yet");
        }
        lines.add("agent        " + (live ? agent.online() ? "running, online" : "running, offline" : "not running"));
        return lines;
    }

    private String waiting() {
        String what = agent.waitingFor();
        return (agent.paused() ? ", paused by a command" : "")
                + (what.isEmpty() ? "" : what.startsWith("waiting ") ? ", " + what : ", waiting for " + what);
    }

    private static String trial(BootStatus boot) {
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
