// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinbank.hal.HalException;
import java.nio.file.Path;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;

/** What a device does with a token, in a process of its own: tpm2-pkcs11 takes all from environment variables. */
final class TpmTokenProbe {
    private TpmTokenProbe() {}

    public static void main(String[] arguments) throws Exception {
        Pkcs11Token token = Pkcs11Token.open(Path.of(arguments[0]), arguments[1].toCharArray());
        Certificate certificate = SelfSigned.makeKey(token, "device");
        Pkcs11Keys keys = token.keys("device");
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(certificate.getPublicKey());
        byte[] data = arguments[0].getBytes(UTF_8);
        verifier.update(data);
        System.out.println("verifies: " + verifier.verify(keys.sign(data)));
        Security.addProvider(token.provider());
        System.out.println("server sees: " + TlsPeers.whomTheServerSees(token, "device"));
        try {
            keys.agree(SelfSigned.generate("secp256r1").getPublic().getEncoded(), new byte[0], 16);
            System.out.println("agrees");
        } catch (HalException e) {
            System.out.println("agree: " + e.kind());
        }
        keys.zeroize();
        System.out.println("left: " + token.aliases());
    }
}
