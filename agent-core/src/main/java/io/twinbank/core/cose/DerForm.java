// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.util.Arrays;
import java.util.HexFormat;

/** A SubjectPublicKeyInfo (RFC 5280) of which all but the key itself is fixed, its length included. */
final class DerForm {
    private final byte[] prefix;
    private final int keyBytes;

    /** Makes a form of what comes before the key, in hexadecimal, and the key's length. */
    DerForm(String prefixHex, int keyBytes) {
        this.prefix = HexFormat.of().parseHex(prefixHex);
        this.keyBytes = keyBytes;
    }

    boolean fits(byte[] der) {
        return der.length == prefix.length + keyBytes && Arrays.equals(der, 0, prefix.length, prefix, 0, prefix.length);
    }

    byte[] key(byte[] der) {
        return Arrays.copyOfRange(der, prefix.length, der.length);
    }

    byte[] encode(byte[] key) {
        byte[] der = Arrays.copyOf(prefix, prefix.length + keyBytes);
        System.arraycopy(key, 0, der, prefix.length, keyBytes);
        return der;
    }
}
