// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** A public key for ECDH, a device's or an ephemeral one: on P-256 (checked to be on it) or X25519. Immutable. */
public final class AgreementKey {
    private static final int COORDINATE_BYTES = 32;
    private static final int KTY = 1;
    private static final int CRV = -1;
    private static final int X = -2;
    private static final int Y = -3;
    private static final DerForm X25519_FORM = new DerForm("302a300506032b656e032100", COORDINATE_BYTES);

    private enum Curve {
        P256("EC", "ECDH", 2, 1, 2 * COORDINATE_BYTES) {
            @Override
            boolean fits(byte[] der) {
                return PrimeCurve.P256.fits(der);
            }

            @Override
            byte[] key(byte[] der) {
                return PrimeCurve.P256.point(der);
            }

            @Override
            byte[] encode(byte[] key) {
                return PrimeCurve.P256.encode(key);
            }

            @Override
            AlgorithmParameterSpec parameters() {
                return new ECGenParameterSpec("secp256r1");
            }
        },
        X25519("XDH", "XDH", 1, 4, COORDINATE_BYTES) {
            @Override
            boolean fits(byte[] der) {
                return X25519_FORM.fits(der);
            }

            @Override
            byte[] key(byte[] der) {
                return X25519_FORM.key(der);
            }

            @Override
            byte[] encode(byte[] key) {
                return X25519_FORM.encode(key);
            }

            @Override
            AlgorithmParameterSpec parameters() {
                return NamedParameterSpec.X25519;
            }
        };

        private final String keyFactory;
        private final String agreement;
        private final int kty;
        private final int crv;
        private final int rawBytes;

        Curve(String keyFactory, String agreement, int kty, int crv, int rawBytes) {
            this.keyFactory = keyFactory;
            this.agreement = agreement;
            this.kty = kty;
            this.crv = crv;
            this.rawBytes = rawBytes;
        }

        abstract AlgorithmParameterSpec parameters();

        abstract boolean fits(byte[] der);

        abstract byte[] key(byte[] der);

        abstract byte[] encode(byte[] key);
    }

    private final Curve curve;
    private final byte[] raw;

    private AgreementKey(Curve curve, byte[] raw) {
        this.curve = curve;
        this.raw = raw;
    }

    /**
     * Makes a key of its DER form.
     *
     * @param subjectPublicKeyInfo as of RFC 5280
     * @return the key
     * @throws IllegalArgumentException if it isn't a P-256 or X25519 key
     */
    public static AgreementKey of(byte[] subjectPublicKeyInfo) {
        for (Curve curve : Curve.values()) {
            if (curve.fits(subjectPublicKeyInfo)) {
                return new AgreementKey(curve, curve.key(subjectPublicKeyInfo));
            }
        }
        throw new IllegalArgumentException("public key: neither P-256 nor X25519 as" + " SubjectPublicKeyInfo, but "
                + subjectPublicKeyInfo.length + " other bytes");
    }

    /** Reads a COSE_Key. */
    static AgreementKey decode(CborReader reader) throws RejectedException {
        int at = reader.position();
        long kty = 0;
        long crv = 0;
        byte[] x = {};
        byte[] y = {};
        Set<Long> labels = new HashSet<>();
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            long label = reader.readInteger();
            if (!labels.add(label)) {
                throw malformed(at, "label " + label + " twice", "it once");
            }
            if (label == KTY) {
                kty = reader.readInteger();
            } else if (label == CRV) {
                crv = reader.readInteger();
            } else if (label == Y && reader.peek() == CborReader.Type.BOOLEAN) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "ephemeral key at byte " + at,
                        "a compressed point",
                        "both coordinates");
            } else if (label == X || label == Y) {
                Slice coordinate = reader.readBytes();
                if (coordinate.length() != COORDINATE_BYTES) {
                    throw malformed(at, "coordinate of " + coordinate.length() + " bytes", COORDINATE_BYTES + " bytes");
                }
                x = label == X ? coordinate.toByteArray() : x;
                y = label == Y ? coordinate.toByteArray() : y;
            } else {
                reader.readItem();
            }
        }
        byte[] coordinates = Arrays.copyOf(x, x.length + y.length);
        System.arraycopy(y, 0, coordinates, x.length, y.length);
        for (Curve curve : Curve.values()) {
            if (curve.kty == kty && curve.crv == crv) {
                if (x.length == 0 || coordinates.length != curve.rawBytes) {
                    throw malformed(at, coordinates.length + " bytes of coordinates", curve.rawBytes + " bytes");
                }
                try {
                    return new AgreementKey(
                            curve, curve == Curve.P256 ? PrimeCurve.P256.requireOnCurve(coordinates) : coordinates);
                } catch (IllegalArgumentException e) {
                    throw malformed(at, "a point that isn't on P-256", "one that is");
                }
            }
        }
        throw new RejectedException(
                RejectReason.UNSUPPORTED_ALGORITHM,
                "ephemeral key at byte " + at,
                "key type " + kty + ", curve " + crv,
                "P-256 (2, 1) or X25519 (1, 4)");
    }

    /** Writes a COSE_Key. */
    void encode(CborWriter writer) {
        writer.map(m -> {
            m.entry(KTY).integer(curve.kty);
            m.entry(CRV).integer(curve.crv);
            m.entry(X).bytes(Arrays.copyOf(raw, COORDINATE_BYTES));
            if (curve == Curve.P256) {
                m.entry(Y).bytes(Arrays.copyOfRange(raw, COORDINATE_BYTES, raw.length));
            }
        });
    }

    /**
     * Returns the DER form.
     *
     * @return a SubjectPublicKeyInfo
     */
    public byte[] subjectPublicKeyInfo() {
        return curve.encode(raw);
    }

    /**
     * Returns the COSE key thumbprint (RFC 9679).
     *
     * @return 32 bytes, SHA-256
     */
    public byte[] thumbprint() {
        CborWriter key = new CborWriter();
        encode(key);
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Makes a pair on the same curve, to be used once. */
    KeyPair ephemeral() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(curve.keyFactory);
        generator.initialize(curve.parameters());
        return generator.generateKeyPair();
    }

    /** Returns what {@code KeyAgreement} calls the agreement. */
    String agreement() {
        return curve.agreement;
    }

    PublicKey publicKey() throws GeneralSecurityException {
        return KeyFactory.getInstance(curve.keyFactory).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AgreementKey that && curve == that.curve && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    /** Returns the thumbprint in hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(thumbprint());
    }

    private static RejectedException malformed(int at, String found, String expected) {
        return new RejectedException(RejectReason.MALFORMED, "ephemeral key at byte " + at, found, expected);
    }
}
