// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.SealedChunks;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingBank;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedKeys;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/** Bugs in how a download goes on after a cut. */
final class DownloadMutants {
    private DownloadMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M09",
                        "the checkpoint is stored before what it speaks of is written",
                        Set.of("L5"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.platform(WritesLate::new))),
                new Mutant(
                        "M10",
                        "the block in which the cut fell isn't erased again",
                        Set.of("O-W1"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new NoErase(bank, board.stateStore())))),
                new Mutant(
                        "M11",
                        "a checkpoint outlives its update, and is taken for that of the next one",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.ideal("bad-then-good"),
                        sound -> sound.with(Bugs.records((board, store) -> new AnyCheckpoint(store)))),
                new Mutant(
                        "M42",
                        "what is left of the cut update is put aside before it is gone on with: a second cut loses it",
                        Set.of("L1", "L2"),
                        Mode.PAIRS,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.records((board, store) -> new PutsAside(store)))),
                new Mutant(
                        "M43",
                        "a download that was cut keeps no more checkpoints: short lives never come to its end",
                        Set.of("L3"),
                        Mode.BROWN_OUT,
                        () -> Stages.ideal(Scenarios.named("update").withImageBytes(32 << 10), "ideal"),
                        sound -> sound.with(Bugs.records((board, store) -> new NoMoreCheckpoints(store)))),
                new Mutant(
                        "M61",
                        "after a cut the block in which it fell is skipped",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new SkipsBlock(bank, board.stateStore())))),
                new Mutant(
                        "M93",
                        "a checkpoint in the second image of a bank is taken for one in the first",
                        Set.of("L5"),
                        Mode.SINGLE,
                        () -> Stages.ideal("partitions"),
                        sound -> sound.with(Bugs.records((board, store) -> new OneImage(store)))),
                new Mutant(
                        "M77",
                        "a sealed chunk goes on before its tag is checked",
                        Set.of("S20"),
                        Mode.QUIET,
                        DownloadMutants::tampered,
                        sound -> sound.with(new AgentVariant() {
                            @Override
                            public PayloadSource payloads(PayloadSource source) {
                                return new SealsAnew(source, sound.scenario());
                            }
                        })));
    }

    private static Setting tampered() {
        return Stages.ideal(
                Scenario.named("tampered")
                        .offer("2.0", Behaviour.WORKS)
                        .encrypted()
                        .tamper()
                        .build(),
                "ideal");
    }

    /** A fresh download deletes the checkpoint first, so one that is there is gone on from. */
    static boolean isResumed(StateStore store) throws HalException {
        return store.load(StateKey.CHECKPOINT) instanceof StateStore.Found;
    }

    private static final class WritesLate extends ForwardingPlatform {
        private record Write(FlashBank bank, long offset, byte[] bytes) {}

        private final List<Write> late = new ArrayList<>();

        WritesLate(Platform board) {
            super(board);
        }

        private void catchUp() throws HalException {
            for (Write write : late) {
                write.bank().write(write.offset(), ByteBuffer.wrap(write.bytes()));
                write.bank().sync();
            }
            late.clear();
        }

        @Override
        public FlashBank bank(BankId id, ComponentId component) {
            return new ForwardingBank(super.bank(id, component)) {
                @Override
                public void write(long offset, ByteBuffer src) {
                    byte[] bytes = new byte[src.remaining()];
                    src.get(bytes);
                    late.add(new Write(bank, offset, bytes));
                }

                @Override
                public void end() throws HalException {
                    catchUp();
                    super.end();
                }
            };
        }

        @Override
        public StateStore stateStore() {
            return new ForwardingRecords(super.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    super.store(key, record);
                    if (key == StateKey.CHECKPOINT) {
                        catchUp();
                    }
                }
            };
        }
    }

    /** Reads a checkpoint as far as the agents do that know of one image in a bank: up to the validator. */
    private static final class OneImage extends ForwardingRecords {
        private static final int OUTER_BYTES = 4;

        OneImage(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            if (key == StateKey.CHECKPOINT && super.load(key) instanceof Found found) {
                byte[] record = found.record();
                int validator = OUTER_BYTES + length(record, 2) + Long.BYTES;
                return new Found(Arrays.copyOf(record, validator + Short.BYTES + length(record, validator)));
            }
            return super.load(key);
        }

        private static int length(byte[] record, int at) {
            return ByteBuffer.wrap(record).getShort(at);
        }
    }

    /** An agent that asks for no tag takes whatever it decrypts for what was sealed: so this is what it would be served. */
    private static final class SealsAnew implements PayloadSource {
        private final PayloadSource source;
        private final PayloadEncoding encoding;
        private final int imageBytes;

        SealsAnew(PayloadSource source, Scenario scenario) {
            this.source = source;
            this.encoding = scenario.encoding();
            this.imageBytes = scenario.imageBytes();
        }

        @Override
        public boolean serves(URI uri) {
            return source.serves(uri);
        }

        @Override
        public Stream open(Request request) throws IOException {
            ByteBuffer sealed = ByteBuffer.allocate((int) encoding.encodedBytes(imageBytes));
            Stream whole = source.open(new Request(request.uri(), 0, request.sizeBytes(), request.validator()));
            int read = 0;
            while (sealed.hasRemaining() && read >= 0) {
                read = whole.read(sealed);
            }
            if (sealed.hasRemaining()) {
                return source.open(request); // the update after all others isn't encrypted
            }
            try {
                return new Served(sealedAnew(sealed.flip()).position((int) request.offset()), whole);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }

        private ByteBuffer sealedAnew(ByteBuffer payload) throws GeneralSecurityException {
            CoseEncrypt info = encoding.encryption().orElseThrow();
            int chunkBytes = encoding.sealedChunkBytes().orElseThrow();
            int tagBytes = info.algorithm().tagBytes();
            SealedChunks chunks = new SealedChunks(new ContentCipher(info, SimulatedKeys.contentKey()), chunkBytes);
            ByteBuffer anew = ByteBuffer.allocate(payload.remaining());
            for (int index = 0; payload.hasRemaining(); index++) {
                byte[] chunk = new byte[Math.min(chunkBytes, payload.remaining() - tagBytes)];
                payload.get(chunk).position(payload.position() + tagBytes);
                boolean last = !payload.hasRemaining();
                chunks.seal(
                        index,
                        last,
                        ByteBuffer.wrap(keyStream(info.iv(), index, last).doFinal(chunk)),
                        anew);
            }
            return anew.flip();
        }

        /** What GCM encrypts with: the nonce and a counter, which is 1 for the tag and goes on from there. */
        private static Cipher keyStream(byte[] iv, int index, boolean last) throws GeneralSecurityException {
            ByteBuffer block = ByteBuffer.allocate(iv.length + Integer.BYTES).put(iv);
            block.putInt(iv.length - 1 - Integer.BYTES, index)
                    .put(iv.length - 1, (byte) (last ? 1 : 0))
                    .putInt(2);
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, SimulatedKeys.contentKey(), new IvParameterSpec(block.array()));
            return cipher;
        }

        private record Served(ByteBuffer bytes, Stream whole) implements Stream {
            @Override
            public int read(ByteBuffer dst) {
                int length = Math.min(bytes.remaining(), dst.remaining());
                dst.put(bytes.slice().limit(length));
                bytes.position(bytes.position() + length);
                return length == 0 && !bytes.hasRemaining() ? -1 : length;
            }

            @Override
            public Optional<String> validator() {
                return whole.validator();
            }

            @Override
            public void close() {
                whole.close();
            }
        }
    }

    private static final class NoErase extends ForwardingBank {
        private final StateStore store;
        private boolean first = true;

        NoErase(FlashBank bank, StateStore store) {
            super(bank);
            this.store = store;
        }

        @Override
        public void erase(long offset, long length) throws HalException {
            int unit = geometry().eraseSizeBytes();
            boolean skip = first && isResumed(store);
            first = false;
            super.erase(skip ? offset + unit : offset, skip ? length - unit : length);
        }
    }

    private static final class SkipsBlock extends ForwardingBank {
        private final StateStore store;
        private boolean first = true;

        SkipsBlock(FlashBank bank, StateStore store) {
            super(bank);
            this.store = store;
        }

        @Override
        public void erase(long offset, long length) throws HalException {
            int unit = geometry().eraseSizeBytes();
            boolean skip = first && isResumed(store);
            super.erase(skip ? offset + unit : offset, skip ? length - unit : length);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            if (!first || !isResumed(store)) {
                super.write(offset, src);
            }
            first = false;
        }
    }

    /** A checkpoint begins with 4 bytes, then the algorithm, the length and the bytes of its manifest's digest. */
    private static final class AnyCheckpoint extends ForwardingRecords {
        private static final int DIGEST_AT = 7;

        AnyCheckpoint(StateStore store) {
            super(store);
        }

        @Override
        public void delete(StateKey key) {
            // the only record that is ever deleted is the checkpoint
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            if (key == StateKey.CHECKPOINT && loaded instanceof Found checkpoint) {
                byte[] claimed = checkpoint.record();
                byte[] manifest = HexFormat.of()
                        .parseHex(JournalHeader.of(super.load(StateKey.JOURNAL)).manifest());
                System.arraycopy(manifest, 0, claimed, DIGEST_AT, manifest.length);
                return new Found(claimed);
            }
            return loaded;
        }
    }

    private static final class NoMoreCheckpoints extends ForwardingRecords {
        private boolean resumed = false;

        NoMoreCheckpoints(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            resumed |= key == StateKey.CHECKPOINT && loaded instanceof Found;
            return loaded;
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key != StateKey.CHECKPOINT || !resumed) {
                super.store(key, record);
            }
        }
    }

    private static final class PutsAside extends ForwardingRecords {
        private boolean first = true;

        PutsAside(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            if (key == StateKey.JOURNAL && first) {
                first = false;
                putAside(JournalHeader.of(loaded));
            }
            return loaded;
        }

        private void putAside(JournalHeader journal) throws HalException {
            if (journal.state().equals("DOWNLOADING")) {
                StateKey key = StateKey.manifest(BankId.valueOf(journal.target()));
                if (super.load(key) instanceof Found envelope) {
                    super.delete(key);
                    super.store(key, envelope.record());
                }
            }
        }
    }
}
