// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Mqtt;
import io.twinbank.agentd.control.Operations;
import io.twinbank.agentd.control.Replies;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.LinuxGauges;
import io.twinbank.agentd.gateway.LinuxSite;
import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.EventText;
import io.twinbank.core.FolderPayloads;
import io.twinbank.core.HealthPolicy;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentBuilder;
import io.twinbank.core.Outcome;
import io.twinbank.core.Telemetry;
import io.twinbank.core.UpdateState;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.spi.Metrics;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.mqtt.MqttTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * An agent on this gateway, and those who follow what it does: the daemon's, or one that a command starts for itself where no daemon
 * runs.
 */
final class AgentHost implements Operations, AutoCloseable {
    private static final int MAX_EVENTS = 1000;
    private static final Duration AFTER_COMPARISON = Duration.ofMinutes(1);

    /** Something that a follower waits for. */
    private sealed interface News {
        record Event(AgentEvent event) implements News {}

        /** The boot loader was told; the gateway is restarted now. */
        record Restarting() implements News {}

        record Answer(Outcome outcome) implements News {}

        record Failure(Throwable why) implements News {}
    }

    private final Gateway gateway;
    private final OtaAgent agent;
    private final List<Consumer<News>> followers = new CopyOnWriteArrayList<>();
    private volatile Optional<PayloadSource> beside = Optional.empty();

    private AgentHost(Gateway gateway, OtaAgentBuilder builder) {
        this.gateway = gateway;
        gateway.resetControl().beforeReset(() -> tell(new News.Restarting()));
        agent = builder.platform(gateway)
                .trialAttempts(gateway.attempts())
                .sitePolicy(gateway.config().policy())
                .siteConditions(new LinuxSite(Path.of("/"), gateway.config().site()))
                .payloadSource(new Beside())
                .telemetry(telemetry(gateway.config()))
                .onEvent(this::happened)
                .build();
    }

    /**
     * Makes an agent; nothing happens before {@link #start()}.
     *
     * @param gateway the board; closed by its maker, after this
     * @param broker where offers come from, beside {@link #install}
     * @param selfTest asked in a trial
     * @param metrics where its numbers go
     * @throws IOException if the configuration asks for what the gateway can't do
     */
    static AgentHost of(Gateway gateway, Optional<MqttTransport> broker, SelfTest selfTest, Metrics metrics)
            throws IOException {
        gateway.openKeys();
        int possible = gateway.bootControl().maxAttempts();
        if (gateway.attempts() > possible) {
            throw new IOException("boot.attempts is " + gateway.attempts() + ", and this boot loader can do " + possible
                    + " at most; give it that, or leave the line out");
        }
        OtaAgentBuilder builder = OtaAgent.builder().selfTest(selfTest).metrics(metrics);
        builder.payloadSource(Payloads.byHttp(gateway));
        gateway.config().groups().forEach(builder::group);
        broker.ifPresent(builder::transport);
        gateway.config().health().flatMap(AgentHost::deadline).ifPresent(builder::confirmWithin);
        boolean payloads = gateway.config().mqtt().map(Mqtt::payloads).orElse(false);
        broker.filter(any -> payloads).map(MqttTransport::payloads).ifPresent(builder::payloadSource);
        return new AgentHost(gateway, builder);
    }

    /** A trial that waits for the comparison needs more than the usual time, and less than the timer of the trial's units. */
    private static Optional<Duration> deadline(HealthPolicy health) {
        return health.mode() == HealthPolicy.Mode.FAIL_TRIAL
                ? Optional.of(health.settle().plus(health.observe()).plus(AFTER_COMPARISON))
                : Optional.empty();
    }

    private static Telemetry telemetry(GatewayConfig config) {
        return config.health()
                .map(policy -> Telemetry.plain().withHealth(new LinuxGauges(Path.of("/")), policy))
                .orElse(Telemetry.plain());
    }

    /** The self-test of a gateway: what is in its health folder, or nothing but that the agent runs. */
    static SelfTest selfTest(GatewayConfig config) {
        return config.healthDir().<SelfTest>map(HealthFolder::new).orElse(SelfTest.Result::pass);
    }

    void start() {
        agent.start();
    }

    AgentStatus agentStatus() {
        return agent.status();
    }

    /** Asks the agent's thread for a sign of life. */
    CompletableFuture<AgentStatus> fresh() {
        return agent.fresh().toCompletableFuture();
    }

    private void happened(AgentEvent event) {
        tell(new News.Event(event));
    }

    private void tell(News news) {
        followers.forEach(follower -> follower.accept(news));
    }

    /** A board of its own is read, for this one is the agent's thread's alone. */
    @Override
    public int status(boolean json, Replies replies) throws IOException {
        try (Gateway board = gateway.again()) {
            return StatusReport.of(StatusReport.Board.read(board), agent.status(), agent.health(), true)
                    .tell(json, replies);
        } catch (HalException e) {
            return StatusReport.troubled(e, agent.status(), agent.health()).tell(json, replies);
        }
    }

    @Override
    public int install(byte[] envelope, Path folder, boolean json, Replies replies) throws IOException {
        beside = Optional.of(new FolderPayloads(folder));
        return follow(
                news -> agent.offer(new Offer.Envelope(envelope))
                        .whenComplete((outcome, thrown) ->
                                news.add(thrown == null ? new News.Answer(outcome) : new News.Failure(thrown))),
                next -> {
                    if (next instanceof News.Answer answer) {
                        return OptionalInt.of(ended(answer.outcome(), json, replies));
                    } else if (next instanceof News.Restarting) {
                        return OptionalInt.of(restarting(json, replies));
                    } else if (next instanceof News.Failure failure) {
                        throw new IOException("the agent failed: " + failure.why(), failure.why());
                    }
                    return OptionalInt.empty();
                },
                replies);
    }

