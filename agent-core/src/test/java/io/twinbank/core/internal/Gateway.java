// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.OtaAgentBuilder;
import io.twinbank.core.Outcome;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakePlatform;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The shipped agent on a fake board, in virtual time: bank A runs an image of sequence 10 and security version 1. */
final class Gateway {
    static final ComponentId OS = ComponentId.of("os");
    static final UUID VENDOR = Uuids.vendorId("vendor.example");
    static final UUID CLASS = Uuids.classId(VENDOR, "gateway-1");
    static final UUID DEVICE = Uuids.deviceId(CLASS, "0001");
    static final KeyPair FIRMWARE_PAIR = generate();
    static final KeyPair ROOT_PAIR = generate();
    static final SigningKey FIRMWARE_KEY = SigningKey.of(FIRMWARE_PAIR.getPrivate(), FIRMWARE_PAIR.getPublic());
    static final SigningKey ROOT_KEY = SigningKey.of(ROOT_PAIR.getPrivate(), ROOT_PAIR.getPublic());
    static final byte[] OLD_IMAGE = image(1);
    static final byte[] NEW_IMAGE = image(2);

    final FakePlatform board;
    final List<AgentEvent> events = new ArrayList<>();
    SelfTest.Result selfTest = SelfTest.Result.pass();
    boolean gateOpen = true;
    byte[] served = NEW_IMAGE;
    UnaryOperator<OtaAgentBuilder> settings = builder -> builder;
    StepScheduler scheduler = new StepScheduler();
    OtaAgent agent;

    /** A gateway whose banks have more components; in bank A each holds the old image. */
    Gateway(ComponentId... more) throws HalException {
        this(
                builder -> builder.components(
                        Stream.concat(Stream.of(OS), Stream.of(more)).toArray(ComponentId[]::new)),
                more);
    }

    Gateway(Consumer<FakePlatform.Builder> options, ComponentId... more) throws HalException {
        this(OLD_IMAGE, options, more);
    }

    /** A gateway in whose bank A another image is. */
    Gateway(byte[] oldImage, Consumer<FakePlatform.Builder> options, ComponentId... more) throws HalException {
        FakePlatform.Builder builder = FakePlatform.builder()
                .identity(new DeviceIdentity(VENDOR, CLASS, DEVICE, "gateway-0001"))
                .trustPolicy(TrustPolicy.anyOf(
                        new TrustAnchor("maker", FIRMWARE_PAIR.getPublic().getEncoded(), Set.of(Role.FIRMWARE)),
                        new TrustAnchor("root", ROOT_PAIR.getPublic().getEncoded(), Set.of(Role.FIRMWARE, Role.ROOT))));
        options.accept(builder);
        board = builder.build();
        board.bank(BankId.A).flash(oldImage);
        board.bootControl().load(BankId.A, 1);
        board.counter(CounterId.SECURITY_VERSION).advanceTo(1);
        EnvelopeBuilder installed = builder(10, 1).image(remote(OS, oldImage));
        for (ComponentId each : more) {
            board.bank(BankId.A, each).flash(oldImage);
            installed.component(each, remote(each, oldImage));
        }
        board.stateStore().store(StateKey.MANIFEST_A, sign(installed));
        board.trace().clear();
        boot();
    }

    /** Boots what the boot loader selects, with a fresh agent. */
    BankId boot() {
        BankId running = board.boot().orElseThrow();
        start();
        return running;
    }

    /** Starts a fresh agent on a device that isn't reset. */
    void start() {
        scheduler = new StepScheduler();
        OtaAgentBuilder builder = OtaAgent.builder()
                .buildTime(Instant.EPOCH)
                .platform(board)
                .payloadSource(new BytesSource(served))
                .scheduler(scheduler)
                .installGate(() -> gateOpen)
                .selfTest(() -> selfTest)
                .onEvent(events::add);
        agent = settings.apply(builder).build();
        agent.start();
        scheduler.runUntil(scheduler.now());
    }

    Optional<Outcome> offer(byte[] envelope) {
        CompletableFuture<Outcome> answer =
                agent.offer(new Offer.Envelope(envelope)).toCompletableFuture();
        scheduler.runUntil(scheduler.now());
        return answer.isDone() ? Optional.of(answer.join()) : Optional.empty();
    }

    /** Offers the new image and lets it be installed up to the reset; the boot loader will find it. */
    void installNewImage() {
        board.bootControl().load(BankId.B, 2);
        offer(newEnvelope());
        scheduler.runUntil(scheduler.now().plus(Duration.ofSeconds(6)));
    }

    void pass(Duration time) {
        board.clock().advance(time);
        scheduler.runUntil(scheduler.now().plus(time));
    }

    List<Outcome> outcomes() {
        return events.stream()
                .filter(AgentEvent.Ended.class::isInstance)
                .map(event -> ((AgentEvent.Ended) event).outcome())
                .toList();
    }

    /** Returns the durable steps since the trace was cleared, without those of the bank's content. */
    List<String> steps() {
        return board.trace().steps().stream()
                .filter(step -> !step.contains("erase") && !step.contains("write"))
                .toList();
    }

    static byte[] newEnvelope() {
        return envelope(11, 2, NEW_IMAGE);
    }

    static byte[] envelope(long sequence, long securityVersion, byte[] image, SigningKey... keys) {
        return sign(builder(sequence, securityVersion).image(remote(OS, image)), keys);
    }

    static EnvelopeBuilder.Image remote(ComponentId component, byte[] image) {
        return new EnvelopeBuilder.Image(
                Digest.sha256Of(image), image.length, "https://updates.example/" + component + ".img");
    }

    static EnvelopeBuilder builder(long sequence, long securityVersion) {
        return new EnvelopeBuilder(OS, sequence, VENDOR, CLASS).securityVersion(securityVersion);
    }

    static byte[] sign(EnvelopeBuilder builder, SigningKey... keys) {
        try {
            return builder.sign(keys.length == 0 ? new SigningKey[] {FIRMWARE_KEY} : keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] image(int fill) {
        byte[] image = new byte[20_000];
        Arrays.fill(image, (byte) fill);
        return image;
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
