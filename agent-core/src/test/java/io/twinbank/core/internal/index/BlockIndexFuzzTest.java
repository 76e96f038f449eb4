// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused, or are an index by which no byte is handed on that hasn't its hash. */
@Tag("fuzz")
class BlockIndexFuzzTest {
    private static final byte[] IMAGE = Indexed.text(1, 70_000);

    static Stream<byte[]> indexes() {
        return Stream.of(Indexed.packed(IMAGE, 512), Indexed.packed(IMAGE, 1024), Indexed.plain(IMAGE, 4096))
                .map(indexed -> indexed.index().encode());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("indexes")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_isRefusedOrAnIndex(byte[] bytes) throws RejectedException, IOException {
        BlockIndex index;
        try {
            index = BlockIndex.decode(bytes, IMAGE.length);
        } catch (RejectedException e) {
            e.rejection().reason();
            return;
        }
        assertEquals(
                index.toString(),
                BlockIndex.decode(index.encode(), IMAGE.length).toString());
        Indexed indexed = new Indexed(IMAGE, index, new byte[(int) index.fetchedTotal()]);
        Holdings holdings = indexed.find(IMAGE);
        FetchPlan plan = FetchPlan.of(index, holdings, 0, 0);
        IndexedSource source = new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, index, holdings, plan);
        try {
            assertEquals(IMAGE.length, Indexed.read(source, 0, IMAGE.length).length);
        } catch (IOException e) {
            e.getMessage();
        }
    }
}
