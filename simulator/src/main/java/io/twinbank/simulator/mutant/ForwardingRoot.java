// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.TrustPolicy;
import java.util.Optional;

/** A root of trust that hands every call on: what a bug overrides. */
class ForwardingRoot implements RootOfTrust {
    private final RootOfTrust root;

    ForwardingRoot(RootOfTrust root) {
        this.root = root;
    }

    @Override
    public TrustPolicy factoryPolicy() throws HalException {
        return root.factoryPolicy();
    }

    @Override
    public boolean canBind() {
        return root.canBind();
    }

    @Override
    public void bind(byte[] digest) throws HalException {
        root.bind(digest);
    }

    @Override
    public Optional<byte[]> bound() throws HalException {
        return root.bound();
    }
}
