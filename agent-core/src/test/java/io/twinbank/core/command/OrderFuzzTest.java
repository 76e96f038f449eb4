// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused with a reason, or they are the one encoding of the order that they make. */
@Tag("fuzz")
class OrderFuzzTest {
    static Stream<byte[]> seeds() {
        return OrderTest.orders().map(Order::encode);
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_isRefusedOrEncodesToTheSame(byte[] bytes) {
        try {
            assertArrayEquals(bytes, Order.decode(bytes).encode());
        } catch (RejectedException e) {
            e.rejection().reason();
        }
    }
}
