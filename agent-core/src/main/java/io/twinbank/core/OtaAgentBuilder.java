// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.command.Recipient;
import io.twinbank.core.internal.BuildTime;
import io.twinbank.core.internal.OtaAgentImpl;
import io.twinbank.core.internal.record.Security;
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
import io.twinbank.core.suit.Frames;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds an {@link OtaAgent}. Only the platform is required. Not thread-safe; may be used again. */
public final class OtaAgentBuilder {
    private static final Instant LATEST_BUILD = Instant.parse("9999-12-31T23:59:59Z");

    private @Nullable Platform platform;
    private @Nullable UpdateTransport transport;
    private final List<PayloadSource> payloadSources = new ArrayList<>();
    private InstallGate installGate = () -> true;
    private final List<OtaAgentConfig.SiteGate> gates = new ArrayList<>();
    private SitePolicy sitePolicy = SitePolicy.open();
    private SiteConditions conditions = new SiteConditions() {};
    private UpdatePolicy updatePolicy = requirement -> UpdatePolicy.Answer.UNKNOWN;
    private SelfTest selfTest = SelfTest.Result::pass;
    private int trialAttempts = 3;
    private Duration confirmWithin = Duration.ofMinutes(5);
    private Duration selfTestEvery = Duration.ofSeconds(5);
    private int maxTrialStarts = 10;
    private long checkpointBytes = 16L << 20;
    private int maxEnvelopeBytes = 128 << 10;
    private int maxFrameBytes = Frames.USUAL_FRAME_BYTES;
    private long maxSequenceStep = Long.MAX_VALUE;
    private long maxSecurityVersionStep = 1;
    private final Set<String> groups = new TreeSet<>();
    private Instant buildTime = BuildTime.ofThisAgent();
    private final Map<ComponentId, ComponentHandler> components = new LinkedHashMap<>();
    private boolean suitReports;
    private Telemetry telemetry = Telemetry.plain();
    private Metrics metrics = Metrics.none();
    private @Nullable Scheduler scheduler;
    private Consumer<AgentEvent> onEvent = event -> {};

    OtaAgentBuilder() {}

    /**
     * Sets the board; required.
     *
     * @param platform the board
     * @return this
     */
    public OtaAgentBuilder platform(Platform platform) {
        this.platform = platform;
        return this;
    }

    /**
     * Sets where offers come from and reports go to. Without one, offers come by {@link OtaAgent#offer} only, and outcomes
     * are kept.
     *
     * @param transport the transport; closed with the agent
     * @return this
     */
    public OtaAgentBuilder transport(UpdateTransport transport) {
        this.transport = transport;
        return this;
    }

    /**
     * Adds a source of payloads, asked before those that were added earlier and before the built-in ones for {@code https}
     * and {@code file}.
     *
     * @param source the source
     * @return this
     */
    public OtaAgentBuilder payloadSource(PayloadSource source) {
        payloadSources.add(0, source);
        return this;
    }

    /**
     * Sets what is asked before every reset into new firmware; always open by default.
     *
     * @param gate the gate
     * @return this
     */
    public OtaAgentBuilder installGate(InstallGate gate) {
        this.installGate = gate;
        return this;
    }

    /**
     * Adds a gate before a phase of an update, asked as the install gate is, on the agent thread.
     *
     * @param phase which; a download is asked about before it begins and every half a minute while it goes on
     * @param name what it is called, for people, such as {@code the paint shop's shift}: what is waited for while it is shut
     * @param gate the gate
     * @return this
     */
    public OtaAgentBuilder gate(Phase phase, String name, InstallGate gate) {
        gates.add(new OtaAgentConfig.SiteGate(phase, name, gate));
        return this;
    }

    /**
     * Sets when updates may happen at the site, and how many bytes they may cost; always, and any number, by default.
     *
     * @param policy the policy
     * @return this
     */
    public OtaAgentBuilder sitePolicy(SitePolicy policy) {
        this.sitePolicy = policy;
        return this;
    }

    /**
     * Sets what tells the policy what is so at the site: power, link, load. Nothing is known by default.
     *
     * @param site asked on the agent thread
     * @return this
     */
    public OtaAgentBuilder siteConditions(SiteConditions site) {
        this.conditions = site;
        return this;
    }

