// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC with SHA-256 (RFC 9053, section 3.1), not truncated. Its keys are COSE_Keys and have no DER form, so that no public key is
 * ever taken for one of them.
 */
final class Hmac implements SignatureScheme {
    private static final String JDK_NAME = "HmacSHA256";
    static final int BYTES = 32;
    private static final int KTY = 1;
    private static final int ALG = 3;
    private static final int K = -1;
    private static final int SYMMETRIC = 4;

    @Override
    public boolean fits(byte[] der) {
        return false;
    }

    @Override
    public byte[] key(byte[] coseKey) {
        OptionalLong kty = OptionalLong.empty();
        OptionalLong alg = OptionalLong.empty();
        byte[] k = {};
        try {
            CborReader reader = new CborReader(coseKey, 1);
            int entries = reader.readMap();
            for (int i = 0; i < entries; i++) {
                long label = reader.readInteger();
                if (label == KTY) {
                    kty = OptionalLong.of(reader.readInteger());
                } else if (label == ALG) {
                    alg = OptionalLong.of(reader.readInteger());
                } else if (label == K) {
                    k = reader.readBytes().toByteArray();
                } else {
                    throw unfit("entry " + label, "1, 3 and -1 only");
                }
            }
            reader.end();
        } catch (RejectedException e) {
            throw new IllegalArgumentException("shared key: no COSE_Key: " + e.rejection(), e);
        }
        if (kty.isEmpty() || kty.getAsLong() != SYMMETRIC) {
            throw unfit(kty.isEmpty() ? "no kty (1)" : "kty (1) " + kty.getAsLong(), "4, symmetric");
        }
        CoseAlgorithm wanted = CoseAlgorithm.HMAC_256;
        if (alg.isEmpty() || alg.getAsLong() != wanted.id()) {
            throw unfit(
                    alg.isEmpty() ? "no alg (3)" : "alg (3) " + CoseAlgorithm.describe(alg.getAsLong()),
                    CoseAlgorithm.describe(wanted.id()));
        }
        if (k.length != BYTES) {
            throw unfit("k (-1) of " + k.length + " bytes", BYTES + " bytes");
        }
        return k;
    }

    private static IllegalArgumentException unfit(String found, String expected) {
        return new IllegalArgumentException("shared key: " + found + ", expected " + expected);
    }

    @Override
    public byte[] encode(byte[] key) {
        return new CborWriter()
                .map(m -> {
                    m.entry(KTY).integer(SYMMETRIC);
                    m.entry(ALG).integer(CoseAlgorithm.HMAC_256.id());
                    m.entry(K).bytes(key);
                })
                .toByteArray();
    }

    @Override
    public byte[] coseKey(byte[] key) {
        return new CborWriter()
                .map(m -> {
                    m.entry(KTY).integer(SYMMETRIC);
                    m.entry(K).bytes(key);
                })
                .toByteArray();
    }

    @Override
    public int signatureBytes(byte[] key, byte[] tag) {
        return BYTES;
    }

    @Override
    public Check check(byte[] key) {
        return (message, tag) -> MessageDigest.isEqual(mac(key, message), tag);
    }

    static byte[] mac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(JDK_NAME);
            mac.init(new SecretKeySpec(key, JDK_NAME));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + JDK_NAME, e);
        }
    }
}
