// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.internal.delta.OldImage;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An image in a bank, read a window at a time: the copies of a delta are short and mostly lie one behind the other, and each read of a
 * bank is one of its medium. A few windows are kept, for what is taken by turns from far places.
 */
final class BankImage implements OldImage {
    private static final int WINDOW_BYTES = 64 << 10;
    private static final int WINDOWS = 4;

    /** What can't be read is no trouble of the network's, which might pass. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String what) {
            super(what);
        }
    }

    /** A part of the image. */
    private static final class Window {
        final ByteBuffer bytes;
        long begin = -1;

        Window(ByteBuffer bytes) {
            this.bytes = bytes;
        }
    }

    private final FlashBank bank;
    private final long sizeBytes;
    /** Those that were used last come first. */
    private final Window[] windows = new Window[WINDOWS];

    BankImage(FlashBank bank, long sizeBytes) {
        this.bank = bank;
        this.sizeBytes = sizeBytes;
        for (int i = 0; i < WINDOWS; i++) {
            windows[i] = new Window(Buffers.of(WINDOW_BYTES, sizeBytes));
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
        for (long at = offset; dst.hasRemaining(); ) {
            int skipped = (int) (at % WINDOW_BYTES);
            ByteBuffer found = window(at - skipped).bytes;
            int length = Math.min(dst.remaining(), found.limit() - skipped);
            dst.put(found.slice(skipped, length));
            at += length;
        }
    }

    private Window window(long begin) throws UnreadableException {
        int found = 0;
        while (found < WINDOWS - 1 && windows[found].begin != begin) {
            found++;
        }
        Window window = windows[found];
        System.arraycopy(windows, 0, windows, 1, found);
        windows[0] = window;
        if (window.begin != begin) {
            fill(window, begin);
        }
        return window;
    }

    private void fill(Window window, long begin) throws UnreadableException {
        int length = (int) Math.min(WINDOW_BYTES, sizeBytes - begin);
        window.begin = -1;
        try {
            bank.read(begin, window.bytes.clear().limit(length));
        } catch (HalException fault) {
            throw new UnreadableException(
                    length + " bytes from " + begin + " of the old image can't be read: " + fault.getMessage());
        }
        window.bytes.flip();
        window.begin = begin;
    }
}
