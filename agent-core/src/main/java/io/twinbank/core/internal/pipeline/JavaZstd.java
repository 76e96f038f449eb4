// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.airlift.compress.zstd.ZstdDecompressor;
import java.nio.ByteBuffer;

/** By aircompressor, in Java. */
final class JavaZstd implements Zstd {
    private final ZstdDecompressor decompressor = new ZstdDecompressor();

    private JavaZstd() {}

    /** Makes one, or throws a {@link LinkageError}. */
    static Zstd load() {
        return new JavaZstd();
    }

    @Override
    public String title() {
        return "aircompressor";
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer dst) {
        decompressor.decompress(encoded, dst);
    }
}
