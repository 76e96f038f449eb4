// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/** The schemes that every Java brings along. */
abstract class JdkScheme implements SignatureScheme {
    private final String keyFactory;
    private final String algorithm;

    private JdkScheme(String keyFactory, String algorithm) {
        this.keyFactory = keyFactory;
        this.algorithm = algorithm;
    }

    /** ECDSA, signatures being r and s. */
    static JdkScheme ecdsa(PrimeCurve curve, String hash) {
        return new Ecdsa(curve, hash);
    }

    static JdkScheme ed25519() {
        return new Ed25519();
    }

    Signature newSignature() {
        try {
            return Signature.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    @Override
    public Check check(byte[] key) throws GeneralSecurityException {
        PublicKey publicKey = KeyFactory.getInstance(keyFactory).generatePublic(new X509EncodedKeySpec(encode(key)));
        return (message, signature) -> {
            Signature verifier = newSignature();
            try {
                verifier.initVerify(publicKey);
                verifier.update(message);
                return verifier.verify(signature);
            } catch (SignatureException e) {
                return false; // the JDK's way to say that it isn't even the form of a signature
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a key that was accepted can't be used", e);
            }
        };
    }

    private static final class Ecdsa extends JdkScheme {
        private final PrimeCurve curve;

        Ecdsa(PrimeCurve curve, String hash) {
            super("EC", hash + "withECDSAinP1363Format");
            this.curve = curve;
        }

        @Override
        public boolean fits(byte[] der) {
            return curve.fits(der);
        }

        @Override
        public byte[] key(byte[] der) {
            return curve.point(der);
        }

        @Override
        public byte[] encode(byte[] key) {
            return curve.encode(key);
        }

        @Override
        public byte[] coseKey(byte[] key) {
            int half = curve.coordinateBytes();
            return new CborWriter()
                    .map(m -> {
                        m.entry(1).integer(2);
                        m.entry(-1).integer(curve.number());
                        m.entry(-2).bytes(Arrays.copyOf(key, half));
                        m.entry(-3).bytes(Arrays.copyOfRange(key, half, key.length));
                    })
                    .toByteArray();
        }

        @Override
        public int signatureBytes(byte[] key, byte[] signature) {
            return 2 * curve.coordinateBytes();
        }

        @Override
        public Optional<String> flaw(byte[] key, byte[] signature) {
            return curve.inRange(signature) ? Optional.empty() : Optional.of("r or s is out of range");
        }
    }

    private static final class Ed25519 extends JdkScheme {
        private static final int KEY_BYTES = 32;
        private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        private static final DerForm FORM = new DerForm("302a300506032b6570032100", KEY_BYTES);

        Ed25519() {
            super("Ed25519", "Ed25519");
        }

        @Override
        public boolean fits(byte[] der) {
            return FORM.fits(der);
        }

        /** RFC 8032, section 5.1.3: a y that isn't below the prime would be another form of the same key. */
        @Override
        public byte[] key(byte[] der) {
            byte[] key = FORM.key(der);
            byte[] bigEndian = new byte[KEY_BYTES];
            for (int i = 0; i < KEY_BYTES; i++) {
                bigEndian[i] = key[KEY_BYTES - 1 - i];
            }
            bigEndian[0] &= 0x7f;
            if (new BigInteger(1, bigEndian).compareTo(PRIME) >= 0) {
                throw new IllegalArgumentException("public key: the point isn't on Ed25519");
            }
            return key;
        }

        @Override
        public byte[] encode(byte[] key) {
            return FORM.encode(key);
        }

        @Override
        public byte[] coseKey(byte[] key) {
            return new CborWriter()
                    .map(m -> {
                        m.entry(1).integer(1);
                        m.entry(-1).integer(6);
                        m.entry(-2).bytes(key);
                    })
                    .toByteArray();
        }

        @Override
        public int signatureBytes(byte[] key, byte[] signature) {
            return 2 * KEY_BYTES;
        }
    }
}
