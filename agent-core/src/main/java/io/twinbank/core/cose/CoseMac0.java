// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.security.GeneralSecurityException;

/**
 * Makes a COSE_Mac0 (RFC 9052, section 6.2), tagged: a payload and one MAC, by a key that both sides have. It has the form of a
 * {@link CoseSign1}, and what is authenticated begins otherwise, so that neither is ever taken for the other. {@link
 * CoseSign#decodeOrMac0} reads it.
 */
public final class CoseMac0 {
    static final long TAG = 17;

    /** What a message of this kind is called where another was expected. */
    static final String NAME = "COSE_Mac0 (tag 17)";

    private static final CoseSignature.Context CONTEXT = CoseSignature.Context.mac("MAC0");

    private CoseMac0() {}

    /** Decodes a message whose tag was read. */
    static CoseSign decode(int at, CborReader reader) throws RejectedException {
        return CoseSign.one("COSE_Mac0 at byte " + at, CONTEXT, reader);
    }

    /**
     * Makes a MAC, with the payload left out of the message.
     *
     * @param key a shared key
     * @param payload what is authenticated
     * @return an encoded COSE_Mac0 with its tag, the payload null
     * @throws GeneralSecurityException if the key can't be used
     * @throws IllegalArgumentException if the key signs instead
     */
    public static byte[] tagDetached(SigningKey key, byte[] payload) throws GeneralSecurityException {
        return new CborWriter()
                .tag(TAG)
                .array(CoseSignature.sign(key, CONTEXT, payload, new byte[0], CborWriter::nil))
                .toByteArray();
    }
}