    /**
     * Sets what decides about requirements of a manifest that the agent can't tell by itself; nothing by default, so that such
     * a manifest is refused.
     *
     * @param policy the policy
     * @return this
     */
    public OtaAgentBuilder updatePolicy(UpdatePolicy policy) {
        this.updatePolicy = policy;
        return this;
    }

    /**
     * Sets what decides whether new firmware works; passes by default, once the agent itself runs.
     *
     * @param selfTest the self-test
     * @return this
     */
    public OtaAgentBuilder selfTest(SelfTest selfTest) {
        this.selfTest = selfTest;
        return this;
    }

    /**
     * Sets how many boots a trial has; 3 by default.
     *
     * @param attempts at least 1; at most what the board's boot control can do
     * @return this
     */
    public OtaAgentBuilder trialAttempts(int attempts) {
        this.trialAttempts = atLeast("trialAttempts", attempts, 1);
        return this;
    }

    /**
     * Sets the trial's deadline, counted from boot; 5 minutes by default.
     *
     * @param deadline at least a second
     * @return this
     */
    public OtaAgentBuilder confirmWithin(Duration deadline) {
        this.confirmWithin = positive("confirmWithin", deadline);
        return this;
    }

    /**
     * Sets how long after a {@code notYet} the self-test is asked again; 5 seconds by default.
     *
     * @param pause positive
     * @return this
     */
    public OtaAgentBuilder selfTestEvery(Duration pause) {
        this.selfTestEvery = positive("selfTestEvery", pause);
        return this;
    }

    /**
     * Sets how many times the agent may start in one trial; 10 by default.
     *
     * @param starts at least 1
     * @return this
     */
    public OtaAgentBuilder maxTrialStarts(int starts) {
        this.maxTrialStarts = atLeast("maxTrialStarts", starts, 1);
        return this;
    }

