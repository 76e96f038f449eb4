// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

    static Stream<byte[]> stores() {
        return Stream.of(Indexed.packed(IMAGE, 1024).fetched());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("indexes")
    @FuzzTest(maxDuration = "15s")
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

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("stores")
    @FuzzTest(maxDuration = "15s")
    void read_anyStore_isTheImageOrRefused(byte[] bytes) throws IOException {
        Indexed made = Indexed.packed(IMAGE, 1024);
        Indexed indexed = new Indexed(IMAGE, made.index(), java.util.Arrays.copyOf(bytes, made.fetched().length));
        Holdings holdings = indexed.find(new byte[0]);
        FetchPlan plan = FetchPlan.of(made.index(), holdings, 0, 0);
        IndexedSource source = new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, made.index(), holdings, plan);
        if (java.util.Arrays.equals(indexed.fetched(), made.fetched())) {
            assertEquals(IMAGE.length, Indexed.read(source, 0, IMAGE.length).length);
        } else {
            assertThrows(IOException.class, () -> Indexed.read(source, 0, IMAGE.length));
        }
    }
}
