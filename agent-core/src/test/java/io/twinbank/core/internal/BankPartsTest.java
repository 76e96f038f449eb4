// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Cause;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.source.BytesSource;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.SelfTest;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.FakePlatform;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Updates of banks that have several components: a root file system and a kernel. */
class BankPartsTest {
    private static final ComponentId KERNEL = ComponentId.of("kernel");
    private static final int UNIT = 4096;
    private static final byte[] NEW_KERNEL = kernel();

    private final Server server = new Server();
    private final Gateway gateway = gateway();

    private static byte[] kernel() {
        byte[] image = new byte[3 * UNIT];
        Arrays.fill(image, (byte) 7);
        return image;
    }

    private Gateway gateway() {
        try {
            Gateway made = new Gateway(KERNEL);
            made.settings = builder -> builder.payloadSource(server).checkpointBytes(UNIT);
            made.boot();
            made.board.trace().clear();
            return made;
        } catch (HalException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Serves both images; a payload may end early, as when the network breaks. */
    private static final class Server implements PayloadSource {
        final List<String> asked = new ArrayList<>();
        byte[] os = Gateway.NEW_IMAGE;
        int kernelBytes = NEW_KERNEL.length;

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) throws IOException {
            boolean kernel = request.uri().getPath().equals("/kernel.img");
            asked.add(request.uri().getPath() + "@" + request.offset());
            byte[] payload = kernel ? NEW_KERNEL : os;
            if (kernel && request.offset() >= kernelBytes) {
                throw new IOException("no network");
            }
            Stream whole = new BytesSource(kernel ? Arrays.copyOf(payload, kernelBytes) : payload).open(request);
            return new Stream() {
                @Override
                public int read(ByteBuffer dst) throws IOException {
                    return whole.read(dst);
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(payload.length);
                }

                @Override
                public void close() {
                    whole.close();
                }
            };
        }
    }

    private static EnvelopeBuilder both() {
        return Gateway.builder(11, 2)
                .image(Gateway.remote(Gateway.OS, Gateway.NEW_IMAGE))
                .component(KERNEL, Gateway.remote(KERNEL, NEW_KERNEL));
    }

    private void installUpToTheReset() {
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.sign(both()));
        gateway.scheduler.runUntil(gateway.scheduler.now().plus(Duration.ofSeconds(6)));
    }

    private Rejection refused(EnvelopeBuilder offer) {
        return assertInstanceOf(
                        Outcome.Rejected.class,
                        gateway.offer(Gateway.sign(offer)).orElseThrow())
                .rejection();
    }

    private StateStore.Loaded record(StateKey key) throws HalException {
        return gateway.board.stateStore().load(key);
    }

    private Journal journal() throws Exception {
        return Journal.decode(assertInstanceOf(StateStore.Found.class, record(StateKey.JOURNAL))
                .record());
    }

    private Checkpoint checkpoint() throws Exception {
        return Checkpoint.decode(assertInstanceOf(StateStore.Found.class, record(StateKey.CHECKPOINT))
                .record());
    }

    private static byte[] held(FakePlatform board, BankId bank, ComponentId component, int bytes) {
        return Arrays.copyOf(board.bank(bank, component).content(), bytes);
    }

    @Test
    void update_ofAllComponents_isDurableInTheWrittenOrder() {
        installUpToTheReset();
        gateway.boot();

        List<String> steps = gateway.steps().stream()
                .filter(step -> !step.equals("store CHECKPOINT"))
                .toList();
        int downloaded = steps.lastIndexOf("sync os.B");
        assertEquals(
                List.of(
                        "delete CHECKPOINT",
                        "store MANIFEST_B",
                        "store JOURNAL",
                        "invalidate B",
                        "begin os.B",
                        "begin kernel.B"),
                steps.subList(0, 6));
        assertEquals(
                List.of(
                        "sync os.B",
                        "sync kernel.B",
                        "end os.B",
                        "end kernel.B",
                        "store JOURNAL",
                        "store JOURNAL",
                        "store JOURNAL",
                        "armTrial B",
                        "reset"),
                steps.subList(downloaded, downloaded + 9));
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
        assertArrayEquals(Gateway.NEW_IMAGE, held(gateway.board, BankId.B, Gateway.OS, Gateway.NEW_IMAGE.length));
        assertArrayEquals(NEW_KERNEL, held(gateway.board, BankId.B, KERNEL, NEW_KERNEL.length));
    }

