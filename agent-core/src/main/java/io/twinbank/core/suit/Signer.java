// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

/**
 * A signature of an envelope, as it was judged.
 *
 * @param kid the thumbprint of the key that it verifies with, or the key id that it names, in hexadecimal; empty if
 *     neither is known
 * @param algorithm its algorithm's name
 * @param valid whether it verifies with a key that may vouch for it
 */
public record Signer(String kid, String algorithm, boolean valid) {}
