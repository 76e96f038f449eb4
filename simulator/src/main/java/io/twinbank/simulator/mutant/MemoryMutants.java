// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.simulator.explore.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Bugs in how much an agent keeps. */
final class MemoryMutants {
    private MemoryMutants() {}

    static List<Mutant> all() {
        return List.of(new Mutant(
                "M80",
                "each offer that comes is kept, to be recognised when it comes again",
                Set.of("O-M1"),
                Mode.QUIET,
                () -> Stages.small("update", "ideal"),
                sound -> sound.with(Bugs.transport((board, scheduler, transport) -> new KeepsOffers(transport)))));
    }

    private static final class KeepsOffers extends ForwardingTransport {
        private final List<Offer> seen = new ArrayList<>();

        KeepsOffers(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public void start(Listener listener) {
            super.start(new ForwardingListener(listener) {
                @Override
                public void offered(Offer offer, Runnable settled) {
                    if (!seen.contains(offer)) {
                        seen.add(offer);
                    }
                    super.offered(offer, settled);
                }
            });
        }
    }
}
