// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectedException;
import io.twinbank.core.UpdateState;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakeDeviceKeys;
import io.twinbank.hal.contract.FakePlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Who packs {@code fw.img} into {@code fw.suit}, signed by {@code maker.pem}, and the devices that it is for. */
record Maker(Path folder) {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");
    private static final DeviceIdentity DEVICE = new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gw");

    static Maker in(Path folder, byte[] firmware) throws IOException {
        Files.write(folder.resolve("fw.img"), firmware);
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("maker.pem"), false);
        return new Maker(folder);
    }

    String file(String name) {
        return folder.resolve(name).toString();
    }

    Run pack(String... more) {
        List<String> arguments = new ArrayList<>(List.of("pack", "--image", file("fw.img"), "--out", file("fw.suit")));
        arguments.addAll(List.of("--key", file("maker.pem"), "--vendor-domain", "acme.example", "--model", "gw-1"));
        arguments.addAll(List.of("--sequence", "7", "--security-version", "2"));
        arguments.addAll(List.of(more));
        return Run.otapub(arguments.toArray(String[]::new));
    }

    byte[] envelope() throws IOException {
        return Files.readAllBytes(folder.resolve("fw.suit"));
    }

    TrustPolicy trust() throws IOException {
        return TrustPolicy.anyOf(new TrustAnchor(
                "maker",
                Keys.readPublic(folder.resolve("maker.pub.pem")).subjectPublicKeyInfo(),
                Set.of(Role.FIRMWARE)));
    }

    /** What a device comes to that writes bank A. */
    InstallPlan plan() throws IOException, RejectedException {
        ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
        return verifier.plan(
                verifier.authenticate(envelope(), trust(), Role.FIRMWARE),
                new Target(DEVICE, List.of(ComponentId.of("os")), BankId.A));
    }

    /** Returns so many bytes of what a device with these keys has in its bank once the update is staged. */
    byte[] install(FakeDeviceKeys keys, int bytes) throws IOException, InterruptedException, ExecutionException {
        FakePlatform board = FakePlatform.builder()
                .identity(DEVICE)
                .trustPolicy(trust())
                .keys(keys)
                .build();
        board.bootControl().load(BankId.A, 1);
        board.boot();
        CompletableFuture<Object> end = new CompletableFuture<>();
        try (OtaAgent agent = OtaAgent.builder()
                .platform(board)
                .installGate(() -> false)
                .onEvent(event -> {
                    if (event instanceof AgentEvent.StateChanged change) {
                        if (change.to() == UpdateState.STAGED) {
                            end.complete(UpdateState.STAGED);
                        }
                    } else if (event instanceof AgentEvent.Ended ended
                            && !(ended.outcome() instanceof Outcome.StateLost)) {
                        end.complete(ended.outcome());
                    }
                })
                .build()) {
            agent.start();
            agent.offer(new Offer.Envelope(envelope()));
            assertEquals(UpdateState.STAGED, end.get());
        }
        return Arrays.copyOf(board.bank(BankId.B).content(), bytes);
    }
}
