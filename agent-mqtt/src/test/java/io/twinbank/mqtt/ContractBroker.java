// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;

/** A real broker that {@link LinkContract} runs against: TLS 1.3 with client certificates for devices, and a plain listener. */
interface ContractBroker extends AutoCloseable {
    String tlsUri();

    String plainUri();

    int tlsPort();

    /** Ends at once, as in a power cut, and lets go of its ports. */
    void kill() throws Exception;

    /** Lets it store what it has, and end. */
    void stop() throws Exception;

    /** Starts it anew on the same ports, with what it has stored. */
    void restart() throws Exception;

    /** Deletes what it has stored, while it doesn't run. */
    void forget() throws Exception;

    @Override
    void close() throws IOException;
}
