// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import java.nio.ByteBuffer;

/** An old image in memory, which fails a test that reads beyond it. */
record MemoryImage(byte[] bytes) implements OldImage {
    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        dst.put(bytes, Math.toIntExact(offset), dst.remaining());
    }
}
