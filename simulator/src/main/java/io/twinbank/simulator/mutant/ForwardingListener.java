// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport;

/** A listener that hands every call on: what a bug overrides. */
class ForwardingListener implements UpdateTransport.Listener {
    private final UpdateTransport.Listener listener;

    ForwardingListener(UpdateTransport.Listener listener) {
        this.listener = listener;
    }

    @Override
    public void offered(Offer offer, Runnable settled) {
        listener.offered(offer, settled);
    }

    @Override
    public void commanded(byte[] command, Runnable settled) {
        listener.commanded(command, settled);
    }

    @Override
    public void online() {
        listener.online();
    }

    @Override
    public void offline(String why) {
        listener.offline(why);
    }
}
