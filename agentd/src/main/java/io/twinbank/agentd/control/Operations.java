// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What can be asked of an agent. The daemon carries it out; so does a command itself, where no daemon runs. Thread-safe; each call blocks
 * until it is answered.
 */
public interface Operations {
    /**
     * Tells how things stand.
     *
     * @param json whether to answer with one JSON object
     * @param replies gets the answer
     * @return the exit code
     * @throws IOException if it can't be found out
     */
    int status(boolean json, Replies replies) throws IOException;

    /**
     * Offers an update, and follows it until the gateway is about to restart into it, or it has ended.
     *
     * @param envelope the SUIT envelope
     * @param folder where payloads lie beside it, by the last part of their addresses
     * @param json whether to answer with one JSON object
     * @param replies gets progress and the answer
     * @return the exit code
     * @throws IOException if there is no answer
     */
    int install(byte[] envelope, Path folder, boolean json, Replies replies) throws IOException;

    /**
     * Ends a trial well, in place of the self-test.
     *
     * @param json whether to answer with one JSON object
     * @param replies gets the answer
     * @return the exit code
     * @throws IOException if there is no answer
     */
    int confirm(boolean json, Replies replies) throws IOException;
}
