// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cose.CoseAlgorithm;

/**
 * A signature of an envelope, or a MAC, as it was judged.
 *
 * @param kid the thumbprint of the key that it verifies with, or the key id that it names, in hexadecimal; empty if
 *     neither is known
 * @param algorithm its algorithm's name
 * @param valid whether it verifies with a key that may vouch for it
 */
public record Signer(String kid, String algorithm, boolean valid) {
    /**
     * Tells whether it is a MAC by an algorithm that is done here: it tells devices from strangers, and no person from another.
     *
     * @return whether it is no signature
     */
    public boolean mac() {
        return algorithm.equals(CoseAlgorithm.HMAC_256.label());
    }
}
