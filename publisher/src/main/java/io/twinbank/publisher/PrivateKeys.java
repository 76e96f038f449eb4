// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.HSSPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Private keys: what takes BouncyCastle, which derives their public halves and does what the JDK doesn't. */
final class PrivateKeys {
    private static final int ML_DSA_SEED_BYTES = 32;

    private PrivateKeys() {}

    /** Makes a key of any algorithm and writes both halves; a shared key has none. An HSS-LMS key is good for that many signatures at least. */
    static void generate(Keys.Algorithm algorithm, long signatures, Path file, boolean overwrite) throws IOException {
        switch (algorithm) {
            case ED25519, P256, P384 -> Keys.write(Keys.generate(algorithm), file, overwrite);
            case HSS_LMS -> write(HssKeyFile.generate(signatures), file, overwrite);
            case ML_DSA_44 -> write(generate(MLDSAParameters.ml_dsa_44), file, overwrite);
            case ML_DSA_65 -> write(generate(MLDSAParameters.ml_dsa_65), file, overwrite);
            case ML_DSA_87 -> write(generate(MLDSAParameters.ml_dsa_87), file, overwrite);
            case HMAC_256 -> SharedKeyFile.generate(file, overwrite);
        }
    }

    private static MLDSAPrivateKeyParameters generate(MLDSAParameters parameters) {
        byte[] seed = new byte[ML_DSA_SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new MLDSAPrivateKeyParameters(parameters, seed).withPreferredFormat(MLDSAPrivateKeyParameters.SEED_ONLY);
    }

    private static void write(AsymmetricKeyParameter secret, Path file, boolean overwrite) throws IOException {
        Keys.write(encode(secret), open(secret).subjectPublicKeyInfo(), file, overwrite);
    }

    static byte[] encode(AsymmetricKeyParameter secret) throws IOException {
        return PrivateKeyInfoFactory.createPrivateKeyInfo(secret).getEncoded();
    }

    static SigningKey signingKey(Path file) throws IOException {
        AsymmetricKeyParameter secret = read(file);
        if (secret instanceof HSSPrivateKeyParameters hss) {
            HssKeyFile stateful = new HssKeyFile(file);
            return new SigningKey(CoseAlgorithm.HSS_LMS, stateful::sign, open(hss));
        }
        if (secret instanceof MLDSAPrivateKeyParameters lattice) {
            CoseKey open = open(lattice);
            return new SigningKey(CoseAlgorithm.of(open.type()), message -> sign(lattice, message), open);
        }
        KeyPair pair = pair(file);
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    private static byte[] sign(MLDSAPrivateKeyParameters key, byte[] message) throws GeneralSecurityException {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new SignatureException(e);
        }
    }

    /** Reads a key that the JDK signs with. */
    static KeyPair pair(Path file) throws IOException {
        AsymmetricKeyParameter secret = read(file);
        if (!(secret instanceof Ed25519PrivateKeyParameters || secret instanceof ECPrivateKeyParameters)) {
            throw new IOException(
                    file + " holds no private key that can be used: it isn't one that the JDK signs with");
        }
        byte[] der = Pem.read(file, Pem.PRIVATE);
        try {
            KeyFactory keys = KeyFactory.getInstance(secret instanceof ECPrivateKeyParameters ? "EC" : "Ed25519");
            PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(der));
            return new KeyPair(
                    keys.generatePublic(new X509EncodedKeySpec(open(secret).subjectPublicKeyInfo())), privateKey);
        } catch (GeneralSecurityException e) {
            throw unusable(file, e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    static AsymmetricKeyParameter read(Path file) throws IOException {
        byte[] der = Pem.read(file, Pem.PRIVATE);
        try {
            AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(der);
            open(secret);
            return secret;
        } catch (IOException | RuntimeException e) {
            throw unusable(file, e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /** Derives the public half; {@link IllegalArgumentException} if it is a key for none of the algorithms. */
    private static CoseKey open(AsymmetricKeyParameter secret) throws IOException {
        AsymmetricKeyParameter open;
        if (secret instanceof Ed25519PrivateKeyParameters ed) {
            open = ed.generatePublicKey();
        } else if (secret instanceof ECPrivateKeyParameters ec && isKnown(ec)) {
            open = new ECPublicKeyParameters(
                    ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
        } else if (secret instanceof MLDSAPrivateKeyParameters lattice) {
            open = lattice.getPublicKeyParameters();
        } else if (secret instanceof HSSPrivateKeyParameters hss) {
            open = hss.getPublicKey();
        } else {
            throw new IllegalArgumentException("none of " + Keys.names());
        }
        return CoseKey.of(
                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open).getEncoded());
    }

    private static boolean isKnown(ECPrivateKeyParameters key) {
        ASN1ObjectIdentifier curve =
                key.getParameters() instanceof ECNamedDomainParameters named ? named.getName() : null;
        return SECObjectIdentifiers.secp256r1.equals(curve) || SECObjectIdentifiers.secp384r1.equals(curve);
    }

    private static IOException unusable(Path file, Exception cause) {
        return new IOException(file + " holds no private key that can be used: " + cause.getMessage(), cause);
    }
}
