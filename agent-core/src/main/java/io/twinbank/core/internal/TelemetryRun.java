// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.HealthReport;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.HealthRecord.Image;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.hal.HalException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of the device what isn't an update: its inventory when that has changed, and its health. It only listens to what happens, on
 * the agent thread, and reads the board in tasks of its own: no row waits for it, and none fails by it.
 */
final class TelemetryRun {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryRun.class);

    private final OtaAgentConfig config;
    private final Scheduler scheduler;
    private final Board board;
    private final HealthWatch watch;
    private final Consumer<AgentEvent> events;
    private final Optional<LatestReport> inventory;
    private final Optional<LatestReport> health;
    private volatile Optional<HealthReport> latestHealth = Optional.empty();
    private boolean due;
    private boolean asked;

    TelemetryRun(OtaAgentConfig config, Scheduler scheduler, ManifestVerifier verifier, Consumer<AgentEvent> events) {
        this.config = config;
        this.scheduler = scheduler;
        this.events = events;
        Records records = new Records(config.platform().stateStore());
        board = new Board(config.platform(), config.components().keySet(), records, verifier);
        inventory = config.transport().map(to -> new LatestReport(ReportKind.INVENTORY, to, scheduler));
        health = config.transport().map(to -> new LatestReport(ReportKind.HEALTH, to, scheduler));
        watch = new HealthWatch(
                config.telemetry().gauges(),
                config.telemetry().health(),
                config.selfTest(),
                config.confirmWithin(),
                config.platform().clock(),
                records,
                scheduler,
                this::compared);
    }

    /** Returns the embedder's self-test, and the comparison behind it. */
    SelfTest selfTest() {
        return watch.selfTest();
    }

    /** Returns the latest comparison; from any thread. */
    Optional<HealthReport> health() {
        return latestHealth;
    }

    void happened(AgentEvent event, UpdateEngine engine) {
        watch.happened(event, new WatchedAgent(engine));
        if (event instanceof AgentEvent.Link link) {
            inventory.ifPresent(report -> report.online(link.online()));
            health.ifPresent(report -> report.online(link.online()));
        }
        boolean mayHaveChanged = event instanceof AgentEvent.Started
                || event instanceof AgentEvent.Ended
                || event instanceof AgentEvent.StateChanged
                || (event instanceof AgentEvent.Link link && link.online());
        due |= mayHaveChanged;
        if (due && inventory.isPresent() && !asked) {
            asked = true;
            scheduler.execute(Lane.AGENT, () -> takeInventory(inventory.get(), engine));
        }
    }

    private void takeInventory(LatestReport report, UpdateEngine engine) {
        asked = false;
        if (!engine.ready()) {
            return; // the board is looked at first; the row that comes of it asks again
        }
        due = false;
        try {
            report.update(TelemetryJson.inventory(Inventory.of(
                    board,
                    new Inventory.Known(
                            OtaAgent.version(),
                            engine.steps().running(),
                            engine.machine().state() == UpdateState.IDLE
                                    || engine.machine().journal().target()
                                            == engine.steps().running(),
                            engine.trust().version(),
                            config.groups()),
                    config.telemetry().facts().get())));
        } catch (HalException | RuntimeException e) {
            LOG.warn("the inventory can't be taken, and is at the next change: {}", e.toString());
        }
    }

    private void compared(HealthReport report) {
        latestHealth = Optional.of(report);
        health.ifPresent(to ->
                to.update(TelemetryJson.health(config.platform().identity().name(), report)));
        events.accept(new AgentEvent.HealthCompared(report));
    }

    /** What the watch may know of the agent. */
    private final class WatchedAgent implements HealthWatch.Agent {
        private final UpdateEngine engine;

        WatchedAgent(UpdateEngine engine) {
            this.engine = engine;
        }

        @Override
        public UpdateState state() {
            return engine.machine().state();
        }

        @Override
        public boolean componentsAlone() {
            return engine.machine().journal().componentsAlone();
        }

        @Override
        public Image image() throws HalException {
            return new Image(
                    engine.steps().running(),
                    board.storedPlan(engine.steps().running()).map(InstallPlan::manifestDigest));
        }
    }
}
