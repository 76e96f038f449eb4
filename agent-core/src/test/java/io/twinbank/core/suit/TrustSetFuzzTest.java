// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused with a reason, or they are the one encoding of the set that they make. */
@Tag("fuzz")
class TrustSetFuzzTest {
    static Stream<byte[]> seeds() {
        TrustAnchor root = new TrustAnchor("root", Fixtures.P256.getPublic().getEncoded(), Set.of(Role.ROOT));
        TrustAnchor maker = new TrustAnchor(
                "maker",
                Fixtures.ED25519.getPublic().getEncoded(),
                Set.of(Role.FIRMWARE, Role.COMMAND),
                List.of(ComponentId.of("os")));
        TrustPolicy small = TrustPolicy.anyOf(root);
        TrustPolicy large = new TrustPolicy(
                List.of(root, maker), Map.of(Role.ROOT, Rule.of(1)), Set.of("00".repeat(32), "ff".repeat(32)));
        return Stream.of(
                new TrustSet(1, 0, 1, small, List.of()).encode(),
                new TrustSet(2, 3, 4, large, List.of(Digest.sha256Of(new byte[0]))).encode());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_isRefusedOrEncodesToTheSame(byte[] bytes) {
        try {
            assertArrayEquals(bytes, TrustSet.decode(bytes).encode());
        } catch (RejectedException e) {
            e.rejection().reason();
        }
    }
}
