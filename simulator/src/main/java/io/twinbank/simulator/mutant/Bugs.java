// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Makes agents with a bug: one part of the board is not what the agent believes. What a bug keeps is RAM of one life. */
final class Bugs {
    private Bugs() {}

    /** Puts something before a bank. */
    @FunctionalInterface
    interface BankBug {
        FlashBank of(Platform board, BankId id, FlashBank bank);
    }

    /** Puts something before the transport. */
    @FunctionalInterface
    interface TransportBug {
        UpdateTransport of(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport);
    }

    static AgentVariant platform(UnaryOperator<Platform> bug) {
        return new AgentVariant() {
            @Override
            public Platform platform(SimulatedBoard board, SimImage.Spec running) {
                return bug.apply(board);
            }
        };
    }

    static AgentVariant banks(BankBug bug) {
        return platform(board -> {
            Map<BankId, FlashBank> banks = new EnumMap<>(BankId.class);
            for (BankId id : BankId.values()) {
                banks.put(id, bug.of(board, id, board.bank(id, SimulatedBoard.COMPONENT)));
            }
            return new ForwardingPlatform(board) {
                @Override
                public FlashBank bank(BankId id, ComponentId component) {
                    FlashBank bank = banks.get(id);
                    return bank != null && component.equals(SimulatedBoard.COMPONENT)
                            ? bank
                            : super.bank(id, component);
                }
            };
        });
    }

    static AgentVariant boot(BiFunction<Platform, BootControl, BootControl> bug) {
        return platform(board -> {
            BootControl boot = bug.apply(board, board.bootControl());
            return new ForwardingPlatform(board) {
                @Override
                public BootControl bootControl() {
                    return boot;
                }
            };
        });
    }

    static AgentVariant records(BiFunction<Platform, StateStore, StateStore> bug) {
        return platform(board -> withRecords(board, bug.apply(board, board.stateStore())));
    }

    static Platform withRecords(Platform board, StateStore records) {
        return new ForwardingPlatform(board) {
            @Override
            public StateStore stateStore() {
                return records;
            }
        };
    }

    /** Only the floor: the other counter isn't the update's. */
    static AgentVariant counter(BiFunction<Platform, MonotonicCounter, MonotonicCounter> bug) {
        return platform(board -> {
            MonotonicCounter floor = bug.apply(board, board.counter(CounterId.SECURITY_VERSION));
            return new ForwardingPlatform(board) {
                @Override
                public MonotonicCounter counter(CounterId id) {
                    return id == CounterId.SECURITY_VERSION ? floor : super.counter(id);
                }
            };
        });
    }

    static AgentVariant clock(UnaryOperator<DeviceClock> bug) {
        return platform(board -> {
            DeviceClock clock = bug.apply(board.clock());
            return new ForwardingPlatform(board) {
                @Override
                public DeviceClock clock() {
                    return clock;
                }
            };
        });
    }

    static AgentVariant transport(TransportBug bug) {
        return new AgentVariant() {
            @Override
            public UpdateTransport transport(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport) {
                return bug.of(board, scheduler, transport);
            }
        };
    }
}
