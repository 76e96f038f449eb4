// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a store gives, no byte is handed on that hasn't the hash of the index. */
@Tag("fuzz")
class BlockStoreFuzzTest {
    private static final byte[] IMAGE = Indexed.text(1, 70_000);

    static Stream<byte[]> stores() {
        return Stream.of(Indexed.packed(IMAGE, 1024).fetched());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("stores")
    @FuzzTest(maxDuration = "5s")
    void read_anyStore_isTheImageOrRefused(byte[] bytes) throws IOException {
        Indexed made = Indexed.packed(IMAGE, 1024);
        Indexed indexed = new Indexed(IMAGE, made.index(), Arrays.copyOf(bytes, made.fetched().length));
        Holdings holdings = indexed.find(new byte[0]);
        FetchPlan plan = FetchPlan.of(made.index(), holdings, 0, 0);
        IndexedSource source = new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, made.index(), holdings, plan);
        if (Arrays.equals(indexed.fetched(), made.fetched())) {
            assertEquals(IMAGE.length, Indexed.read(source, 0, IMAGE.length).length);
        } else {
            assertThrows(IOException.class, () -> Indexed.read(source, 0, IMAGE.length));
        }
    }
}
