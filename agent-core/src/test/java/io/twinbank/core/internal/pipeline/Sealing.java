// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.crypto.spec.SecretKeySpec;

/** How a payload is encrypted, with its content key. */
record Sealing(ContentAlgorithm algorithm, int chunkBytes) {
    SecretKeySpec key(int keyByte) {
        byte[] bytes = new byte[algorithm.keyBytes()];
        Arrays.fill(bytes, (byte) keyByte);
        return new SecretKeySpec(bytes, "AES");
    }

    ContentCipher cipher() throws Exception {
        return cipher(3);
    }

    ContentCipher cipher(int keyByte) throws Exception {
        SecretKeySpec key = key(keyByte);
        byte[] iv = new byte[algorithm.ivBytes()];
        iv[0] = 7;
        if (algorithm.ivBytes() == 16) {
            Arrays.fill(iv, (byte) 0xff); // the counter runs over at once
        }
        CoseEncrypt message = CoseEncrypt.of(
                algorithm, iv, List.of(Recipient.of("fleet", new SecretKeySpec(new byte[16], "AES"), key)));
        return new ContentCipher(message, key);
    }

    PayloadEncoding encoding() throws Exception {
        return new PayloadEncoding(
                Optional.of(cipher().message()), chunkBytes > 0 ? OptionalInt.of(chunkBytes) : OptionalInt.empty());
    }

    byte[] encrypt(byte[] image) throws Exception {
        SecretKeySpec key = key(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadEncryptor.encrypt(encoding(), key, new ByteArrayInputStream(image), image.length, out);
        return out.toByteArray();
    }
}
