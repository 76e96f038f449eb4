// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import com.github.luben.zstd.ZstdCompressCtx;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadFramer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;

/** Makes framed payloads of zstd frames, and what decodes them. */
public record Framing(Frames frames, byte[] payload) {
    /** Encodes as the factory does. */
    public static byte[] compress(byte[] frame) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setLevel(3).setContentSize(true).compress(frame);
        }
    }

    public static Framing of(byte[] image, int frameBytes) {
        return of(image, frameBytes, frame -> frame);
    }

    /** Makes one whose encoded frames are spoilt. */
    public static Framing of(byte[] image, int frameBytes, UnaryOperator<byte[]> spoil) {
        try {
            Path file = Files.createTempFile("framed", ".zst");
            try (SeekableByteChannel out = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                Frames frames = PayloadFramer.frame(
                        Frames.Codec.ZSTD,
                        frameBytes,
                        new ByteArrayInputStream(image),
                        image.length,
                        (index, frame) -> spoil.apply(compress(frame)),
                        out,
                        done -> {});
                return new Framing(frames, Files.readAllBytes(file));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the payload is encoded, in chunks of so many bytes. */
    public PayloadEncoding encoding(int chunkBytes) {
        try {
            return PayloadEncoding.IDENTITY
                    .with(ChunkHashes.of(new ByteArrayInputStream(payload), chunkBytes))
                    .with(frames);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FrameDecoder decoder() throws RejectedException {
        return new FrameDecoders(Frames.MAX_FRAME_BYTES).decoder(frames);
    }
}
