// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.HealthReport;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.Outcome;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.source.Sources;
import io.twinbank.core.internal.source.WatchedSource;
import io.twinbank.core.policy.Forecast;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent as its embedder sees it: passes everything on to the agent thread, and keeps a snapshot for those who ask. */
public final class OtaAgentImpl implements OtaAgent, UpdateTransport.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(OtaAgentImpl.class);

    /** What is known, and in words. */
    private record Snapshot(AgentStatus status, String explanation) {}

    private final OtaAgentConfig config;
    private final Scheduler scheduler;
    private final UpdateEngine engine;
    private final EnvelopeFetch fetch;
    private final ProgressPace progressPace = new ProgressPace();
    private final TelemetryRun telemetry;
    private final EventLog log = new EventLog();
    private final MetricsWatch metrics;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Snapshot snapshot;
    private String waitingFor = "";
    private String waitReported = "";
    private String trouble = "";

    /**
     * Makes an agent; nothing is read or written before {@link #start()}.
     *
     * @param config what it was built with
     */
    public OtaAgentImpl(OtaAgentConfig config) {
        this.config = config;
        scheduler = watched(config.scheduler().orElseGet(ThreadScheduler::new));
        TimeFloor timeFloor = new TimeFloor(config.platform().clock(), config.buildTime());
        metrics = new MetricsWatch(config.metrics());
        List<PayloadSource> sources = Stream.concat(config.payloadSources().stream(), Sources.standard().stream())
                .<PayloadSource>map(source -> new WatchedSource(source, timeFloor::hear, metrics::fetched))
                .toList();
        ManifestVerifier verifier =
                new ManifestVerifier(Limits.standard().withEnvelopeBytes(config.maxEnvelopeBytes()));
        telemetry = new TelemetryRun(config, scheduler, verifier, this::happened);
        OtaAgentConfig watched = config.withSelfTest(telemetry.selfTest());
        engine = new UpdateEngine(watched, scheduler, sources, timeFloor, verifier, this::happened);
        fetch = new EnvelopeFetch(
                scheduler,
                sources,
                config.maxEnvelopeBytes(),
                new Records(config.platform().stateStore()),
                engine.permits()::came);
        snapshot = new Snapshot(
                new AgentStatus(
                        UpdateState.IDLE,
                        Optional.empty(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        "",
                        false,
                        "start",
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        0,
                        false,
                        0),
                "The agent hasn't been started.");
    }

    private Scheduler watched(Scheduler tasks) {
        return new WatchedScheduler(tasks, new WatchedScheduler.Owner() {
            @Override
            public void halt() {
                engine.rows().halt();
            }

            @Override
            public void crashed(Throwable thrown) {
                engine.rows().crashed(thrown);
            }
        });
    }

    @Override
    public void start() {
        if (started.compareAndSet(false, true)) {
            scheduler.execute(Lane.AGENT, engine::start);
            scheduler.execute(Lane.AGENT, () -> config.transport().ifPresent(transport -> transport.start(this)));
        }
    }

    @Override
    public AgentStatus status() {
        return snapshot.status();
    }

    @Override
    public CompletionStage<AgentStatus> fresh() {
        CompletableFuture<AgentStatus> answer = new CompletableFuture<>();
        scheduler.execute(Lane.AGENT, () -> answer.complete(status()));
        return answer.minimalCompletionStage();
    }

    @Override
    public String explain() {
        return snapshot.explanation();
    }

    @Override
    public Optional<HealthReport> health() {
        return telemetry.health();
    }

    @Override
    public CompletionStage<Outcome> offer(Offer offer) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        take(offer, () -> {}, Optional.of(answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Optional<Rejection>> command(byte[] command) {
        CompletableFuture<CommandAnswer> answer = new CompletableFuture<>();
        commanded(new Commands.Incoming(command.clone(), () -> {}, answer));
        return answer.thenApply(CommandAnswer::rejection).minimalCompletionStage();
    }

    @Override
    public boolean cancel() {
        UpdateState state = status().state();
        scheduler.execute(Lane.AGENT, engine::cancel);
        return state != UpdateState.IDLE && state != UpdateState.TRIAL && state != UpdateState.COMMITTING;
    }

    @Override
    public void consent() {
        scheduler.execute(Lane.AGENT, engine::consent);
    }

    @Override
    public CompletionStage<Void> defer(Duration by) {
        return asked(() -> {
            engine.defer(by);
            return null;
        });
    }

    @Override
    public CompletionStage<Forecast> forecast(Duration ahead, long bytes) {
        return asked(() -> engine.forecast(ahead, bytes));
    }

    private <T> CompletionStage<T> asked(Callable<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        scheduler.execute(Lane.AGENT, () -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) { // the asker's business
                answer.completeExceptionally(e);
            }
        });
        return answer.minimalCompletionStage();
    }

    @Override
    public void confirm() {
        scheduler.execute(Lane.AGENT, engine::confirm);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            scheduler.execute(Lane.AGENT, engine::close);
            config.transport().ifPresent(UpdateTransport::close);
            scheduler.close();
        }
    }

    @Override
    public void offered(Offer offer, Runnable settled) {
        take(offer, settled, Optional.empty());
    }

    @Override
    public void commanded(byte[] command, Runnable settled) {
        CompletableFuture<CommandAnswer> answer = new CompletableFuture<>();
        CompletableFuture<Void> unused = answer.thenAccept(became -> engine.answer(command, became));
        commanded(new Commands.Incoming(command, settled, answer));
    }

    private void commanded(Commands.Incoming command) {
        scheduler.execute(Lane.AGENT, () -> {
            engine.commanded(command);
            publish();
        });
    }

    @Override
    public void online() {
        scheduler.execute(Lane.AGENT, () -> {
            engine.online(true);
            happened(new AgentEvent.Link(true, ""));
        });
    }

    @Override
    public void offline(String why) {
        scheduler.execute(Lane.AGENT, () -> {
            engine.online(false);
            happened(new AgentEvent.Link(false, why));
        });
    }

    private void take(Offer offer, Runnable settled, Optional<CompletableFuture<Outcome>> asker) {
        if (offer instanceof Offer.Envelope envelope) {
            Incoming incoming = new Incoming(envelope.bytes(), settled, asker);
            scheduler.execute(Lane.AGENT, () -> offered(incoming));
        } else {
            fetch.fetch((Offer.Pointer) offer, bytes -> offered(new Incoming(bytes, settled, asker)), refused -> {
                engine.offers().refuseUnread(new Incoming(new byte[0], settled, asker), refused.rejection());
                publish();
            });
        }
    }

    private void offered(Incoming offer) {
        engine.offered(offer);
        publish();
    }

    /** Everything that happens passes here, on the agent thread, after it has happened. */
    private void happened(AgentEvent event) {
        if (event instanceof AgentEvent.Waiting waiting) {
            waitingFor = waiting.what();
        } else if (event instanceof AgentEvent.StateChanged || event instanceof AgentEvent.Recovered) {
            waitingFor = "";
            trouble = "";
        } else if (event instanceof AgentEvent.DownloadResumed || event instanceof AgentEvent.RouteTaken) {
            waitingFor = ""; // of a pause, of what the site didn't allow, or of what had to be read first
        } else if (event instanceof AgentEvent.Trouble what) {
            trouble = what.what();
        } else if (event instanceof AgentEvent.Ended ended) {
            engine.outbox()
                    .ring()
                    .find(ended.id())
                    .map(OutcomeRecord::manifestDigest)
                    .ifPresent(engine::ended);
            engine.offers().ended(ended.id(), ended.outcome());
            if (ended.outcome() instanceof Outcome.TrustUpdated) {
                trouble = ""; // of a set that was gone
            }
        }
        publish();
        boolean anotherWait = isAnotherWait();
        if (event instanceof AgentEvent.Waiting && !anotherWait) {
            return;
        }
        log.happened(event);
        metrics.happened(
                event,
                status(),
                engine.machine().journal().starts(),
                engine.permits().bytesLeft());
        try {
            config.onEvent().accept(event);
        } catch (RuntimeException e) {
            LOG.warn("the event listener threw at {}; the agent goes on", event, e);
        }
        telemetry.happened(event, engine);
        if (isProgressDue(event)
                || anotherWait
                || event instanceof AgentEvent.StateChanged
                || event instanceof AgentEvent.Recovered
                || event instanceof AgentEvent.Link
                || event instanceof AgentEvent.Commanded
                || (event instanceof AgentEvent.Ended ended && ended.outcome() instanceof Outcome.TrustUpdated)) {
            sendStatus();
        }
    }

    private boolean isProgressDue(AgentEvent event) {
        Duration now = config.platform().clock().sinceBoot();
        if (event instanceof AgentEvent.StateChanged) {
            progressPace.begun(now);
        }
        return event instanceof AgentEvent.Progress progress
                && progressPace.isDue(progress.doneBytes(), progress.totalBytes(), now);
    }

    /** What is waited for is said again and again, and the time that is left differs each time: that is no news. */
    private boolean isAnotherWait() {
        String words = waitingFor.replaceAll("[0-9]", "");
        boolean another = !words.equals(waitReported);
        waitReported = words;
        return another;
    }

    private void sendStatus() {
        engine.outbox()
                .sendStatus(() -> ReportJson.status(config.platform().identity().name(), status()));
    }

    private void publish() {
        UpdateState state = engine.machine().state();
        AgentStatus status = new AgentStatus(
                state,
                Optional.of(engine.steps().running()),
                engine.steps().security().floor(),
                engine.securityVersion(),
                engine.trust().version(),
                engine.installation().doneBytes(),
                engine.installation().totalBytes(),
                engine.installation().route(),
                engine.outbox().online(),
                waitingFor.isEmpty() ? engine.trust().awaited().orElse("") : waitingFor,
                Optional.of(config.platform().bootControl().enforcement()),
                engine.outbox().ring().pending(),
                engine.outbox().ring().latest().flatMap(OutcomeRecord::outcome),
                engine.strangers().count(),
                engine.commands().standing().paused(),
                engine.commands().standing().sequence());
        snapshot = new Snapshot(
                status, Explanation.of(status, engine.machine().journal().componentsAlone(), engine.row(), trouble));
    }
}
