// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SealedChunks;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.CounterId;
import io.twinbank.publisher.Keys;
import io.twinbank.publisher.Otapub;
import io.twinbank.publisher.Progress;
import io.twinbank.simulator.SimulatedKeys;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The demo's steps, one after another, each on what the one before left. */
final class Demo {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int ENCRYPTED_CHUNK_BYTES = 64 << 10;
    private static final int DELTA_CHUNK_BYTES = 64 << 10;
    /** Of a larger image a delta takes longer than the other steps together. */
    private static final long LARGEST_DELTA_IMAGE_BYTES = 64 << 20;

    private static final String DELTA = "a delta from what runs";

    private final World world;
    private final List<Step> steps = List.of(
            new Step("good update", "Installed", () -> update(Behaviour.WORKS, 2)),
            new Step(
                    "self-test says not yet, three times", "Installed", () -> update(Behaviour.NOT_YET_THREE_TIMES, 2)),
            new Step("self-test fails", "RolledBack(SELF_TEST_FAILED)", () -> update(Behaviour.FAILS_SELF_TEST, 2)),
            new Step("self-test hangs", "RolledBack(SELF_TEST_TIMEOUT)", () -> update(Behaviour.HANGS_IN_SELF_TEST, 2)),
            new Step("forged manifest", "Rejected(UNKNOWN_KEY)", this::forgedManifest),
            new Step("tampered payload", "Rejected(PAYLOAD_DIGEST)", this::tamperedPayload),
            new Step("wrong device class", "Rejected(WRONG_CLASS)", this::wrongClass),
            new Step("downgrade: an older manifest", "Rejected(SEQUENCE_TOO_LOW)", this::olderManifest),
            new Step("downgrade: a vulnerable image", "Rejected(SECURITY_VERSION_TOO_LOW)", this::vulnerableImage),
            new Step("power cut half-way through the download", "Installed", this::cutInDownload),
            new Step("power cut just after arming", "Installed", this::cutAfterArming),
            new Step("broker gone for a while", "Installed", this::brokerGone),
            new Step("the site lets it restart on Saturday at 22:00 only", "Installed", this::outsideTheWindow),
            new Step("the month's bytes are used up", "Installed", this::monthUsedUp),
            new Step("encrypted payload", "Installed", this::encrypted),
            new Step(DELTA, "Installed", this::delta),
            new Step("expired manifest", "Rejected(EXPIRED)", this::expired),
            new Step("trust set: the firmware key is rotated", "TrustUpdated", this::rotateKey),
            new Step("manifest by the revoked key", "Rejected(REVOKED)", this::revokedKey),
            new Step("manifest by the new key", "Installed", () -> update(Behaviour.WORKS, 2)),
            new Step("trust set: a post-quantum signature beside the classic one", "TrustUpdated", this::goHybrid),
            new Step("manifest with the classic signature alone", "Rejected(THRESHOLD_NOT_MET)", this::classicAlone),
            new Step("manifest with both signatures", "Installed", this::hybrid));

    private KeyPair revoked = Keys.generate(Keys.Algorithm.P256);

    Demo(World world) {
        this.world = world;
    }

    private interface Body {
        String run() throws Exception;
    }

    private record Step(String name, String expected, Body body) {}

