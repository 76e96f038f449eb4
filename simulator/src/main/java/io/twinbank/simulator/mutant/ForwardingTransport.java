// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.UpdateTransport;
import java.util.concurrent.CompletionStage;

/** A transport that hands every call on: what a bug overrides. */
class ForwardingTransport implements UpdateTransport {
    final UpdateTransport transport;

    ForwardingTransport(UpdateTransport transport) {
        this.transport = transport;
    }

    @Override
    public void start(Listener listener) {
        transport.start(listener);
    }

    @Override
    public CompletionStage<Void> send(Report report) {
        return transport.send(report);
    }

    @Override
    public void close() {
        transport.close();
    }
}
