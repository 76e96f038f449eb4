// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.pipeline.DecodingSource;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.pipeline.FramedSource;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.HalException;
import java.net.URI;
import java.util.Optional;

/** A payload that every device can take, whatever it holds. */
final class PayloadRoute implements ImageRoute {
    /** The address of a payload that came in its envelope. */
    private static final URI INTEGRATED = URI.create("integrated:payload");

    private final String title;
    private final URI uri;
    private final PayloadEncoding encoding;
    private final long imageBytes;
    private final Board board;
    private final FrameDecoders decoders;

    private PayloadRoute(
            String title, URI uri, PayloadEncoding encoding, long imageBytes, Board board, FrameDecoders decoders) {
        this.title = title;
        this.uri = uri;
        this.encoding = encoding;
        this.imageBytes = imageBytes;
        this.board = board;
        this.decoders = decoders;
    }

    /** Makes the one that each step has. */
    static PayloadRoute full(InstallStep step, Board board, FrameDecoders decoders) {
        URI uri = step.payload() instanceof PayloadLocation.Remote remote ? remote.uri() : INTEGRATED;
        return new PayloadRoute("full image", uri, step.encoding(), step.sizeBytes(), board, decoders);
    }

    /** Makes another one. */
    static PayloadRoute of(Route route, long imageBytes, Board board, FrameDecoders decoders) {
        return new PayloadRoute(
                "full image from " + route.uri(), route.uri(), route.encoding(), imageBytes, board, decoders);
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public long predictedBytes(long imageOffset) {
        return uri.equals(INTEGRATED)
                ? 0
                : ImageRoute.share(encoding.encodedBytes(imageBytes), imageBytes, imageOffset);
    }

    @Override
    public long pieceBytes() {
        return encoding.pieceBytes();
    }

    @Override
    public PayloadSource source(PayloadSource network, long imageOffset) throws RejectedException, HalException {
        PayloadSource decoded = DecodingSource.of(network, encoding, board.contentCipher(encoding), imageBytes);
        Optional<Frames> frames = encoding.frames();
        return frames.isEmpty()
                ? decoded
                : new FramedSource(decoded, frames.get(), decoders.decoder(frames.get()), imageBytes);
    }

    @Override
    public String toString() {
        return title;
    }
}
