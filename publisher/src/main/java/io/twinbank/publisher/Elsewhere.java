// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** A key that signs elsewhere, of which only the public half is here. */
record Elsewhere(CoseKey key) {
    static Elsewhere of(Path publicKeyFile) throws IOException {
        return new Elsewhere(Keys.readPublic(publicKeyFile));
    }

    CoseAlgorithm algorithm() {
        return CoseAlgorithm.of(key.type());
    }

    /** Returns the message's hash by the key's algorithm; where that takes the message whole, a hash for people to compare. */
    Digest hash(byte[] message) {
        return algorithm() == CoseAlgorithm.ESP384 ? Digest.sha384Of(message) : Digest.sha256Of(message);
    }

    /** Makes what hands out the signature that was made; COSE's own form, or ECDSA's usual one in DER. */
    SigningKey with(byte[] signature) {
        byte[] plain = plain(signature).orElse(signature);
        return new SigningKey(algorithm(), message -> plain.clone(), key);
    }

    /** A strict DER sequence as long as r and s side by side would be is possible, but nothing that chance makes. */
    private Optional<byte[]> plain(byte[] signature) {
        if (key.type() != CoseKey.Type.P256 && key.type() != CoseKey.Type.P384) {
            return Optional.empty();
        }
        BigInteger order = ECNamedCurveTable.getByName(key.type() == CoseKey.Type.P256 ? "P-256" : "P-384")
                .getN();
        try {
            BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(order, signature);
            return Optional.of(PlainDSAEncoding.INSTANCE.encode(order, rs[0], rs[1]));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // then it has to be r and s as they are
        }
    }
}