    @Test
    void update_progress_isOverTheSum() {
        long total = Gateway.NEW_IMAGE.length + NEW_KERNEL.length;

        installUpToTheReset();

        for (UpdateState state : List.of(UpdateState.DOWNLOADING, UpdateState.VERIFYING)) {
            List<AgentEvent.Progress> told = gateway.events.stream()
                    .filter(AgentEvent.Progress.class::isInstance)
                    .map(AgentEvent.Progress.class::cast)
                    .filter(progress -> progress.state() == state)
                    .toList();
            assertTrue(told.stream().allMatch(progress -> progress.totalBytes() == total), () -> told.toString());
            assertEquals(total, told.get(told.size() - 1).doneBytes());
            for (int i = 1; i < told.size(); i++) {
                assertTrue(told.get(i).doneBytes() > told.get(i - 1).doneBytes(), () -> told.toString());
            }
        }
    }

    @Test
    void journal_ofSeveralImages_hasTheirSumAndJointDigest() throws Exception {
        gateway.gateOpen = false;

        installUpToTheReset();

        assertEquals(UpdateState.STAGED, journal().state());
        assertEquals(Gateway.NEW_IMAGE.length + NEW_KERNEL.length, journal().imageBytes());
        assertTrue(!journal().imageDigest().equals(Digest.sha256Of(Gateway.NEW_IMAGE)));
    }

    @Test
    void offer_withoutOneComponent_isUnsupportedAndNamesIt() {
        Rejection rejection = refused(Gateway.builder(11, 2).image(Gateway.remote(Gateway.OS, Gateway.NEW_IMAGE)));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("[os]", rejection.found());
        assertEquals("all that a bank has; missing are [kernel]", rejection.expected());
        assertEquals(List.of("store OUTCOMES"), gateway.steps());
    }

    @Test
    void offer_secondImageLargerThanItsBank_isTooLarge() {
        long capacity = gateway.board.bank(BankId.B, KERNEL).geometry().capacityBytes();

        Rejection rejection = refused(Gateway.builder(11, 2)
                .image(Gateway.remote(Gateway.OS, Gateway.NEW_IMAGE))
                .component(
                        KERNEL,
                        new EnvelopeBuilder.Image(
                                Digest.sha256Of(NEW_KERNEL), capacity + 1, "https://updates.example/kernel.img")));

        assertEquals(RejectReason.TOO_LARGE, rejection.reason());
        assertTrue(rejection.detail().startsWith("the image of kernel"), rejection.detail());
        assertEquals(String.valueOf(capacity + 1), rejection.found());
        assertEquals("at most " + capacity + " bytes", rejection.expected());
    }

    @Test
    void build_noComponentAtAll_throws() throws Exception {
        FakePlatform board = FakePlatform.builder().components().build();

        assertThrows(
                IllegalArgumentException.class,
                () -> OtaAgent.builder().platform(board).build());
    }

    @Test
    void readBack_secondImageIsAnother_fails() {
        gateway.gateOpen = false;
        installUpToTheReset();
        gateway.board.bank(BankId.B, KERNEL).flip(5);
        gateway.gateOpen = true;

        gateway.pass(Duration.ofMinutes(2));

        Outcome.Failed failed =
                assertInstanceOf(Outcome.Failed.class, gateway.outcomes().get(0));
        String expected = HexFormat.of().formatHex(Digest.sha256Of(NEW_KERNEL).bytes());
        assertEquals(Cause.READ_BACK, failed.cause());
        assertTrue(failed.detail().startsWith("kernel in bank B reads back as "), failed.detail());
        assertTrue(failed.detail().contains("expected sha-256:" + expected.substring(0, 40)), failed.detail());
    }

    @Test
    void readBack_envelopeLost_failsForNobodyKnowsTheParts() throws Exception {
        gateway.gateOpen = false;
        installUpToTheReset();
        gateway.board.stateStore().delete(StateKey.MANIFEST_B);
        gateway.gateOpen = true;

        gateway.pass(Duration.ofMinutes(2));

        assertEquals(
                List.of(new Outcome.Failed(
                        Cause.UNKNOWN, Optional.empty(), "the stored envelope of the update was lost")),
                gateway.outcomes());
    }

