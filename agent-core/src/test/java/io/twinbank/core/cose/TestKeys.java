// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.HSSKeyGenerationParameters;
import org.bouncycastle.crypto.params.HSSPrivateKeyParameters;
import org.bouncycastle.crypto.params.LMOtsParameters;
import org.bouncycastle.crypto.params.LMSParameters;
import org.bouncycastle.crypto.params.LMSigParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.HSSSigner;
import org.bouncycastle.crypto.signers.MLDSASigner;

/** A signing key of each type, made once. */
public final class TestKeys {
    private static final HexFormat HEX = HexFormat.of();
    private static final Map<CoseKey.Type, SigningKey> KEYS = new EnumMap<>(CoseKey.Type.class);

    private TestKeys() {}

    /** Returns the key of a type; an HSS-LMS key is good for 1024 signatures. */
    public static synchronized SigningKey of(CoseKey.Type type) {
        return KEYS.computeIfAbsent(type, TestKeys::generate);
    }

    /** Returns the key for an algorithm, labelled with it. */
    static SigningKey of(CoseAlgorithm algorithm) {
        SigningKey key = of(algorithm.keyType());
        return new SigningKey(algorithm, key.operation(), key.publicKey());
    }

    private static SigningKey generate(CoseKey.Type type) {
        return switch (type) {
            case P256 -> jdk("EC", 256);
            case P384 -> jdk("EC", 384);
            case ED25519 -> jdk("Ed25519", 255);
            case HSS_LMS -> hssLms(2);
            case HMAC_256 ->
                SigningKey.of(CoseKey.shared(
                        HEX.parseHex("a3010403052058207" + "0123456789abcdef".repeat(3) + "0123456789abcde")));
            case ML_DSA_44 -> mlDsa(MLDSAParameters.ml_dsa_44, "30820532300b06096086480165030403110382052100");
            case ML_DSA_65 -> mlDsa(MLDSAParameters.ml_dsa_65, "308207b2300b0609608648016503040312038207a100");
            case ML_DSA_87 -> mlDsa(MLDSAParameters.ml_dsa_87, "30820a32300b060960864801650304031303820a2100");
        };
    }

    private static SigningKey jdk(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size);
            KeyPair pair = generator.generateKeyPair();
            return SigningKey.of(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static SigningKey hssLms(int levels) {
        LMSParameters[] trees = new LMSParameters[levels];
        Arrays.fill(trees, LMSParameters.create(LMSigParameters.lms_sha256_n32_h5, LMOtsParameters.sha256_n32_w8));
        HSSPrivateKeyParameters key =
                HSSPrivateKeyParameters.generate(new HSSKeyGenerationParameters(trees, new SecureRandom()));
        try {
            byte[] open = key.getPublicKey().getEncoded();
            HSSSigner signer = new HSSSigner();
            signer.init(true, key);
            return new SigningKey(
                    CoseAlgorithm.HSS_LMS,
                    signer::generateSignature,
                    CoseKey.of(HEX.parseHex("304e300d060b2a864886f70d0109100311033d00" + HEX.formatHex(open))));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey mlDsa(MLDSAParameters parameters, String prefix) {
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        MLDSAPrivateKeyParameters key = new MLDSAPrivateKeyParameters(parameters, seed);
        CoseKey open = CoseKey.of(HEX.parseHex(prefix + HEX.formatHex(key.getPublicKey())));
        return new SigningKey(
                CoseAlgorithm.of(open.type()),
                message -> {
                    MLDSASigner signer = new MLDSASigner();
                    signer.init(true, key);
                    signer.update(message, 0, message.length);
                    try {
                        return signer.generateSignature();
                    } catch (CryptoException e) {
                        throw new GeneralSecurityException(e);
                    }
                },
                open);
    }
}
