// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import java.util.Optional;

/** A policy alone: nothing keeps the security record from being copied back. */
abstract class UnboundRootOfTrust implements RootOfTrust {
    @Override
    public boolean canBind() {
        return false;
    }

    @Override
    public void bind(byte[] digest) throws HalException {
        throw unsupported();
    }

    @Override
    public Optional<byte[]> bound() throws HalException {
        throw unsupported();
    }

    private static HalException unsupported() {
        return new HalException(HalException.Kind.UNSUPPORTED, "this root of trust can't bind");
    }
}