    @Test
    void trial_secondImageIsAnother_isRolledBack() {
        installUpToTheReset();
        gateway.board.bank(BankId.B, KERNEL).flip(5);

        gateway.boot();
        BankId running = gateway.boot();

        assertEquals(BankId.A, running);
        assertInstanceOf(Outcome.RolledBack.class, gateway.outcomes().get(0));
        assertEquals(BootStatus.Trial.NONE, status().trial());
    }

    @Test
    void rollback_oneBesideTheBankCantBeReverted_tellsOfEachComponent() {
        ComponentId config = ComponentId.of("config");
        byte[] content = {1};
        ComponentHandler stubborn = new CantBeReverted();
        gateway.settings =
                builder -> builder.payloadSource(server).checkpointBytes(UNIT).component(config, stubborn);
        gateway.boot();
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.offer(Gateway.sign(
                both().component(config, new EnvelopeBuilder.Image(Digest.sha256Of(content), content.length, "#config"))
                        .integratedPayload("#config", content)));
        gateway.pass(Duration.ofSeconds(6));
        gateway.selfTest = SelfTest.Result.fail("broken");
        gateway.boot();
        gateway.boot();

        gateway.pass(Duration.ofMinutes(3));

        Outcome.Inconsistent inconsistent =
                assertInstanceOf(Outcome.Inconsistent.class, gateway.outcomes().get(0));
        assertEquals(
                "[os=OLD, kernel=OLD, config=NEW]", inconsistent.components().toString());
    }

    private static final class CantBeReverted implements ComponentHandler {
        private boolean active;

        @Override
        public Staging stage(Change change) {
            return new Staging() {
                @Override
                public void write(ByteBuffer piece) {}

                @Override
                public void complete() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public boolean isStaged(Change change) {
            return true;
        }

        @Override
        public void activate(Change change) {
            active = true;
        }

        @Override
        public boolean verify(Change change) {
            return active;
        }

        @Override
        public void revert(Change change) throws IOException {
            throw new IOException("no way back");
        }
    }

    private BootStatus status() {
        try {
            return gateway.board.bootControl().status();
        } catch (HalException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void download_cutInTheSecondImage_doesNotFetchTheFirstAgain() throws Exception {
        server.kernelBytes = UNIT + 100;
        installUpToTheReset();
        Checkpoint at = checkpoint();
        server.kernelBytes = NEW_KERNEL.length;
        server.asked.clear();

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(1, at.part());
        assertEquals(UNIT, at.offset());
        assertEquals(List.of("/kernel.img@" + UNIT), server.asked);
        gateway.boot();
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void download_cutBeforeTheSecondHasACheckpoint_doesNotFetchTheFirstAgain() throws Exception {
        server.kernelBytes = 100;
        installUpToTheReset();
        Checkpoint at = checkpoint();
        server.kernelBytes = NEW_KERNEL.length;
        server.asked.clear();

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(0, at.part());
        assertEquals(Gateway.NEW_IMAGE.length, at.offset());
        assertEquals(List.of("/kernel.img@0"), server.asked);
    }

    @Test
    void download_checkpointOfAnotherImage_isOnlyAHint() throws Exception {
        server.kernelBytes = UNIT + 100;
        installUpToTheReset();
        Checkpoint at = checkpoint();
        gateway.board.stateStore().store(StateKey.CHECKPOINT, at.in(0).encode());
        server.kernelBytes = NEW_KERNEL.length;
        server.asked.clear();

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));
        gateway.boot();

        assertEquals(List.of("/os.img@0", "/kernel.img@0"), server.asked);
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void download_checkpointOfAnImageThatThereIsNot_beginsAnew() throws Exception {
        server.kernelBytes = UNIT + 100;
        installUpToTheReset();
        Checkpoint at = checkpoint();
        gateway.board.stateStore().store(StateKey.CHECKPOINT, at.in(2).encode());
        server.kernelBytes = NEW_KERNEL.length;
        server.asked.clear();

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(List.of("/os.img@0", "/kernel.img@0"), server.asked);
    }
}
