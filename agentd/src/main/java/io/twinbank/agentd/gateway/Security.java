// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Anchors;
import io.twinbank.agentd.config.GatewayConfig.Counter;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.hal.linux.FileMonotonicCounter;
import io.twinbank.hal.linux.FileRootOfTrust;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;

/**
 * Whom the gateway believes, what it can prove, and what never falls.
 *
 * @param trust the anchors
 * @param keys its own keys
 * @param counters the anti-rollback floors
 */
record Security(RootOfTrust trust, Optional<DeviceKeys> keys, Map<CounterId, MonotonicCounter> counters) {
    static Security open(GatewayConfig config, Optional<BootVariables> variables) throws HalException {
        Map<CounterId, MonotonicCounter> counters = new EnumMap<>(CounterId.class);
        for (CounterId id : CounterId.values()) {
            counters.put(id, counter(config, id));
        }
        return new Security(trust(config.anchors()), Optional.empty(), counters);
    }

    private static RootOfTrust trust(Anchors anchors) throws HalException {
        if (anchors instanceof Anchors.InFile inFile) {
            return FileRootOfTrust.open(inFile.file(), inFile.sha256().map(HexFormat.of()::parseHex));
        }
        throw new HalException(HalException.Kind.UNSUPPORTED, "not there yet");
    }

    private static MonotonicCounter counter(GatewayConfig config, CounterId id) throws HalException {
        if (config.counter() instanceof Counter.InFile) {
            return new FileMonotonicCounter(config.stateDir(), id);
        }
        throw new HalException(HalException.Kind.UNSUPPORTED, "not there yet");
    }

    KeyManager[] tlsKeys() {
        return new KeyManager[0];
    }

    MonotonicCounter counter(CounterId id) {
        return Objects.requireNonNull(counters.get(id));
    }
}
