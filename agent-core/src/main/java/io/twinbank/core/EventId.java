// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a log line is about: each begins with the id in brackets, and ids are for ever, so that operators can search for them and scripts
 * can act on them. The table in {@code docs/operations.md} has the same.
 */
public enum EventId {
    AGENT_STARTED("agent.started", Level.INFO, "The agent runs, from this bank.", "Nothing."),
    STATE_CHANGED("state.changed", Level.INFO, "The update under way goes on to another state.", "Nothing."),
    ROW_BEGUN("row.begun", Level.DEBUG, "A row of the update table begins; only listeners hear it.", "Nothing."),
    PROGRESS("update.progress", Level.DEBUG, "Bytes moved; only listeners hear it.", "Nothing."),
    DOWNLOAD_RESUMED("download.resumed", Level.INFO, "A download began, or goes on where it stopped.", "Nothing."),
    DOWNLOAD_INTERRUPTED(
            "download.interrupted",
            Level.WARNING,
            "The connection to the payload's server broke; it is tried again by itself.",
            "If it stays: look at the server and the way to it, by the cause that is named."),
    ROUTE_TAKEN(
            "route.taken",
            Level.INFO,
            "It was decided how an image is fetched that can be had in several ways, and what that saves.",
            "Nothing; see [What an update costs](#what-an-update-costs) if it isn't the way that you expected."),
    ROUTE_REFUSED(
            "route.refused",
            Level.WARNING,
            "A way to an image can't be gone, for the cause that is named; the cheapest of the others is.",
            "A payload that is gone: serve it again. A bank that holds something else, or a wrong checksum: look at the running bank's medium."),
    BLOCKS_KEPT(
            "download.blocks-kept",
            Level.INFO,
            "Of an image that came in, some was in the bank already and was neither erased nor written: so much wear was saved.",
            "Nothing."),
    WAITING(
            "agent.waiting",
            Level.INFO,
            "The update waits for what is named.",
            "See [An update waits](#an-update-waits)."),
    POLICY_PASSED(
            "policy.passed",
            Level.WARNING,
            "An update went past what the site's policy would have held: an emergency, or its deadline came.",
            "Expect a restart; ask who signed the update if it is a surprise."),
    NOT_AUTHENTIC(
            "offer.not-authentic",
            Level.WARNING,
            "An offer or a command came whose signature doesn't count here.",
            "One: a wrong key at the publisher, or a device that missed a trust set. Many: somebody tries."),
    COMMAND_DONE("command.done", Level.INFO, "A signed command was carried out.", "Nothing."),
    COMMAND_REFUSED(
            "command.refused",
            Level.WARNING,
            "A signed command was authentic and is refused.",
            "Look at the reason, here or in the device's answer: expired, for another device, or not possible now."),
    UPDATE_INSTALLED("update.installed", Level.INFO, "The update is permanent.", "Nothing."),
    UPDATE_REJECTED(
            "update.rejected",
            Level.WARNING,
            "The offer is authentic and isn't taken.",
            "Look up the reason in the wire format; publish a manifest that fits."),
    UPDATE_ROLLED_BACK(
            "update.rolled-back",
            Level.WARNING,
            "The new image was tried and given up; the old one runs.",
            "See [Rolled back](#rolled-back)."),
    UPDATE_FAILED(
            "update.failed",
            Level.WARNING,
            "The update ended before its trial.",
            "By the cause: publish again (payload), or look at the flash (device)."),
    UPDATE_CANCELLED("update.cancelled", Level.INFO, "The update was called off before its trial.", "Nothing."),
    UPDATE_SUPERSEDED("update.superseded", Level.INFO, "A newer update took this one's place.", "Nothing."),
    UPDATE_INCONSISTENT(
            "update.inconsistent",
            Level.ERROR,
            "Components beside the banks hold partly the old and partly the new.",
            "Offer the update again; the report says what each holds."),
    UPDATE_UNEXPECTED_IMAGE(
            "update.unexpected-image",
            Level.ERROR,
            "Another image runs than the agent installed.",
            "Find out who flashed it; offer an update to get back on the way."),
    UPDATE_STATE_LOST(
            "update.state-lost",
            Level.ERROR,
            "The agent's records were lost or set back, and are rebuilt.",
            "Look at the medium of the state folder; was the device's flash copied?"),
    TRUST_UPDATED("trust.updated", Level.INFO, "A trust set is believed.", "Nothing."),
    RUNNING_REVOKED("trust.running-revoked", Level.WARNING, "What runs was revoked.", "Offer an update soon."),
    REPORT_DELIVERED("report.delivered", Level.INFO, "The broker has an outcome's report.", "Nothing."),
    LINK_ONLINE("link.online", Level.INFO, "The device is connected to its broker.", "Nothing."),
    LINK_OFFLINE(
            "link.offline",
            Level.WARNING,
            "The device isn't connected; it tries again by itself.",
            "See [A device is offline](#a-device-is-offline)."),
    DEVICE_TROUBLE(
            "device.trouble",
            Level.WARNING,
            "Something is wrong with the device, as named; what can be is tried again.",
            "Read the text; run doctor."),
    DEVICE_RECOVERED("device.recovered", Level.INFO, "What was wrong has passed.", "Nothing."),
    HEALTH_COMPARED(
            "health.compared",
            Level.INFO,
            "After the update the device is as before, or there is no telling.",
            "Nothing."),
    HEALTH_WORSE(
            "health.worse",
            Level.WARNING,
            "After the update a gauge is worse than before, with the numbers.",
            "See [Health is worse](#health-is-worse)."),
    DAEMON_STARTED("daemon.started", Level.INFO, "The daemon runs and answers.", "Nothing."),
    DAEMON_BUSY(
            "daemon.busy",
            Level.WARNING,
            "The agent has been busy for long; systemd may start the daemon anew.",
            "If it stays: a driver hangs; look at the kernel's log."),
    GATEWAY_UNUSABLE(
            "gateway.unusable",
            Level.WARNING,
            "A part of the gateway can't be opened; it is looked at every 2 s.",
            "Read which; run doctor."),
    ATTEMPTS_NOT_RENEWED(
            "gateway.attempts-not-renewed",
            Level.WARNING,
            "The boot loader's counter of attempts can't be written.",
            "Look at the boot loader's environment before the next restarts."),
    CHECK_NOT_PASSED(
            "check.not-passed",
            Level.WARNING,
            "A program in health.dir/wanted isn't content; the update goes on.",
            "Read what it said."),
    LINK_CONNECTED(
            "link.connected",
            Level.INFO,
            "There is a session with the broker at the address that is named.",
            "Nothing."),
    LINK_NOT_CONNECTED(
            "link.not-connected",
            Level.WARNING,
            "There is no session with the broker at the address that is named, and when the next try is.",
            "See [A device is offline](#a-device-is-offline)."),
    LINK_NOTICE(
            "link.notice",
            Level.WARNING,
            "The connection works, and something about it won't for long: a certificate that expires, a session that the broker lost.",
            "Read which; see [A certificate expires](#a-certificate-expires)."),
    NOT_SUBSCRIBED(
            "link.not-subscribed",
            Level.WARNING,
            "The broker doesn't let the device hear a topic, such as its group's.",
            "Compare the access list with the wire format's."),
    MESSAGE_REFUSED(
            "message.refused",
            Level.WARNING,
            "A message on one of the device's topics isn't what belongs there, and is dropped.",
            "Find out who published it; only the back end should be able to."),
    REPORT_NOT_DELIVERED(
            "report.not-delivered",
            Level.WARNING,
            "The broker didn't take a report; it is sent again.",
            "If it stays: see [Reports pile up](#reports-pile-up)."),
    SYSTEMD_NOT_TOLD(
            "daemon.systemd-not-told",
            Level.WARNING,
            "systemd couldn't be told that the daemon is ready or alive, and may start it anew.",
            "Is `systemd-notify` there? Does the unit have `NotifyAccess=all`?"),
    RESTART_SLOW(
            "gateway.restart-slow",
            Level.WARNING,
            "The command that restarts the gateway hasn't ended in its time.",
            "Look at what it waits for; restart the gateway by hand."),
    METRICS_NOT_WRITTEN(
            "metrics.not-written",
            Level.WARNING,
            "The file of `metrics.file` can't be written; it is tried again.",
            "Look at its folder, and whether the service may write there.");

