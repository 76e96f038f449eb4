// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused with a reason, or make a policy that a device can live with. */
@Tag("fuzz")
class AnchorFileFuzzTest {
    private static final String KEY = "-----BEGIN PUBLIC KEY-----\n"
            + "MCowBQYDK2VwAyEAAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n-----END PUBLIC KEY-----\n";

    static Stream<byte[]> seeds() throws Exception {
        byte[] certificate = SelfSigned.of("x", SelfSigned.generate("secp256r1"), Security.getProvider("SunEC"))
                .getEncoded();
        return Stream.of(
                        KEY,
                        "# comment\nthreshold: root 1\nname: alice\nroles: root, firmware\n" + KEY,
                        "threshold: command 1 hybrid\n-----BEGIN CERTIFICATE-----\n"
                                + Base64.getMimeEncoder().encodeToString(certificate)
                                + "\n-----END CERTIFICATE-----\nroles: command\n" + KEY)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void parse_anyBytes_isRefusedOrAPolicyWithARoot(byte[] bytes) {
        try {
            TrustPolicy policy = AnchorFile.parse(bytes);
            assertTrue(
                    policy.anchors().stream().anyMatch(anchor -> anchor.roles().contains(Role.ROOT)));
            assertFalse(policy.anchors().stream().anyMatch(TrustAnchor::shared));
        } catch (IllegalArgumentException e) {
            assertFalse(String.valueOf(e.getMessage()).isBlank());
        }
    }
}