    /** Tells whether something is the end that is waited for, and with which exit code. */
    @FunctionalInterface
    private interface Ending {
        OptionalInt at(News news) throws IOException;
    }

    /** Has something asked, and passes on what happens until its end. One who doesn't listen misses events, never an end. */
    private int follow(Consumer<Queue<News>> ask, Ending ending, Replies replies) throws IOException {
        BlockingQueue<News> news = new LinkedBlockingQueue<>();
        Consumer<News> follower = next -> {
            if (!(next instanceof News.Event) || news.size() < MAX_EVENTS) {
                news.add(next);
            }
        };
        followers.add(follower);
        try {
            ask.accept(news);
            while (true) {
                News next = news.take();
                OptionalInt exit = ending.at(next);
                if (exit.isPresent()) {
                    return exit.getAsInt();
                } else if (next instanceof News.Event event) {
                    pass(event.event(), replies);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted; what is under way goes on when the agent runs", e);
        } finally {
            followers.remove(follower);
        }
    }

    private static void pass(AgentEvent event, Replies replies) {
        if (event instanceof AgentEvent.Progress progress && progress.totalBytes() > 0) {
            replies.progress(
                    progress.state().name().toLowerCase(Locale.ROOT), progress.doneBytes(), progress.totalBytes());
        } else if (event instanceof AgentEvent.Trouble trouble) {
            replies.line(trouble.what());
        } else {
            EventText.of(event).ifPresent(replies::line);
        }
    }

    private static int ended(Outcome outcome, boolean json, Replies replies) {
        replies.line(json ? Json.object(out -> OutcomeText.write(out, outcome)) : OutcomeText.of(outcome));
        return OutcomeText.isGood(outcome) ? 0 : 1;
    }

    private int restarting(boolean json, Replies replies) throws IOException {
        try (Gateway board = gateway.again()) {
            BootStatus boot = board.bootControl().status();
            if (json) {
                replies.line(Json.object(out -> {
                    out.field("state", UpdateState.ARMED.name());
                    out.field("bank", boot.running().other().name());
                    out.field("attemptsLeft", boot.attemptsLeft());
                }));
            } else {
                replies.line("bank " + boot.running().other() + " is tried at the restart, which is asked for now; "
                        + boot.attemptsLeft() + " attempts");
            }
        }
        return 0;
    }

    @Override
    public int confirm(boolean json, Replies replies) throws IOException {
        BootStatus.Trial trial = trial();
        if (trial != BootStatus.Trial.RUNNING) {
            replies.line(
                    json
                            ? Json.object(out -> out.field("trial", trial.name()))
                            : "there is no trial to confirm; 'twinbank status' tells how things stand");
            return 1;
        }
        return follow(
                news -> agent.confirm(),
                next -> {
                    if (next instanceof News.Restarting) {
                        replies.line(json ? Json.object(out -> out.field("state", "RESTARTING")) : "rolling back");
                        return OptionalInt.of(1);
                    } else if (next instanceof News.Event event && event.event() instanceof AgentEvent.Ended ended) {
                        return OptionalInt.of(ended(ended.outcome(), json, replies));
                    }
                    return OptionalInt.empty();
                },
                replies);
    }

    @Override
    public int consent(OptionalLong deferSeconds, boolean json, Replies replies) throws IOException {
        if (deferSeconds.isPresent()) {
            answer(agent.defer(Duration.ofSeconds(deferSeconds.getAsLong())));
        } else {
            agent.consent();
            answer(agent.fresh());
        }
        String waitingFor = agent.status().waitingFor();
        replies.line(
                json
                        ? Json.object(out -> out.field("waitingFor", waitingFor))
                        : waitingFor.isEmpty() ? "nothing is waited for" : waitingFor);
        return 0;
    }

    @Override
    public int plan(long aheadSeconds, long bytes, boolean json, Replies replies) throws IOException {
        Forecast forecast = answer(agent.forecast(Duration.ofSeconds(aheadSeconds), bytes));
        return PlanReport.of(forecast, gateway.config().policy().zone()).tell(json, replies);
    }

    /** What the agent's thread answers, or why it doesn't, in its own words. */
    private static <T> T answer(CompletionStage<T> question) throws IOException {
        try {
            return question.toCompletableFuture().get();
        } catch (ExecutionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(why.getMessage()), why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private BootStatus.Trial trial() throws HalException {
        try (Gateway board = gateway.again()) {
            return board.bootControl().status().trial();
        }
    }

    /** A restart that was asked for is let to its end first: the agent's thread, which waits for it, would take the command along. */
    @Override
    public void close() {
        gateway.resetControl().awaitEnd();
        agent.close();
    }

    /** What lies beside the envelope that was installed last. */
    private final class Beside implements PayloadSource {
        @Override
        public boolean serves(URI uri) {
            return beside.filter(source -> source.serves(uri)).isPresent();
        }

        @Override
        public Stream open(Request request) throws IOException {
            return beside.orElseThrow(() -> new IOException("nothing is beside"))
                    .open(request);
        }
    }
}