    /** How much it matters. */
    public enum Level {
        /** For those who look for a fault in the agent. */
        DEBUG,
        /** As it should be. */
        INFO,
        /** Somebody should look when there is time. */
        WARNING,
        /** Somebody has to do something. */
        ERROR
    }

    private final String text;
    private final Level level;
    private final String meaning;
    private final String remedy;

    EventId(String text, Level level, String meaning, String remedy) {
        this.text = text;
        this.level = level;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /**
     * Returns the id as logs have it.
     *
     * @return such as {@code download.interrupted}
     */
    public String text() {
        return text;
    }

    /**
     * Returns how much it matters.
     *
     * @return the level of its log lines
     */
    public Level level() {
        return level;
    }

    /**
     * Returns what it means.
     *
     * @return a sentence
     */
    public String meaning() {
        return meaning;
    }

    /**
     * Returns what an operator does.
     *
     * @return a sentence
     */
    public String remedy() {
        return remedy;
    }

    /**
     * Returns a log line about it.
     *
     * @param what happened
     * @return the id in brackets, and that
     */
    public String line(String what) {
        return "[" + text + "] " + what;
    }

    /**
     * Looks an id up.
     *
     * @param text as logs have it
     * @return the constant; empty if there is none
     */
    public static Optional<EventId> of(String text) {
        return Arrays.stream(values()).filter(id -> id.text.equals(text)).findFirst();
    }

    /**
     * Tells what an event of the agent is about.
     *
     * @param event which
     * @return its id
     */
    public static EventId of(AgentEvent event) {
        if (event instanceof AgentEvent.Started) {
            return AGENT_STARTED;
        } else if (event instanceof AgentEvent.StateChanged) {
            return STATE_CHANGED;
        } else if (event instanceof AgentEvent.RowBegun) {
            return ROW_BEGUN;
        } else if (event instanceof AgentEvent.Progress) {
            return PROGRESS;
        } else if (event instanceof AgentEvent.DownloadResumed) {
            return DOWNLOAD_RESUMED;
        } else if (event instanceof AgentEvent.DownloadInterrupted) {
            return DOWNLOAD_INTERRUPTED;
        } else if (event instanceof AgentEvent.RouteTaken) {
            return ROUTE_TAKEN;
        } else if (event instanceof AgentEvent.RouteRefused) {
            return ROUTE_REFUSED;
        } else if (event instanceof AgentEvent.BlocksKept) {
            return BLOCKS_KEPT;
        } else if (event instanceof AgentEvent.Waiting) {
            return WAITING;
        } else if (event instanceof AgentEvent.Passed) {
            return POLICY_PASSED;
        } else if (event instanceof AgentEvent.NotAuthentic) {
            return NOT_AUTHENTIC;
        } else if (event instanceof AgentEvent.Commanded commanded) {
            return commanded.rejection().isEmpty() ? COMMAND_DONE : COMMAND_REFUSED;
        } else if (event instanceof AgentEvent.Ended ended) {
            return of(ended.outcome());
        } else if (event instanceof AgentEvent.Reported) {
            return REPORT_DELIVERED;
        } else if (event instanceof AgentEvent.Link link) {
            return link.online() ? LINK_ONLINE : LINK_OFFLINE;
        } else if (event instanceof AgentEvent.Recovered) {
            return DEVICE_RECOVERED;
        } else if (event instanceof AgentEvent.HealthCompared compared) {
            return compared.report().verdict() == HealthReport.Verdict.WORSE ? HEALTH_WORSE : HEALTH_COMPARED;
        }
        return DEVICE_TROUBLE;
    }

    private static EventId of(Outcome outcome) {
        if (outcome instanceof Outcome.Installed) {
            return UPDATE_INSTALLED;
        } else if (outcome instanceof Outcome.Rejected) {
            return UPDATE_REJECTED;
        } else if (outcome instanceof Outcome.RolledBack) {
            return UPDATE_ROLLED_BACK;
        } else if (outcome instanceof Outcome.Failed) {
            return UPDATE_FAILED;
        } else if (outcome instanceof Outcome.Cancelled) {
            return UPDATE_CANCELLED;
        } else if (outcome instanceof Outcome.Superseded) {
            return UPDATE_SUPERSEDED;
        } else if (outcome instanceof Outcome.Inconsistent) {
            return UPDATE_INCONSISTENT;
        } else if (outcome instanceof Outcome.UnexpectedImage) {
            return UPDATE_UNEXPECTED_IMAGE;
        } else if (outcome instanceof Outcome.StateLost) {
            return UPDATE_STATE_LOST;
        } else if (outcome instanceof Outcome.TrustUpdated) {
            return TRUST_UPDATED;
        }
        return RUNNING_REVOKED;
    }
}