    /**
     * Sets how many downloaded bytes a power cut may cost at most; 16 MiB by default. On a slow network checkpoints come
     * sooner, every 10 seconds.
     *
     * @param bytes at least 1; rounded up to the bank's erase size
     * @return this
     */
    public OtaAgentBuilder checkpointBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("checkpointBytes must be at least 1, not " + bytes);
        }
        this.checkpointBytes = bytes;
        return this;
    }

    /**
     * Sets the largest envelope that is looked at, integrated payloads included; 128 KiB by default. What the state store
     * can hold is a limit as well.
     *
     * @param bytes at least 1
     * @return this
     */
    public OtaAgentBuilder maxEnvelopeBytes(int bytes) {
        this.maxEnvelopeBytes = atLeast("maxEnvelopeBytes", bytes, 1);
        return this;
    }

    /**
     * Sets the largest frame of a compressed payload that is decoded; 1 MiB by default. A download holds one, encoded and decoded.
     *
     * @param bytes 4 KiB to 8 MiB, in bytes of the image
     * @return this
     */
    public OtaAgentBuilder maxFrameBytes(int bytes) {
        if (bytes < Frames.MIN_FRAME_BYTES || bytes > Frames.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("maxFrameBytes must be between " + Frames.MIN_FRAME_BYTES + " and "
                    + Frames.MAX_FRAME_BYTES + ", not " + bytes);
        }
        this.maxFrameBytes = bytes;
        return this;
    }

    /**
     * Sets how far ahead a sequence number may be without the root threshold; no limit by default.
     *
     * @param step at least 1
     * @return this
     */
    public OtaAgentBuilder maxSequenceStep(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("maxSequenceStep must be at least 1, not " + step);
        }
        this.maxSequenceStep = step;
        return this;
    }

    /**
     * Sets how far ahead a security version may be without the root threshold; 1 by default, so that one stolen firmware key
     * can't use up the counter.
     *
     * @param step at least 0
     * @return this
     */
    public OtaAgentBuilder maxSecurityVersionStep(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("maxSecurityVersionStep must be at least 0, not " + step);
        }
        this.maxSecurityVersionStep = step;
        return this;
    }

    /**
     * Adds a group that the device belongs to: signed commands for the group are for this device as well.
     *
     * @param group its name, 1 to 64 characters of {@code [A-Za-z0-9._-]}
     * @return this
     */
    public OtaAgentBuilder group(String group) {
        groups.add(Recipient.group(group).name());
        return this;
    }

    /**
     * Sets a time that it can't be earlier than: the device's clock isn't believed where it says so, and what was to be used
     * before then has expired. When this agent was built, by default; when the firmware was built is better still.
     *
     * @param time at most the end of the year 9999
     * @return this
     */
    public OtaAgentBuilder buildTime(Instant time) {
        if (time.isAfter(LATEST_BUILD)) {
            throw new IllegalArgumentException("buildTime must be at most " + LATEST_BUILD + ", not " + time);
        }
        this.buildTime = time;
        return this;
    }

    /**
     * Adds a component that isn't in a bank, so that manifests may bring it, together with the image in the bank or alone. There
     * may be 32.
     *
     * @param component its id, which manifests use
     * @param handler stages, activates and reverts it
     * @return this
     */
    public OtaAgentBuilder component(ComponentId component, ComponentHandler handler) {
        components.put(component, handler);
        return this;
    }

    /**
     * Sets whether each outcome of a manifest is reported with a SUIT_Report (draft-ietf-suit-report-20), signed by {@link
     * io.twinbank.hal.DeviceKeys}; not by default. It adds at most about a kilobyte to a report message. Where the device key
     * doesn't work the outcome is reported without, and {@link AgentEvent.Trouble} says why.
     *
     * @param wanted whether it is
     * @return this
     */
    public OtaAgentBuilder suitReports(boolean wanted) {
        this.suitReports = wanted;
        return this;
    }

    /**
     * Sets what is told of the device besides its updates: its health, facts of the embedder's. By default its inventory alone.
     *
     * @param telemetry what
     * @return this
     */
    public OtaAgentBuilder telemetry(Telemetry telemetry) {
        this.telemetry = telemetry;
        return this;
    }

    /**
     * Sets where the agent's numbers go, such as bytes that were fetched and how updates ended; nowhere by default.
     *
     * @param metrics takes them, on the agent thread
     * @return this
     */
    public OtaAgentBuilder metrics(Metrics metrics) {
        this.metrics = metrics;
        return this;
    }

    /**
     * Sets the source of threads and delays; the agent's own by default.
     *
     * @param scheduler the scheduler; closed with the agent
     * @return this
     */
    public OtaAgentBuilder scheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
        return this;
    }

    /**
     * Sets who is told what happens.
     *
     * @param listener called on the agent thread; what it throws is logged
     * @return this
     */
    public OtaAgentBuilder onEvent(Consumer<AgentEvent> listener) {
        this.onEvent = listener;
        return this;
    }

    /**
     * Builds the agent; {@link OtaAgent#start()} starts it.
     *
     * @return a fresh agent
     * @throws IllegalStateException if no platform was set
     * @throws IllegalArgumentException if the board's boot control can't do {@code trialAttempts}, or a component with a handler
     *     is in a bank, or there are more than 32 of them, or the trial's deadline comes before its health is compared
     */
    public OtaAgent build() {
        Platform board = platform;
        if (board == null) {
            throw new IllegalStateException("platform must be set: OtaAgent.builder().platform(board)");
        }
        int possible = board.bootControl().maxAttempts();
        if (trialAttempts > possible) {
            throw new IllegalArgumentException("trialAttempts " + trialAttempts
                    + " is more than this board's boot loader can do: at most " + possible);
        }
        for (ComponentId inBank : board.components()) {
            if (components.containsKey(inBank)) {
                throw new IllegalArgumentException(
                        "component " + inBank + " is in a bank of this board, so it can't have a handler");
            }
        }
        if (components.size() > Security.MAX_FLOORS) {
            throw new IllegalArgumentException(components.size() + " components have handlers, at most "
                    + Security.MAX_FLOORS + " can have: each needs a sequence floor in the Security record");
        }
        telemetry.requireFits(confirmWithin);
        OtaAgentConfig config = new OtaAgentConfig(
                board,
                Optional.ofNullable(transport),
                payloadSources,
                installGate,
                gates,
                sitePolicy,
                conditions,
                updatePolicy,
                selfTest,
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
                Optional.ofNullable(scheduler),
                onEvent);
        return new OtaAgentImpl(config);
    }

    private static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
        return value;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
        return value;
    }
}
