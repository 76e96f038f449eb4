// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;

/** ML-DSA (FIPS 204) in COSE (RFC 9964): keys as of RFC 9881, the message itself is signed, without context. */
final class MlDsa extends PostQuantumScheme {
    static final MlDsa ML_DSA_44 =
            new MlDsa(44, -48, 2420, new DerForm("30820532300b06096086480165030403110382052100", 1312));
    static final MlDsa ML_DSA_65 =
            new MlDsa(65, -49, 3309, new DerForm("308207b2300b0609608648016503040312038207a100", 1952));
    static final MlDsa ML_DSA_87 =
            new MlDsa(87, -50, 4627, new DerForm("30820a32300b060960864801650304031303820a2100", 2592));

    private final int strength;
    private final int number;
    private final int signatureBytes;
    private final DerForm form;

    private MlDsa(int strength, int number, int signatureBytes, DerForm form) {
        super("ML-DSA");
        this.strength = strength;
        this.number = number;
        this.signatureBytes = signatureBytes;
        this.form = form;
    }

    @Override
    public boolean fits(byte[] der) {
        return form.fits(der);
    }

    @Override
    public byte[] key(byte[] der) {
        return form.key(der);
    }

    @Override
    public byte[] encode(byte[] key) {
        return form.encode(key);
    }

    /** The algorithm is part of the key: the same bytes under another number would be another key. */
    @Override
    public byte[] coseKey(byte[] key) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(7);
                    m.entry(3).integer(number);
                    m.entry(-1).bytes(key);
                })
                .toByteArray();
    }

    @Override
    public int signatureBytes(byte[] key, byte[] signature) {
        return signatureBytes;
    }

    @Override
    boolean holds(byte[] key, byte[] message, byte[] signature) {
        return BouncyCastle.mlDsa(strength, key, message, signature);
    }
}
