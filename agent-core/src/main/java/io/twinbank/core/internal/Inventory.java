// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a device is and holds. Of the banks it says what their stored envelopes say; they aren't read, which would take as long as hashing
 * an image.
 */
record Inventory(
        DeviceIdentity device,
        String agentVersion,
        BankId running,
        List<Bank> banks,
        long securityVersion,
        long trustVersion,
        ResetControl.Cause bootCause,
        BootControl.Enforcement enforcement,
        OptionalLong freeBytes,
        Set<String> groups,
        Map<String, String> facts) {
    static final int MAX_FACTS = 32;
    static final int MAX_NAME = 64;
    static final int MAX_VALUE = 256;

    /** What a bank holds; without a plan, what no update brought, or nothing. */
    record Bank(BankId bank, Optional<InstallPlan> plan) {
        Optional<String> version() {
            return plan.flatMap(InstallPlan::version).map(SuitVersion::toString);
        }
    }

    /**
     * What the agent knows anyway.
     *
     * @param otherRests whether no update is under way into the other bank; its envelope says what that will hold, not what it does
     */
    record Known(String agentVersion, BankId running, boolean otherRests, long trustVersion, Set<String> groups) {}

    static Inventory of(Board board, Known known, Map<String, String> facts) throws HalException {
        Platform platform = board.platform();
        BankId other = known.running().other();
        return new Inventory(
                platform.identity(),
                known.agentVersion(),
                known.running(),
                List.of(
                        new Bank(known.running(), board.storedPlan(known.running())),
                        new Bank(other, known.otherRests() ? board.storedPlan(other) : Optional.empty())),
                board.counter().read(),
                known.trustVersion(),
                platform.resetControl().lastCause(),
                platform.bootControl().enforcement(),
                coarse(platform.stateStore().freeBytes()),
                new TreeSet<>(known.groups()),
                bounded(facts));
    }

    /** Rounded down to a power of two: what comes and goes with each log line is no change. */
    private static OptionalLong coarse(OptionalLong bytes) {
        return bytes.isPresent() ? OptionalLong.of(Long.highestOneBit(bytes.getAsLong())) : bytes;
    }

    private static Map<String, String> bounded(Map<String, String> facts) {
        Map<String, String> bounded = new TreeMap<>();
        new TreeMap<>(facts).forEach((name, value) -> {
            if (bounded.size() < MAX_FACTS) {
                bounded.put(cut(name, MAX_NAME), cut(value, MAX_VALUE));
            }
        });
        return bounded;
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
