// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.twinbank.core.suit.PayloadFramer;

/** Encodes frames by zstd; all that knows its library, so that nothing else needs it to be there. */
final class ZstdEncoder implements PayloadFramer.FrameEncoder, AutoCloseable {
    private final ZstdCompressCtx context;

    ZstdEncoder(int level) {
        context = new ZstdCompressCtx();
        context.setLevel(level).setContentSize(true).setChecksum(false);
    }

    static int maxLevel() {
        return Zstd.maxCompressionLevel();
    }

    @Override
    public byte[] encode(long index, byte[] frame) {
        return context.compress(frame);
    }

    @Override
    public void close() {
        context.close();
    }
}
