// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.medium.OperationLog;
import java.util.Optional;

/** The trust that the factory gave, on a board that can bind no other. */
final class UnboundTrust implements RootOfTrust {
    private final TrustPolicy policy;
    private final OperationLog log;

    UnboundTrust(TrustPolicy policy, OperationLog log) {
        this.policy = policy;
        this.log = log;
    }

    @Override
    public TrustPolicy factoryPolicy() {
        log.checkAlive();
        return policy;
    }

    @Override
    public boolean canBind() {
        return false;
    }

    @Override
    public void bind(byte[] digest) throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't bind");
    }

    @Override
    public Optional<byte[]> bound() throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't bind");
    }
}
