// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.simulator.VirtualScheduler;
import io.twinbank.simulator.VirtualTime;
import io.twinbank.simulator.medium.BoardStop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * One device, its broker and its fleet's server, while so many faults strike as are asked for; then without any, until everything has
 * arrived. The same seed does the same.
 */
public final class NetworkRun {
    /** How often new offers are due, and who can be asked at any time is asked. */
    private static final Duration TURN = Duration.ofSeconds(2);
    /** N9: longer than the longest pause before a connection, a time-out, and the reports that are due. */
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(15);

    /** Without a fault in so long a time there won't be any more: everything has come to a stop. */
    private static final Duration STANDS_STILL = Duration.ofHours(3);

    private static final Map<ReportKind, String> RETAINED =
            Map.of(ReportKind.STATUS, "status", ReportKind.INVENTORY, "inventory", ReportKind.HEALTH, "health");

    private final long seed;
    private final Optional<NetworkBug> bug;
    private final VirtualTime time = new VirtualTime();
    private final VirtualScheduler scheduler = new VirtualScheduler(time);
    private final Findings findings = new Findings(time);
    private final Misfortune misfortune;
    private final FleetServer server;
    private final ModelBroker broker;
    private final NetworkedDevice device;
    private final RoughNetwork network;
    private final String topics;
    private final IntConsumer progress;

    /**
     * Makes a run of the shipped agent.
     *
     * @param seed what everything is drawn from
     * @param faults how many strike
     */
    public NetworkRun(long seed, int faults) {
        this(seed, faults, Optional.empty(), struck -> {});
    }

    /**
     * Makes a run.
     *
     * @param seed what everything is drawn from
     * @param faults how many strike
     * @param bug what is wrong with the agent; it ends the run as soon as it is noticed
     * @param progress told now and then how many faults have struck
     */
    public NetworkRun(long seed, int faults, Optional<NetworkBug> bug, IntConsumer progress) {
        this.seed = seed;
        this.bug = bug;
        this.progress = progress;
        misfortune = new Misfortune(seed, faults);
        OfferMaker maker = new OfferMaker();
        topics = "twinbank/" + maker.deviceId() + "/";
        server = new FleetServer(time, misfortune, findings, maker, topics + "offer");
        broker = new ModelBroker(time, scheduler, server::heard);
        device = new NetworkedDevice(
                scheduler,
                misfortune,
                findings,
                maker.board(time),
                maker.deviceId(),
                server,
                bug.map(NetworkBug::seams).orElse(NetworkBug.NONE));
        network = new RoughNetwork(time, scheduler, misfortune, broker, server, findings, device);
    }

    /**
     * Runs.
     *
     * @return what came of it
     */
    public NetworkResult run() {
        device.connectTo(network);
        int progressed = 0;
        long progressedAt = 0;
        while (!misfortune.isOver() && !isNoticed() && time.nanos() - progressedAt < STANDS_STILL.toNanos()) {
            server.publish(broker);
            network.turn(TURN);
            turn();
            if (server.acknowledged() > progressed) {
                progressed = server.acknowledged();
                progressedAt = time.nanos();
            }
        }
        misfortune.end();
        Duration settled = isNoticed() ? Duration.ZERO : settle();
        device.close();
        return new NetworkResult(
                seed,
                misfortune.count(),
                misfortune.struck(),
                server.acknowledged(),
                server.installed(),
                server.receivedAgain(),
                device.refused(),
                device.lives(),
                Duration.ofNanos(time.nanos()),
                settled,
                findings.all());
    }

    private boolean isNoticed() {
        return bug.isPresent()
                && findings.all().stream()
                        .anyMatch(finding -> bug.get().oracles().contains(finding.oracle()));
    }

    /** No faults any more: what isn't lost gets through; the connection breaks once more, and one more offer is installed. */
    private Duration settle() {
        network.heal();
        Duration first = settleOnce();
        network.breakUp();
        settleOnce();
        Offer last = server.publishLast(broker);
        settleOnce();
        findings.require(last.installed, "N9", last + ", the last, isn't installed: " + device.explain());
        return first;
    }

    private Duration settleOnce() {
        long began = time.nanos();
        long end = began + SETTLES_WITHIN.toNanos();
        do {
            server.publishDamaged(broker);
            turn();
        } while (!isIdle() && time.nanos() < end);
        if (!isIdle()) {
            findings.add(
                    "N9",
                    SETTLES_WITHIN.toMinutes() + " min after the last fault " + broker.held()
                            + " messages wait at the broker: " + device.explain());
        }
        return Duration.ofNanos(time.nanos() - began);
    }

    private boolean isIdle() {
        return device.isAtRest() && network.isQuiet() && broker.held() == 0 && !server.hasDamaged();
    }

    /** N6, asked whenever everything has come: what is retained is what the agent said last. */
    private void judgeRetained() {
        RETAINED.forEach((kind, leaf) -> {
            Optional<byte[]> said = device.latest(kind);
            Optional<byte[]> retained = broker.retainedReport(topics + leaf);
            findings.require(
                    Arrays.equals(said.orElse(null), retained.orElse(null)),
                    "N6",
                    "the retained " + leaf + " is " + text(retained) + ", the agent's last was " + text(said));
        });
    }

    private static String text(Optional<byte[]> json) {
        return json.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("none");
    }

    private void turn() {
        long end = time.nanos() + TURN.toNanos();
        while (time.nanos() < end) {
            try {
                scheduler.run(() -> end, device::waitsForABoot);
            } catch (BoardStop stop) {
                device.died();
            } catch (RuntimeException e) {
                device.crashed(e);
            }
            if (device.waitsForABoot()) {
                device.died();
            }
        }
        if (isIdle()) {
            server.judge();
            judgeRetained();
        }
        network.watch(topics + "offer");
        device.watch();
        progress.accept(misfortune.count());
    }
}
