// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.PayloadSource;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingBank;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.scenario.Scenario;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/** Bugs in how a payload in frames is gone on with. */
final class FrameMutants {
    private FrameMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M113",
                        "after a reset the frame behind the one of the checkpoint is decoded",
                        Set.of("S20"),
                        Mode.SINGLE,
                        () -> Stages.ideal("compressed"),
                        sound -> goesOnAt(
                                sound, offset -> offset + sound.scenario().frameBytes())),
                new Mutant(
                        "M114",
                        "after a reset what lies before the checkpoint in its frame isn't passed over",
                        Set.of("S20"),
                        Mode.SINGLE,
                        () -> Stages.ideal("compressed"),
                        sound -> goesOnAt(
                                sound,
                                offset -> offset
                                        / sound.scenario().frameBytes()
                                        * sound.scenario().frameBytes())),
                new Mutant(
                        "M115",
                        "what came of a frame is forgotten with the connection",
                        Set.of("L5"),
                        Mode.QUIET,
                        () -> Stages.ideal("compressed"),
                        sound -> sound.with(new AgentVariant() {
                            @Override
                            public PayloadSource payloads(PayloadSource source) {
                                return new FetchesAgain(source);
                            }
                        })));
    }

    static Setting goesOnAt(Setting sound, LongUnaryOperator where) {
        Scenario scenario = sound.scenario();
        return sound.with(Bugs.banks((board, id, bank) ->
                new GoesOnAt(bank, board.stateStore(), scenario.offers().get(0).image(), where)));
    }

    /** Writes first what the image has elsewhere, if a download is gone on with. */
    private static final class GoesOnAt extends ForwardingBank {
        private final StateStore store;
        private final byte[] image;
        private final LongUnaryOperator where;
        private boolean first = true;

        GoesOnAt(FlashBank bank, StateStore store, byte[] image, LongUnaryOperator where) {
            super(bank);
            this.store = store;
            this.image = image;
            this.where = where;
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            int from = (int) where.applyAsLong(offset);
            boolean wrong = first && DownloadMutants.isResumed(store) && from + src.remaining() <= image.length;
            first = false;
            if (wrong) {
                ByteBuffer other = ByteBuffer.wrap(image, from, src.remaining());
                src.position(src.limit());
                super.write(offset, other);
            } else {
                super.write(offset, src);
            }
        }
    }

    /** Has up to 2 KiB come once more that came before the connection broke. */
    private record FetchesAgain(PayloadSource source) implements PayloadSource {
        private static final int FORGOTTEN_BYTES = 2048;

        @Override
        public boolean serves(URI uri) {
            return source.serves(uri);
        }

        @Override
        public Stream open(Request request) throws IOException {
            long again = Math.min(FORGOTTEN_BYTES, request.offset());
            Stream stream = source.open(
                    new Request(request.uri(), request.offset() - again, request.sizeBytes(), request.validator()));
            return new Again(stream, ByteBuffer.allocate((int) again));
        }
    }

    private record Again(PayloadSource.Stream stream, ByteBuffer forgotten) implements PayloadSource.Stream {
        @Override
        public int read(ByteBuffer dst) throws IOException {
            while (forgotten.hasRemaining()) {
                if (stream.read(forgotten) < 0) {
                    return -1;
                }
            }
            return stream.read(dst);
        }

        @Override
        public Optional<String> validator() {
            return stream.validator();
        }

        @Override
        public OptionalLong sizeBytes() {
            return stream.sizeBytes();
        }

        @Override
        public long transferredBytes() {
            return stream.transferredBytes();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
