// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.Arrays;
import java.util.Set;

/**
 * A public key that the device believes, and for what.
 *
 * @param name for people, such as the file's name
 * @param publicKey the key as DER SubjectPublicKeyInfo (RFC 5280); copied in and out
 * @param roles what it may vouch for
 */
public record TrustAnchor(String name, byte[] publicKey, Set<Role> roles) {
    public TrustAnchor {
        publicKey = publicKey.clone();
        roles = Set.copyOf(roles);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles of trust anchor '" + name + "' must not be empty");
        }
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrustAnchor that
                && name.equals(that.name)
                && Arrays.equals(publicKey, that.publicKey)
                && roles.equals(that.roles);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(publicKey);
    }

    @Override
    public String toString() {
        return name + roles;
    }
}
