// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.Optional;

/** What the device believes, from storage that an update can't change. */
public interface RootOfTrust {
    /**
     * Returns the policy that the factory gave the device. Only here may an anchor be a shared key ({@link TrustAnchor#shared()}): it
     * counts until the first trust set, which takes the place of the whole policy.
     *
     * @return the policy
     * @throws HalException {@code IO} if it can't be read; the agent then accepts nothing
     */
    TrustPolicy factoryPolicy() throws HalException;

    /**
     * Tells whether the board can bind the security record against being copied back (RPMB, TPM NV).
     *
     * @return whether {@link #bind} works
     */
    boolean canBind();

    /**
     * Binds the digest of the security record. A power cut leaves the old digest or the new one.
     *
     * @param digest 32 bytes
     * @throws HalException {@code UNSUPPORTED} where {@link #canBind()} is false; {@code IO}
     */
    void bind(byte[] digest) throws HalException;

    /**
     * Returns the digest bound last.
     *
     * @return 32 bytes; empty if nothing was bound yet
     * @throws HalException {@code UNSUPPORTED} where {@link #canBind()} is false; {@code IO}
     */
    Optional<byte[]> bound() throws HalException;
}
