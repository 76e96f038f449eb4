// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.delta.DeltaFormat;
import io.twinbank.core.suit.Frames;
import io.twinbank.hal.FlashBank;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which decoders of frames there are. What decodes zstd is looked for when the first payload needs it. For the agent's lane. */
public final class FrameDecoders {
    private static final Logger LOG = LoggerFactory.getLogger(FrameDecoders.class);

    private final int maxFrameBytes;
    private @Nullable Zstd zstd;

    /**
     * Makes decoders.
     *
     * @param maxFrameBytes no larger frames are decoded, in bytes of the image
     */
    public FrameDecoders(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Makes a decoder of frames that need nothing else.
     *
     * @param frames how a payload is framed
     * @return a fresh one, for one source
     * @throws RejectedException if frames are larger than allowed, if what decodes them isn't there, or if they are deltas
     */
    public FrameDecoder decoder(Frames frames) throws RejectedException {
        requireSize(frames, maxFrameBytes, "maxFrameBytes");
        return switch (frames.codec()) {
            case ZSTD -> new ZstdFrames(zstd(), frames.frameBytes());
            case DELTA ->
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "encoding of the frames of a payload that every device is to take",
                        frames.codec(),
                        Frames.Codec.ZSTD);
        };
    }

    /**
     * Makes a decoder of deltas.
     *
     * @param frames how a payload is framed; has a base
     * @param imageBytes how large the new image is
     * @param old has the base from its first byte on; read on the fetch lane
     * @return a fresh one, for one source
     * @throws RejectedException if frames are larger than allowed
     */
    public FrameDecoder deltas(Frames frames, long imageBytes, FlashBank old) throws RejectedException {
        requireDeltas(frames);
        return new DeltaFrames(old, frames.base().orElseThrow().sizeBytes(), imageBytes, frames.frameBytes());
    }

    /**
     * Demands deltas that can be decoded here.
     *
     * @param frames how a payload is framed
     * @throws RejectedException if frames are larger than allowed
     */
    public void requireDeltas(Frames frames) throws RejectedException {
        requireSize(frames, maxFrameBytes, "maxFrameBytes");
        requireSize(frames, DeltaFormat.MAX_FRAME_BYTES, "the most for a delta");
    }

    private static void requireSize(Frames frames, int most, String limit) throws RejectedException {
        if (frames.frameBytes() > most) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "frame size of the payload",
                    frames.frameBytes() + " bytes",
                    "at most " + most + " bytes (" + limit + ")");
        }
    }

    private Zstd zstd() throws RejectedException {
        Zstd known = zstd;
        if (known == null) {
            known = Zstd.find()
                    .orElseThrow(() -> new RejectedException(
                            RejectReason.UNSUPPORTED,
                            "library that decodes zstd",
                            "none",
                            "io.airlift:aircompressor, or com.github.luben:zstd-jni, on the class path"));
            LOG.info("zstd frames are decoded by {}", known.title());
            zstd = known;
        }
        return known;
    }
}
