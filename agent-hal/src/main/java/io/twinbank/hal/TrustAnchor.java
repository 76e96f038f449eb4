// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A public key that the device believes, and for what.
 *
 * @param name for people, such as the file's name
 * @param publicKey the key as DER SubjectPublicKeyInfo (RFC 5280); copied in and out
 * @param roles what it may vouch for
 * @param components what it may install: components whose ids begin with one of these; empty for any
 */
public record TrustAnchor(String name, byte[] publicKey, Set<Role> roles, List<ComponentId> components) {
    public TrustAnchor {
        publicKey = publicKey.clone();
        roles = Set.copyOf(roles);
        components = List.copyOf(components);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles of trust anchor '" + name + "' must not be empty");
        }
    }

    /**
     * Makes an anchor that isn't restricted to some components.
     *
     * @param name for people
     * @param publicKey the key as DER SubjectPublicKeyInfo; copied
     * @param roles what it may vouch for
     */
    public TrustAnchor(String name, byte[] publicKey, Set<Role> roles) {
        this(name, publicKey, roles, List.of());
    }

    /**
     * Tells whether the key may vouch for a component.
     *
     * @param component the component
     * @return whether its id begins with one of {@link #components()}, or there are none
     */
    public boolean mayInstall(ComponentId component) {
        return components.isEmpty() || components.stream().anyMatch(component::startsWith);
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
                && roles.equals(that.roles)
                && components.equals(that.components);
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
