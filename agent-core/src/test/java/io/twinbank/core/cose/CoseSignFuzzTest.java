// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.hal.contract.Vectors;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are, they are a message or refused, and no signature or MAC in them verifies with a key of the other kind, or
 * is good over anything but what the keys' owners signed.
 */
@Tag("fuzz")
class CoseSignFuzzTest {
    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);
    private static final SigningKey CLASSIC = TestKeys.of(CoseKey.Type.ED25519);
    private static final SigningKey SHARED = TestKeys.of(CoseKey.Type.HMAC_256);

    static Stream<byte[]> seeds() throws GeneralSecurityException {
        return Stream.concat(
                Stream.of(
                        CoseSign1.signDetached(CLASSIC, PAYLOAD),
                        CoseSign.signDetached(List.of(CLASSIC, CLASSIC), PAYLOAD),
                        CoseMac0.tagDetached(SHARED, PAYLOAD)),
                vectors());
    }

    /** What others made, where it is there. */
    private static Stream<byte[]> vectors() {
        return Vectors.root().stream()
                .flatMap(root -> Stream.of("HMac-01", "mac-pass-01", "mac-pass-02", "mac-fail-03", "mac-fail-06"))
                .map(name -> Vectors.bytes("suit-cose/cose/mac0-tests/" + name + ".json"))
                .map(json -> CBORObject.FromJSONString(new String(json, StandardCharsets.UTF_8)))
                .map(vector ->
                        HexFormat.of().parseHex(vector.get("output").get("cbor").AsString()));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void verify_anyBytes_refusesOrIsOfTheKeysKind(byte[] bytes) {
        CoseSign message;
        try {
            CborReader reader = new CborReader(bytes, 8);
            message = CoseSign.decodeOrMac0(reader, 8);
            reader.end();
        } catch (RejectedException refused) {
            return;
        }
        boolean mac = (bytes[0] & 0xff) == 0xd1;
        for (CoseSignature signature : message.signatures()) {
            signature.algorithm().ifPresent(algorithm -> assertEquals(mac, algorithm.mac()));
            for (SigningKey key : List.of(CLASSIC, SHARED)) {
                if (verifies(signature, key.publicKey(), PAYLOAD)) {
                    assertEquals(mac, key.algorithm().mac());
                }
                assertTrue(!verifies(signature, key.publicKey(), new byte[] {1}), "nobody signed that");
            }
        }
    }

    private static boolean verifies(CoseSignature signature, CoseKey key, byte[] payload) {
        try {
            signature.verify(key, payload, new byte[0]);
            return true;
        } catch (RejectedException refused) {
            return false;
        }
    }
}
