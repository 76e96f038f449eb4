// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.util.ZstdVersion;
import java.nio.ByteBuffer;

/** By zstd itself, through zstd-jni. */
final class NativeZstd implements Zstd {
    private NativeZstd() {}

    /** Makes one, or throws a {@link LinkageError}. */
    static Zstd load() {
        new ZstdDecompressCtx().close();
        return new NativeZstd();
    }

    @Override
    public String title() {
        return "zstd-jni " + ZstdVersion.VERSION;
    }

    /** The native context is freed at once: nobody closes a source, and a new one costs little beside a frame. */
    @Override
    public void decode(ByteBuffer encoded, ByteBuffer dst) {
        byte[] from = encoded.array();
        int offset = encoded.arrayOffset() + encoded.position();
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            int length = dst.hasArray()
                    ? context.decompressByteArray(
                            dst.array(),
                            dst.arrayOffset() + dst.position(),
                            dst.remaining(),
                            from,
                            offset,
                            encoded.remaining())
                    : context.decompressByteArrayToDirectByteBuffer(
                            dst, dst.position(), dst.remaining(), from, offset, encoded.remaining());
            dst.position(dst.position() + length);
        }
    }
}
