// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.StateHash;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The trust that the factory gave, and a replay-protected block where the part has one: a write to it happens or doesn't. */
final class SimulatedTrust implements RootOfTrust, Durable {
    private final TrustPolicy policy;
    private final boolean canBind;
    private final OperationLog log;
    private final Knowledge knowledge;
    private byte @Nullable [] bound;

    SimulatedTrust(TrustPolicy policy, boolean canBind, OperationLog log, Knowledge knowledge) {
        this.policy = policy;
        this.canBind = canBind;
        this.log = log;
        this.knowledge = knowledge;
    }

    @Override
    public TrustPolicy factoryPolicy() {
        log.checkAlive();
        return policy;
    }

    @Override
    public boolean canBind() {
        return canBind;
    }

    @Override
    public void bind(byte[] digest) throws HalException {
        checkCanBind();
        log.checkAliveToWrite(Part.ROOT_OF_TRUST, "bound");
        knowledge.doing(() -> {
            log.call("bind");
            Change.Atomic change = () -> bound = digest.clone();
            log.perform(Part.ROOT_OF_TRUST, "bind", "", change);
        });
    }

    @Override
    public Optional<byte[]> bound() throws HalException {
        checkCanBind();
        log.checkAlive();
        Optional<byte[]> answer = peek();
        knowledge.learn(answer.orElse(new byte[0]));
        return answer;
    }

    /** Reads past every rule, as an observer does. */
    Optional<byte[]> peek() {
        return Optional.ofNullable(bound).map(byte[]::clone);
    }

    private void checkCanBind() throws HalException {
        if (!canBind) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't bind");
        }
    }

    @Override
    public Object save() {
        return Optional.ofNullable(bound);
    }

    @Override
    public void restore(Object saved) {
        bound = (byte[]) ((Optional<?>) saved).orElse(null);
    }

    @Override
    public void addTo(StateHash hash) {
        if (bound != null) {
            hash.add(bound);
        }
    }
}
