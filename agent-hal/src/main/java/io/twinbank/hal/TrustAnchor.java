// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A key that the device believes, and for what: a public key, or one that it shares with its maker.
 *
 * <p>Whoever has a shared key can make what it vouches for. So it vouches for firmware only, is never in a trust set, and no two
 * devices should have the same.
 *
 * @param name for people, such as the file's name
 * @param key a public key as DER SubjectPublicKeyInfo (RFC 5280), or a shared one as COSE_Key (RFC 9052, section 7); copied in
 *     and out
 * @param roles what it may vouch for
 * @param components what it may install: components whose ids begin with one of these; empty for any
 */
public record TrustAnchor(String name, byte[] key, Set<Role> roles, List<ComponentId> components) {
    private static final int CBOR_MAP = 0xa0;
    private static final int CBOR_TYPE = 0xe0;

    public TrustAnchor {
        key = key.clone();
        roles = Set.copyOf(roles);
        components = List.copyOf(components);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles of trust anchor '" + name + "' must not be empty");
        }
        if (isShared(key) && !roles.equals(Set.of(Role.FIRMWARE))) {
            throw new IllegalArgumentException(
                    "roles of trust anchor '" + name + "', a shared key, must be FIRMWARE alone: " + roles);
        }
    }

    /**
     * Makes an anchor that isn't restricted to some components.
     *
     * @param name for people
     * @param key a DER SubjectPublicKeyInfo, or the COSE_Key of a shared key; copied
     * @param roles what it may vouch for
     */
    public TrustAnchor(String name, byte[] key, Set<Role> roles) {
        this(name, key, roles, List.of());
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

    /**
     * Tells whether the key is a secret that the device shares with its maker.
     *
     * @return whether it has the form of one
     */
    public boolean shared() {
        return isShared(key);
    }

    /**
     * Tells the form of a shared key, a map in CBOR, from that of a public one, a sequence in DER.
     *
     * @param key in either form
     * @return whether it is a shared key's
     */
    public static boolean isShared(byte[] key) {
        return key.length > 0 && (key[0] & CBOR_TYPE) == CBOR_MAP;
    }

    @Override
    public byte[] key() {
        return key.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrustAnchor that
                && name.equals(that.name)
                && MessageDigest.isEqual(key, that.key)
                && roles.equals(that.roles)
                && components.equals(that.components);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, roles, components);
    }

    /** Returns the name and the roles; never the key. */
    @Override
    public String toString() {
        return name + roles;
    }
}
