// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.core.Offer;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;

/**
 * Gateways that run firmware 1 in bank A, hold the older firmware 0 in bank B, and are offered firmware 2; firmware 3, which
 * works, comes after.
 */
final class UpdateScenario {
    static final int ERASE_BYTES = 4096;
    static final int IMAGE_BYTES = 24 << 10;
    static final int TRIAL_ATTEMPTS = 3;

    /** Less than what a manifest that failed has to wait for its next try. */
    private static final Duration PATIENCE = Duration.ofMinutes(55);

    /** A gateway with all that belongs to it. */
    record World(SimulatedBoard board, SimulatedServer server, SimulatedGateway gateway, SchedulePlayer player) {
        SimulatedGateway.Run run() throws IOException {
            return gateway.run(20, PATIENCE);
        }

        /** How many cuts struck at an operation. */
        int cutsThatFired() {
            return player.fired().size();
        }
    }

    /** A firmware with its envelope. */
    record Firmware(String version, byte[] image, byte[] envelope) {}

    private final Bench bench = new Bench();
    final Behaviour behaviour;
    private final Firmware older = firmware(0, 1, Behaviour.WORKS);
    final Firmware installed = firmware(1, 1, Behaviour.WORKS);
    final Firmware offered;
    final Firmware next = firmware(3, 3, Behaviour.WORKS);

    UpdateScenario(Behaviour behaviour) {
        this.behaviour = behaviour;
        offered = firmware(2, 2, behaviour);
    }

    /** What must be permanent in the end: fewer cuts than the trial has attempts don't change it. */
    Firmware expected() {
        boolean passes = behaviour == Behaviour.WORKS || behaviour == Behaviour.NOT_YET_THREE_TIMES;
        return passes ? offered : installed;
    }

    World begin(Schedule faults, boolean losesUnsynced) throws IOException {
        return begin(faults, losesUnsynced ? IdealChip.losing() : IdealChip.keeping());
    }

    World begin(Schedule faults, Profile profile) throws IOException {
        VirtualTime time = new VirtualTime();
        SimulatedBoard board = bench.board(time::nanos)
                .profile(profile)
                .trialWatchdog(Duration.ofMinutes(2))
                .build();
        board.install(BankId.B, new ByteArrayInputStream(older.image()), older.envelope());
        board.install(BankId.A, new ByteArrayInputStream(installed.image()), installed.envelope());
        SchedulePlayer player = new SchedulePlayer(faults, event -> {});
        board.faults(player);
        SimulatedServer server = new SimulatedServer();
        server.payload(uriOf(2), offered.image());
        server.payload(uriOf(3), next.image());
        server.offer(new Offer.Envelope(offered.envelope()));
        SimulatedGateway gateway = new SimulatedGateway(
                board,
                time,
                server,
                agent -> agent.trialAttempts(TRIAL_ATTEMPTS)
                        .checkpointBytes(ERASE_BYTES)
                        .maxSecurityVersionStep(2));
        return new World(board, server, gateway, player);
    }

    private Firmware firmware(long sequence, long securityVersion, Behaviour behaviour) {
        String version = "1." + sequence;
        byte[] image = bench.image(
                new SimImage.Spec(version, securityVersion, behaviour), IMAGE_BYTES - SimImage.HEADER_BYTES);
        try {
            byte[] envelope = new EnvelopeBuilder(
                            SimulatedBoard.COMPONENT, sequence, bench.identity.vendorId(), bench.identity.classId())
                    .securityVersion(securityVersion)
                    .image(new EnvelopeBuilder.Image(
                            Digest.sha256Of(image),
                            image.length,
                            uriOf(sequence).toString()))
                    .sign(SigningKey.of(bench.firmwareKeys.getPrivate(), bench.firmwareKeys.getPublic()));
            return new Firmware(version, image, envelope);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI uriOf(long sequence) {
        return URI.create("sim:/firmware-" + sequence);
    }

    static String outcomeOf(String report) {
        try (JsonParser json = new JsonFactory().createParser(report)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("outcome")) {
                    return json.nextTextValue();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(report, e);
        }
        throw new AssertionError("no outcome in " + report);
    }
}
