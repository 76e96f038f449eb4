// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.delta.BadFrameException;
import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.hal.FlashBank;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Frames that are deltas from an image in a bank. They are the maker's, and the bank held that image when it was looked at: one that
 * decodes to something else tells that the bank has changed since, and that is for good, as far as a delta goes.
 */
final class DeltaFrames implements FrameDecoder {
    private final DeltaDecoder decoder;

    DeltaFrames(FlashBank bank, long oldBytes, long imageBytes, int frameBytes) {
        this.decoder = new DeltaDecoder(new BankImage(bank, oldBytes), imageBytes, frameBytes);
    }

    @Override
    public long restartBefore(long index) {
        return decoder.restartBefore(index);
    }

    @Override
    public void decode(long index, ByteBuffer encoded, ByteBuffer dst) throws RejectedException, IOException {
        try {
            decoder.decode(index, encoded, dst);
        } catch (BadFrameException wrong) {
            throw new RejectedException(
                    reason(wrong.reason()), "the delta", String.valueOf(wrong.getMessage()), "the image's bytes");
        } catch (BankImage.UnreadableException wrong) {
            throw new RejectedException(RejectReason.FLASH_FAILED, String.valueOf(wrong.getMessage()));
        }
    }

    private static RejectReason reason(BadFrameException.Reason why) {
        return switch (why) {
            case CHECKSUM -> RejectReason.PAYLOAD_DIGEST;
            case TOO_LONG -> RejectReason.LIMIT_EXCEEDED;
            case TRUNCATED, TRAILING, NUMBER, OUTSIDE_FRAME, OUTSIDE_OLD, NO_PROGRESS, CHUNK, DISTANCE ->
                RejectReason.MALFORMED;
        };
    }

    @Override
    public String toString() {
        return "delta";
    }
}
