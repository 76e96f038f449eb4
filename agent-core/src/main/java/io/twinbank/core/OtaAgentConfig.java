// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.InstallGate;
import io.twinbank.core.spi.Metrics;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.SiteConditions;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an agent was built with; made by {@link OtaAgentBuilder}.
 *
 * @param platform the board
 * @param transport where offers come from and reports go to
 * @param payloadSources where payloads come from, the first that serves an address is asked
 * @param installGate asked before every reset into new firmware
 * @param gates of the embedder, besides
 * @param sitePolicy when updates may happen at this site
 * @param conditions what is so there
 * @param updatePolicy asked what a manifest requires and the agent can't tell by itself
 * @param selfTest asked during a trial
 * @param trialAttempts how many boots a trial has
 * @param confirmWithin the trial's deadline, counted from boot
 * @param selfTestEvery how long after a {@code notYet} the self-test is asked again
 * @param maxTrialStarts how many times the agent may start in one trial
 * @param checkpointBytes how many bytes a power cut may cost at most; a multiple of the erase size is used
 * @param maxEnvelopeBytes the largest envelope that is looked at
 * @param maxFrameBytes the largest frame of a payload that is decoded, in bytes of the image
 * @param maxSequenceStep how far ahead a sequence number may be without the root threshold
 * @param maxSecurityVersionStep how far ahead a security version may be without the root threshold
 * @param groups whose commands are for this device as well
 * @param buildTime no earlier time is believed
 * @param components what the device has besides its banks, and who handles it; in the order in which it was added
 * @param suitReports whether outcomes are reported with a SUIT_Report, signed by the device key
 * @param telemetry what is told of the device besides its updates
 * @param metrics where its numbers go
 * @param scheduler the source of threads and delays; empty for the agent's own
 * @param onEvent who is told what happens
 */
public record OtaAgentConfig(
        Platform platform,
        Optional<UpdateTransport> transport,
        List<PayloadSource> payloadSources,
        InstallGate installGate,
        List<SiteGate> gates,
        SitePolicy sitePolicy,
        SiteConditions conditions,
        UpdatePolicy updatePolicy,
        SelfTest selfTest,
        int trialAttempts,
        Duration confirmWithin,
        Duration selfTestEvery,
        int maxTrialStarts,
        long checkpointBytes,
        int maxEnvelopeBytes,
        int maxFrameBytes,
        long maxSequenceStep,
        long maxSecurityVersionStep,
        Set<String> groups,
        Instant buildTime,
        Map<ComponentId, ComponentHandler> components,
        boolean suitReports,
        Telemetry telemetry,
        Metrics metrics,
        Optional<Scheduler> scheduler,
        Consumer<AgentEvent> onEvent) {
    /**
     * A gate of the embedder before a phase of an update.
     *
     * @param phase which
     * @param name what it is called, for people: what is waited for while it is shut
     * @param gate the gate
     */
    public record SiteGate(Phase phase, String name, InstallGate gate) {}

    public OtaAgentConfig {
        payloadSources = List.copyOf(payloadSources);
        gates = List.copyOf(gates);
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
    }

    /**
     * Returns the same with another self-test.
     *
     * @param other asked during a trial
     * @return the configuration
     */
    public OtaAgentConfig withSelfTest(SelfTest other) {
        return new OtaAgentConfig(
                platform,
                transport,
                payloadSources,
                installGate,
                gates,
                sitePolicy,
                conditions,
                updatePolicy,
                other,
                trialAttempts,
                confirmWithin,
                selfTestEvery,
                maxTrialStarts,
                checkpointBytes,
                maxEnvelopeBytes,
                maxFrameBytes,
                maxSequenceStep,
                maxSecurityVersionStep,
                groups,
                buildTime,
                components,
                suitReports,
                telemetry,
                metrics,
                scheduler,
                onEvent);
    }
}
