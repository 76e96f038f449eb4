// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectedException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** How keys of one type look, and how their signatures, or MACs, are checked. */
interface SignatureScheme {
    /** Checks signatures with one key. */
    @FunctionalInterface
    interface Check {
        /** Tells whether a signature, of the right form, is the key's over the message. */
        boolean holds(byte[] message, byte[] signature) throws RejectedException;
    }

    /** Whether these bytes are a public key of this type, as far as their form tells. */
    boolean fits(byte[] der);

    /** Reads the key: the same bytes, whichever of its forms it came in. {@link IllegalArgumentException} if it is none. */
    byte[] key(byte[] encoded);

    /** Writes the key in the first of its forms. */
    byte[] encode(byte[] key);

    /** Encodes what a thumbprint is made of: the COSE_Key with nothing but what the key is. */
    byte[] coseKey(byte[] key);

    /** Returns how long this signature has to be. */
    int signatureBytes(byte[] key, byte[] signature);

    /** Says what is wrong with a signature of the right length, before anything is computed. */
    default Optional<String> flaw(byte[] key, byte[] signature) {
        return Optional.empty();
    }

    Check check(byte[] key) throws GeneralSecurityException;

    /** Refuses, as UNSUPPORTED, where no library checks such signatures. */
    default void requireLibrary() throws RejectedException {}
}
