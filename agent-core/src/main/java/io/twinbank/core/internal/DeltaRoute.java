// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.delta.DeltaFormat;
import io.twinbank.core.internal.pipeline.DecodingSource;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.pipeline.FramedSource;
import io.twinbank.core.internal.pipeline.ReadBack;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A delta from the image in the running bank. That the bank holds it, all of it, is read from the medium before the first byte is
 * fetched; a bit that flips afterwards is noticed by the frame that needs it.
 */
final class DeltaRoute implements ImageRoute {
    private final Route route;
    private final long imageBytes;
    private final FlashBank old;
    private final Board board;
    private final FrameDecoders decoders;
    private final Scheduler scheduler;
    private boolean prepared;
    private @Nullable ReadBack reading;

    /** Makes a route of a delta to an image of so many bytes, from what a bank holds. */
    DeltaRoute(Route route, long imageBytes, FlashBank old, Board board, FrameDecoders decoders, Scheduler scheduler) {
        this.route = route;
        this.imageBytes = imageBytes;
        this.old = old;
        this.board = board;
        this.decoders = decoders;
        this.scheduler = scheduler;
    }

    private Frames frames() {
        return route.encoding().frames().orElseThrow();
    }

    private Frames.Base base() {
        return frames().base().orElseThrow();
    }

    @Override
    public URI uri() {
        return route.uri();
    }

    /** It goes on at the begin of a group of frames. */
    @Override
    public long predictedBytes(long imageOffset) {
        long groupBytes = (long) frames().frameBytes() * DeltaFormat.GROUP_FRAMES;
        return ImageRoute.share(
                route.encoding().encodedBytes(imageBytes), imageBytes, imageOffset - imageOffset % groupBytes);
    }

    /** A group of frames: those before the one at which it was left are fetched again. */
    @Override
    public long pieceBytes() {
        long group = route.encoding().pieceBytes() + (DeltaFormat.GROUP_FRAMES - 1L) * frames().maxEncodedFrameBytes();
        return Math.min(route.encoding().encodedBytes(imageBytes), group);
    }

    @Override
    public boolean isPrepared() {
        return prepared;
    }

    @Override
    public void prepare(long imageOffset, Preparation told) {
        Frames.Base base = base();
        reading = new ReadBack(scheduler, old, base.sizeBytes(), base.digest(), new ReadBack.Listener() {
            @Override
            public void progress(long done, long total) {
                told.progress("the old image's digest, " + done + " of " + total + " bytes");
            }

            @Override
            public void done(boolean matches, byte[] found) {
                reading = null;
                prepared = matches;
                if (matches) {
                    told.ready();
                } else {
                    told.unfit("the running bank holds "
                            + new Digest(base.digest().algorithm(), found) + " in its first " + base.sizeBytes()
                            + " bytes");
                }
            }

            @Override
            public void failed(HalException fault) {
                reading = null;
                told.unfit("the old image can't be read: " + fault.getMessage());
            }
        });
        reading.start();
    }

    @Override
    public void stop() {
        if (reading != null) {
            reading.stop();
            reading = null;
        }
    }

    @Override
    public PayloadSource source(PayloadSource network, long imageOffset) throws RejectedException, HalException {
        PayloadEncoding encoding = route.encoding();
        PayloadSource frames = DecodingSource.of(network, encoding, board.contentCipher(encoding), imageBytes);
        return new FramedSource(frames, frames(), decoders.deltas(frames(), imageBytes, old), imageBytes);
    }

    @Override
    public String toString() {
        return "delta from " + base().digest();
    }
}