    /** Does all steps; one that goes wrong doesn't keep the others from being tried. */
    List<StepResult> run() throws InterruptedException, TimeoutException {
        world.gateway.await(AgentEvent.Link.class, AgentEvent.Link::online, world.patience(SOON));
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            if (step.name.equals(DELTA) && world.imageBytes() > LARGEST_DELTA_IMAGE_BYTES) {
                world.timeline.line("left out: " + DELTA + ", as the image has more than "
                        + Progress.size(LARGEST_DELTA_IMAGE_BYTES));
                continue;
            }
            world.timeline.step(results.size() + 1, step.name, step.expected);
            long began = System.nanoTime();
            StepResult result = new StepResult(step.name, step.expected, run(step), (System.nanoTime() - began) / 1e9);
            results.add(result);
            world.timeline.say((result.ok() ? "as expected: " : "NOT AS EXPECTED: ") + result.outcome());
        }
        return results;
    }

    private String run(Step step) throws InterruptedException {
        world.gateway.forget();
        try {
            return step.body.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // the step's outcome, whatever it is
            return "error: " + e.getMessage();
        } finally {
            world.board.faults(Faults.none());
            world.siteAsBefore();
        }
    }

    private String update(Behaviour behaviour, long securityVersion) throws Exception {
        String before = world.gateway.running();
        Factory.Firmware firmware = world.factory.build(securityVersion, behaviour);
        offer(firmware, publish(firmware));
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome()) + unlessRuns(ended.outcome(), before, firmware);
    }

    private String forgedManifest() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        world.timeline.say("attacker signs " + firmware.version() + " with a key of its own");
        world.operator.offer(
                world.factory.envelope(firmware, publish(firmware), Factory.MODEL, Keys.generate(Keys.Algorithm.P256)));
        return Outcomes.brief(world.gateway.await(AgentEvent.NotAuthentic.class, event -> true, SOON));
    }

    private String tamperedPayload() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        long at = firmware.image().sizeBytes() / 3;
        URI uri = world.server.serve(firmware.file(), Bodies.tampered(firmware.payload(), at));
        world.timeline.say("attacker changes byte " + at + " of the payload");
        offer(firmware, uri);
        return endedWithoutReboot();
    }

    private String wrongClass() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        world.timeline.say("operator offers firmware of another model");
        world.operator.offer(
                world.factory.envelope(firmware, publish(firmware), "gw-200", world.factory.manifestKey()));
        return endedWithoutReboot();
    }

    private String olderManifest() throws Exception {
        Factory.Firmware old = world.factory.build(2, Behaviour.WORKS).withSequence(1);
        offer(old, publish(old));
        return endedWithoutReboot();
    }

    private String vulnerableImage() throws Exception {
        Factory.Firmware old = world.factory.build(1, Behaviour.WORKS);
        world.timeline.say("the image's security version is 1, the gateway's floor is "
                + world.board.counterValue(CounterId.SECURITY_VERSION));
        offer(old, publish(old));
        return endedWithoutReboot();
    }

    private String cutInDownload() throws Exception {
        String before = world.gateway.running();
        long fetchedBefore = world.source.fetchedBytes();
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        long size = firmware.image().sizeBytes();
        world.gateway.onProgress(progress -> {
            if (progress.state() == UpdateState.DOWNLOADING && progress.doneBytes() >= size / 2) {
                world.gateway.onProgress(any -> {});
                world.board.faults(new SchedulePlayer(Schedule.parse("cut(1,before)"), event -> {}));
            }
        });
        offer(firmware, publish(firmware));
        AgentEvent.DownloadResumed resumed = world.gateway.await(
                AgentEvent.DownloadResumed.class, event -> event.offsetBytes() > 0, world.patience(SOON));
        AgentEvent.Ended ended = ended();
        long twice = world.source.fetchedBytes() - fetchedBefore - size;
        world.timeline.say("resumed at " + Progress.size(resumed.offsetBytes()) + "; fetched twice: "
                + Progress.size(twice) + ", a checkpoint is " + Progress.size(World.CHECKPOINT_BYTES));
        reported(ended);
        return Outcomes.brief(ended.outcome())
                + (twice <= World.CHECKPOINT_BYTES ? "" : ", but too much fetched twice")
                + unlessRuns(ended.outcome(), before, firmware);
    }

    private String cutAfterArming() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        world.board.faults((operation, change) -> operation.name().equals("armTrial") && !done.getAndSet(true)
                ? new Fate.Cut(Tear.AFTER, Survival.NONE)
                : Fate.DONE);
        return update(Behaviour.WORKS, 2);
    }

    private String brokerGone() throws Exception {
        String before = world.gateway.running();
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        offer(firmware, publish(firmware));
        world.gateway.await(
                AgentEvent.StateChanged.class, change -> change.to() == UpdateState.DOWNLOADING, world.patience(SOON));
        world.timeline.say("broker   goes away");
        world.broker.goAway();
        AgentEvent.Ended ended = ended();
        if (world.operator.hasReport(ended.id())) {
            return "reported while the broker was away";
        }
        world.broker.comeBack();
        world.timeline.say("broker   is back");
        world.operator.reconnect();
        reported(ended);
        return Outcomes.brief(ended.outcome()) + unlessRuns(ended.outcome(), before, firmware);
    }

    private String outsideTheWindow() throws Exception {
        String before = world.gateway.running();
        Instant opens = ZonedDateTime.now(ZoneOffset.UTC)
                .with(TemporalAdjusters.next(DayOfWeek.SATURDAY))
                .with(LocalTime.of(22, 0))
                .toInstant();
        world.clock(opens.minus(Duration.ofHours(10)));
        world.site(SitePolicy.builder()
                .rule(Phase.RESET, PhaseRule.open().in("Sat 22:00-23:00"))
                .build());
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        offer(firmware, publish(firmware));
        String sentence = waiting("when the window Sat 22:00-23:00 opens");
        boolean early = !world.gateway.running().equals(before);
        world.clock(opens);
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome())
                + (sentence.startsWith("waiting to restart until Sat 22:00 (UTC)") ? "" : ", but " + sentence)
                + (early ? ", but before the window opened" : "")
                + unlessRuns(ended.outcome(), before, firmware);
    }

    private String monthUsedUp() throws Exception {
        Instant month = ZonedDateTime.now(ZoneOffset.UTC)
                .plusMonths(1) // the gateway has been in the next one, by its clock, and a month never goes back
                .with(TemporalAdjusters.firstDayOfNextMonth())
                .truncatedTo(ChronoUnit.DAYS)
                .toInstant();
        Factory.Firmware first = world.factory.build(2, Behaviour.WORKS);
        world.clock(month.minus(Duration.ofHours(1)));
        world.site(
                SitePolicy.builder().budget(first.image().sizeBytes() * 3 / 2).build());
        offer(first, publish(first));
        AgentEvent.Ended installed = ended();
        if (!(installed.outcome() instanceof Outcome.Installed)) {
            return Outcomes.brief(installed.outcome()) + " within the budget";
        }
        String before = world.gateway.running();
        Factory.Firmware second = world.factory.build(2, Behaviour.WORKS);
        long fetched = world.source.fetchedBytes();
        offer(second, publish(second));
        waiting("another month's budget");
        long beyond = world.source.fetchedBytes() - fetched - first.image().sizeBytes() / 2;
        world.clock(month.plusSeconds(1));
        world.gateway.restart(); // it would ask by itself within half a minute
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome())
                + (beyond <= 0 ? "" : ", but " + beyond + " bytes beyond the budget")
                + unlessRuns(ended.outcome(), before, second);
    }

    private String waiting(String part) throws InterruptedException, TimeoutException {
        AgentEvent.Waiting waiting = world.gateway.await(
                AgentEvent.Waiting.class, event -> event.what().contains(part), world.patience(SOON));
        return waiting.what();
    }

    private String encrypted() throws Exception {
        String before = world.gateway.running();
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        Recipient gateway = Recipient.of("demo", SimulatedKeys.contentKey(), SimulatedKeys.contentKey());
        byte[] iv = SealedChunks.newIv(new SecureRandom());
        PayloadEncoding encoding = new PayloadEncoding(
                Optional.of(CoseEncrypt.of(ContentAlgorithm.A128GCM, iv, List.of(gateway))),
                OptionalInt.of(ENCRYPTED_CHUNK_BYTES));
        Path ciphertext = world.file(firmware.file() + ".enc");
        try (InputStream plain = firmware.payload().open(0);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(ciphertext))) {
            PayloadEncryptor.encrypt(
                    encoding,
                    SimulatedKeys.contentKey(),
                    plain,
                    firmware.image().sizeBytes(),
                    out);
        }
        URI uri = world.server.serve(firmware.file() + ".enc", Bodies.file(ciphertext));
        world.timeline.say("operator offers " + firmware.version() + ", encrypted for this gateway: " + encoding);
        world.operator.offer(world.factory
                .builder(firmware, firmware.image().at(uri.toString(), encoding), Factory.MODEL)
                .sign(Factory.signingKey(world.factory.manifestKey())));
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome()) + unlessRuns(ended.outcome(), before, firmware);
    }

    private String delta() throws Exception {
        String before = world.gateway.running();
        Factory.Firmware old = world.factory.built(before);
        Factory.Firmware firmware = world.factory.buildFrom(old);
        Path patch = world.file(firmware.file() + ".delta");
        Frames frames = makeDelta(old, firmware, patch);
        ChunkHashes hashes;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(patch))) {
            hashes = ChunkHashes.of(in, DELTA_CHUNK_BYTES);
        }
        Route route = new Route(
                world.server.serve(firmware.file() + ".delta", Bodies.file(patch)),
                PayloadEncoding.IDENTITY.with(hashes).with(frames));
        long fetchedBefore = world.source.fetchedBytes();
        world.timeline.say("operator offers " + firmware.version() + ", and a delta from " + before + ", "
                + Progress.size(frames.encodedBytes()) + " instead of "
                + Progress.size(firmware.image().sizeBytes()));
        world.operator.offer(world.factory
                .builder(
                        firmware,
                        new EnvelopeBuilder.Image(
                                firmware.image().digest(),
                                firmware.image().sizeBytes(),
                                publish(firmware).toString(),
                                PayloadEncoding.IDENTITY,
                                List.of(route)),
                        Factory.MODEL)
                .integratedPayload(ChunkHashes.name(1), hashes.bytes())
                .sign(Factory.signingKey(world.factory.manifestKey())));
        AgentEvent.Ended ended = ended();
        reported(ended);
        long fetched = world.source.fetchedBytes() - fetchedBefore;
        long size = firmware.image().sizeBytes();
        world.timeline.say("gateway  has fetched " + Progress.size(fetched) + " of the image's " + Progress.size(size)
                + ": " + (size - fetched) * 100 / size + " % saved");
        return Outcomes.brief(ended.outcome())
                + (fetched <= frames.encodedBytes() ? "" : ", but " + fetched + " bytes were fetched")
                + unlessRuns(ended.outcome(), before, firmware);
    }

    /** By otapub in a process of its own, as the maker's machine would: to find what two images have in common takes more memory than a demo. */
    private Frames makeDelta(Factory.Firmware old, Factory.Firmware firmware, Path patch)
            throws IOException, InterruptedException {
        Path from = plain(old);
        Path to = plain(firmware);
        Path said = world.file("otapub.log");
        Process otapub = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Otapub.class.getName(),
                        "delta",
                        from.toString(),
                        to.toString(),
                        "-o",
                        patch.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (otapub.waitFor() != 0) {
            throw new IOException("otapub delta: " + Files.readString(said));
        }
        Files.delete(from);
        Files.delete(to);
        Frames.Base base = new Frames.Base(old.image().digest(), old.image().sizeBytes());
        return new Frames(Frames.Codec.DELTA, Frames.USUAL_FRAME_BYTES, Files.size(patch), Optional.of(base));
    }

    private Path plain(Factory.Firmware firmware) throws IOException {
        Path file = world.file(firmware.file());
        try (InputStream in = firmware.payload().open(0)) {
            Files.copy(in, file);
        }
        return file;
    }

    private String expired() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        world.timeline.say("operator offers " + firmware.version() + ", to be used before 2020");
        world.operator.offer(world.factory
                .builder(firmware, firmware.image().at(publish(firmware).toString()), Factory.MODEL)
                .require(new Requirement.UseBefore(
                        Instant.parse("2020-01-01T00:00:00Z").getEpochSecond()))
                .sign(Factory.signingKey(world.factory.manifestKey())));
        return endedWithoutReboot();
    }

    private String rotateKey() throws Exception {
        revoked = world.factory.manifestKey();
        world.timeline.say("operator sends trust set 1: a new firmware key, the old one revoked");
        world.operator.offer(world.factory.rotateManifestKey());
        return endedWithoutReboot();
    }

    private String revokedKey() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        world.timeline.say("thief    offers " + firmware.version() + ", signed by the key that was revoked");
        return Outcomes.brief(
                world.offerByHand(world.factory.envelope(firmware, publish(firmware), Factory.MODEL, revoked)));
    }

    private String goHybrid() throws Exception {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        String key = world.file("pq.pem").toString();
        if (Otapub.run(nowhere, nowhere, "keygen", "--alg", "ml-dsa-44", "--out", key) != 0) {
            return "no post-quantum key";
        }
        world.timeline.say("operator sends trust set 2: ML-DSA-44 has to sign as well");
        world.operator.offer(world.factory.demandPostQuantum(Keys.readPublic(Keys.publicFile(world.file("pq.pem")))));
        return endedWithoutReboot();
    }

    private String classicAlone() throws Exception {
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        return Outcomes.brief(world.offerByHand(world.factory.envelope(firmware, publish(firmware))));
    }

    private String hybrid() throws Exception {
        String before = world.gateway.running();
        Factory.Firmware firmware = world.factory.build(2, Behaviour.WORKS);
        byte[] envelope = world.factory
                .builder(firmware, firmware.image().at(publish(firmware).toString()), Factory.MODEL)
                .sign(
                        Factory.signingKey(world.factory.manifestKey()),
                        Keys.signingKey(world.file("pq.pem").toString()));
        world.timeline.say("operator offers " + firmware.version() + ", signed by both keys, " + envelope.length
                + " bytes of manifest");
        world.operator.offer(envelope);
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome()) + unlessRuns(ended.outcome(), before, firmware);
    }

    private URI publish(Factory.Firmware firmware) {
        return world.server.serve(firmware.file(), firmware.payload());
    }

    private void offer(Factory.Firmware firmware, URI uri) throws Exception {
        byte[] envelope = world.factory.envelope(firmware, uri);
        world.timeline.say("operator offers " + firmware.version() + ", sequence number " + firmware.sequence() + ", "
                + envelope.length + " bytes of manifest for "
                + Progress.size(firmware.image().sizeBytes()));
        world.operator.offer(envelope);
    }

    private AgentEvent.Ended ended() throws InterruptedException, TimeoutException {
        return world.gateway.await(
                AgentEvent.Ended.class, event -> true, world.patience(SOON.plus(world.confirmWithin)));
    }

    private void reported(AgentEvent.Ended ended) throws InterruptedException, TimeoutException {
        world.operator.awaitReport(ended.id(), SOON);
        world.timeline.say("operator has the report of outcome " + ended.id());
    }

    private String endedWithoutReboot() throws InterruptedException, TimeoutException {
        String before = world.gateway.running();
        AgentEvent.Ended ended = ended();
        reported(ended);
        return Outcomes.brief(ended.outcome())
                + (world.gateway.running().equals(before) ? "" : ", but " + world.gateway.running() + " runs");
    }

    /** After an install the new image runs and the floor has followed it; after anything else the old one runs. */
    private String unlessRuns(Outcome outcome, String before, Factory.Firmware firmware) {
        boolean installed = outcome instanceof Outcome.Installed;
        String running = world.gateway.running();
        world.timeline.say("board    runs " + running);
        if (!running.equals(installed ? firmware.version() : before)) {
            return ", but " + running + " runs";
        }
        long floor = world.board.counterValue(CounterId.SECURITY_VERSION);
        return !installed || floor == firmware.securityVersion() ? "" : ", but the counter is at " + floor;
    }
}
