// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.TrustPolicy;
import java.util.Optional;

/** A policy and, where wanted, a place for the bound digest. */
public final class FakeRootOfTrust implements RootOfTrust {
    private final TrustPolicy policy;
    private final boolean canBind;
    private final Trace trace;
    private Optional<byte[]> bound = Optional.empty();

    /**
     * Makes a root of trust.
     *
     * @param policy what the factory gave
     * @param canBind whether it can bind a digest
     * @param trace takes down {@code bind}
     */
    public FakeRootOfTrust(TrustPolicy policy, boolean canBind, Trace trace) {
        this.policy = policy;
        this.canBind = canBind;
        this.trace = trace;
    }

    @Override
    public TrustPolicy factoryPolicy() throws HalException {
        trace.check("factoryPolicy");
        return policy;
    }

    @Override
    public boolean canBind() {
        return canBind;
    }

    @Override
    public synchronized void bind(byte[] digest) throws HalException {
        checkCanBind();
        trace.step("bind");
        bound = Optional.of(digest.clone());
    }

    @Override
    public synchronized Optional<byte[]> bound() throws HalException {
        checkCanBind();
        return bound.map(byte[]::clone);
    }

    private void checkCanBind() throws HalException {
        if (!canBind) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't bind");
        }
    }
}
