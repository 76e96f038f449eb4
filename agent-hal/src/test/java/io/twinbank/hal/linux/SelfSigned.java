// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;

/** Certificates that keys on P-256 make for themselves (RFC 5280), wherever the private key is. */
final class SelfSigned {
    private static final byte[] ECDSA_SHA256 = hex("300a06082a8648ce3d040302");
    private static final byte[] COMMON_NAME = hex("0603550403");
    private static final byte[] VERSION_3 = hex("a003020102");

    private SelfSigned() {}

    /**
     * Makes a certificate.
     *
     * @param name its common name
     * @param provider what the private key signs with
     */
    static Certificate of(String name, KeyPair pair, Provider provider) throws GeneralSecurityException {
        byte[] subject = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, name.getBytes(StandardCharsets.UTF_8)))));
        byte[] serial = der(0x02, new byte[] {1});
        byte[] validity = der(0x30, time("20260101000000Z"), time("99991231235959Z"));
        byte[] signed = der(
                0x30,
                VERSION_3,
                serial,
                ECDSA_SHA256,
                subject,
                validity,
                subject,
                pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA", provider);
        signature.initSign(pair.getPrivate());
        signature.update(signed);
        byte[] certificate = der(0x30, signed, ECDSA_SHA256, der(0x03, new byte[1], signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    /** Makes a key on a token, with its certificate. */
    static Certificate makeKey(Pkcs11Token token, String alias) throws GeneralSecurityException {
        Provider provider = token.provider();
        KeyPair pair = generate(KeyPairGenerator.getInstance("EC", provider), "secp256r1");
        Certificate certificate = of(alias, pair, provider);
        token.keyStore().setKeyEntry(alias, pair.getPrivate(), null, new Certificate[] {certificate});
        return certificate;
    }

    static KeyPair generate(KeyPairGenerator generator, String curve) throws GeneralSecurityException {
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    static KeyPair generate(String curve) throws GeneralSecurityException {
        return generate(KeyPairGenerator.getInstance("EC"), curve);
    }

    private static byte[] time(String text) {
        return der(0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length + 4);
        out.put((byte) tag);
        if (length < 0x80) {
            out.put((byte) length);
        } else if (length < 0x100) {
            out.put((byte) 0x81).put((byte) length);
        } else {
            out.put((byte) 0x82).putShort((short) length);
        }
        for (byte[] content : contents) {
            out.put(content);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
