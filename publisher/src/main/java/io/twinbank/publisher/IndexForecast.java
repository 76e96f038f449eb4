// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.internal.index.BlockFinder;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.internal.index.FetchPlan;
import io.twinbank.core.internal.index.Held;
import io.twinbank.core.internal.index.Holdings;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a block index saves a device, as the device's own code predicts it.
 *
 * @param old the image that the device holds in one bank, and nothing in the other
 * @param bytes what it fetches: the index, and what it doesn't hold
 */
record IndexForecast(Path old, long bytes) {
    static IndexForecast of(Path old, BlockIndex index, long indexBytes, PrintWriter err) throws IOException {
        Progress progress =
                new Progress(err, Terminal.isPresent(), "looking for blocks in " + old.getFileName(), Files.size(old));
        try (FileChannel file = FileChannel.open(old)) {
            Holdings found =
                    new BlockFinder(index).find(new HeldFile(file, file.size()), Optional.empty(), progress::at);
            FetchPlan plan = FetchPlan.of(index, found, 0, FetchPlan.USUAL_GAP_BYTES);
            return new IndexForecast(old, indexBytes + plan.bytes());
        } finally {
            progress.close();
        }
    }

    private record HeldFile(FileChannel file, long sizeBytes) implements Held {
        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            try {
                for (long at = offset; dst.hasRemaining(); ) {
                    int read = file.read(dst, at);
                    if (read < 0) {
                        throw new HalException(HalException.Kind.IO, "the file ends at byte " + at);
                    }
                    at += read;
                }
            } catch (HalException e) {
                throw e;
            } catch (IOException e) {
                throw new HalException(HalException.Kind.IO, Words.of(e), e);
            }
        }
    }
}
