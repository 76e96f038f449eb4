// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.io.IOException;
import org.bouncycastle.crypto.params.HSSPublicKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.HSSSigner;
import org.bouncycastle.crypto.signers.MLDSASigner;

/** All that knows BouncyCastle, so that nothing else needs it to be there. Its lightweight API only; no provider. */
final class BouncyCastle {
    private BouncyCastle() {}

    /** Returns true, or throws a {@link LinkageError}. */
    static boolean isThere() {
        return MLDSAParameters.ml_dsa_44 != null && new HSSSigner() != null;
    }

    /** Checks a signature by HSS-LMS (RFC 8554). */
    static boolean hssLms(byte[] key, byte[] message, byte[] signature) {
        try {
            HSSSigner verifier = new HSSSigner();
            verifier.init(false, HSSPublicKeyParameters.getInstance(key));
            return verifier.verifySignature(message, signature);
        } catch (IOException e) {
            throw new IllegalStateException("a key that was accepted can't be used", e);
        }
    }

    /** Checks a signature by ML-DSA (FIPS 204) of a security category, over the message itself, without context. */
    static boolean mlDsa(int strength, byte[] key, byte[] message, byte[] signature) {
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, new MLDSAPublicKeyParameters(parameters(strength), key));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    private static MLDSAParameters parameters(int strength) {
        return switch (strength) {
            case 44 -> MLDSAParameters.ml_dsa_44;
            case 65 -> MLDSAParameters.ml_dsa_65;
            default -> MLDSAParameters.ml_dsa_87;
        };
    }
}
