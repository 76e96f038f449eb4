// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Frames;
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
     * Makes a decoder.
     *
     * @param frames how a payload is framed
     * @return a fresh one, for one source
     * @throws RejectedException if frames are larger than allowed, or what decodes them isn't there
     */
    public FrameDecoder decoder(Frames frames) throws RejectedException {
        if (frames.frameBytes() > maxFrameBytes) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "frame size of the payload",
                    frames.frameBytes() + " bytes",
                    "at most " + maxFrameBytes + " bytes (maxFrameBytes)");
        }
        return switch (frames.codec()) {
            case ZSTD -> new ZstdFrames(zstd(), frames.frameBytes());
            case DELTA ->
                throw new RejectedException(
                        RejectReason.UNSUPPORTED, "encoding of the frames", frames.codec(), Frames.Codec.ZSTD);
        };
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
