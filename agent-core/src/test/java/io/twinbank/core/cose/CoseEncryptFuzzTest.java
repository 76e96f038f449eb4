// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are decoded or refused; what is decoded can be encoded, and means the same then. */
@Tag("fuzz")
class CoseEncryptFuzzTest {
    static Stream<byte[]> seeds() throws GeneralSecurityException {
        SecretKey key = new SecretKeySpec(new byte[16], "AES");
        Recipient wrapped = Recipient.of("fleet", key, key);
        AgreementKey device = AgreementKey.of(KeyPairGenerator.getInstance("X25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded());
        return Stream.of(
                CoseEncrypt.of(ContentAlgorithm.A128GCM, new byte[12], List.of(wrapped, Recipient.of(device, key)))
                        .encode(),
                CoseEncrypt.of(ContentAlgorithm.A128CTR, new byte[16], List.of(wrapped))
                        .encode());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_refusesOrMeansTheSameAgain(byte[] bytes) throws RejectedException {
        CoseEncrypt decoded;
        try {
            decoded = CoseEncrypt.decode(Slice.of(bytes));
        } catch (RejectedException refused) {
            return;
        }
        assertEquals(
                decoded.toString(),
                CoseEncrypt.decode(Slice.of(decoded.encode())).toString());
    }
}
