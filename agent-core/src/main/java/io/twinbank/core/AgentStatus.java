// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import java.util.Optional;

/**
 * A snapshot of the agent.
 *
 * @param state where the update under way stands
 * @param running the bank that runs; empty before the start
 * @param sequence the installed manifest's sequence number; 0 if not known
 * @param securityVersion the anti-rollback floor
 * @param trustVersion the version of the trust set; 0 for the factory's keys
 * @param doneBytes how far the download or the read-back has come
 * @param totalBytes of how many; 0 if nothing is under way
 * @param route how the image under way is fetched, for people, such as "delta from sha-256:…, about 4393773 of 108000000 bytes";
 *     empty where there is but one way, and while nothing is fetched
 * @param online whether the transport is connected
 * @param waitingFor what the agent waits for, for people; empty if for nothing
 * @param enforcement who enforces the anti-rollback floor; empty before the start
 * @param pendingReports how many outcomes haven't been delivered yet
 * @param lastOutcome the latest outcome
 * @param notAuthentic how many offers and commands that weren't authentic came in since the start
 * @param paused whether a command said that no update may begin or go on
 * @param commandSequence the last command's number, unsigned; 0 if there was none
 */
public record AgentStatus(
        UpdateState state,
        Optional<BankId> running,
        long sequence,
        long securityVersion,
        long trustVersion,
        long doneBytes,
        long totalBytes,
        String route,
        boolean online,
        String waitingFor,
        Optional<BootControl.Enforcement> enforcement,
        int pendingReports,
        Optional<Outcome> lastOutcome,
        long notAuthentic,
        boolean paused,
        long commandSequence) {}
