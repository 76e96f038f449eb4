// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks that are opened one after another, by one cipher. */
class SealedChunksTest {
    private static final int CHUNK = 1024;

    private static SealedChunks chunks(ContentAlgorithm algorithm) throws GeneralSecurityException {
        SecretKeySpec key = new SecretKeySpec(new byte[algorithm.keyBytes()], "AES");
        Recipient recipient = Recipient.of("fleet", new SecretKeySpec(new byte[16], "AES"), key);
        CoseEncrypt message = CoseEncrypt.of(algorithm, new byte[algorithm.ivBytes()], List.of(recipient));
        return new SealedChunks(new ContentCipher(message, key), CHUNK);
    }

    private static byte[] plaintext(int index) {
        byte[] plaintext = new byte[CHUNK];
        Arrays.fill(plaintext, (byte) index);
        return plaintext;
    }

    private static byte[] seal(SealedChunks chunks, int index) throws GeneralSecurityException {
        ByteBuffer sealed = ByteBuffer.allocate(CHUNK + 16);
        chunks.seal(index, false, ByteBuffer.wrap(plaintext(index)), sealed);
        return sealed.array();
    }

    private static void assertOpens(SealedChunks chunks, int index, byte[] sealed) throws GeneralSecurityException {
        ByteBuffer all = ByteBuffer.allocate(sealed.length + 5)
                .position(5)
                .put(sealed)
                .position(5)
                .slice();
        ByteBuffer plaintext = ByteBuffer.allocate(CHUNK + 7).position(7);

        chunks.open(index, false, all, plaintext);

        assertEquals(0, all.remaining());
        assertEquals(0, plaintext.remaining());
        assertArrayEquals(plaintext(index), Arrays.copyOfRange(plaintext.array(), 7, CHUNK + 7));
    }

    @ParameterizedTest
    @EnumSource(names = {"A128GCM", "A256GCM", "CHACHA20_POLY1305"})
    void open_inAnyOrderAndAgain_opens(ContentAlgorithm algorithm) throws GeneralSecurityException {
        SealedChunks chunks = chunks(algorithm);

        for (int index : new int[] {0, 1, 1, 2, 0, 0}) {
            assertOpens(chunks, index, seal(chunks, index));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"A128GCM", "A256GCM", "CHACHA20_POLY1305"})
    void open_afterOneThatIsWrong_opens(ContentAlgorithm algorithm) throws GeneralSecurityException {
        SealedChunks chunks = chunks(algorithm);
        byte[] good = seal(chunks, 1);
        byte[] wrong = good.clone();
        wrong[CHUNK / 2] ^= 1;
        assertOpens(chunks, 0, seal(chunks, 0));

        assertThrows(
                AEADBadTagException.class,
                () -> chunks.open(1, false, ByteBuffer.wrap(wrong), ByteBuffer.allocate(CHUNK)));

        assertOpens(chunks, 1, good);
    }

    @ParameterizedTest
    @EnumSource(names = {"A128GCM", "A256GCM", "CHACHA20_POLY1305"})
    void rehearse_leavesTheChunksAsTheyAre(ContentAlgorithm algorithm) throws GeneralSecurityException {
        SealedChunks chunks = chunks(algorithm);
        byte[] sealed = seal(chunks, 1);

        chunks.rehearse();

        assertOpens(chunks, 1, sealed);
    }
}
