// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

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

    /**
     * Somebody at the site agrees to the update that waits for that, or postpones it.
     *
     * @param deferSeconds for how long it is postponed; empty if it is agreed to
     * @param json whether to answer with one JSON object
     * @param replies gets the answer
     * @return the exit code
     * @throws IOException if there is no answer
     */
    int consent(OptionalLong deferSeconds, boolean json, Replies replies) throws IOException;

    /**
     * Tells ahead of time when an update would happen.
     *
     * @param aheadSeconds how far to look
     * @param bytes how large one is that is offered now, where none is known
     * @param json whether to answer with one JSON object
     * @param replies gets the answer
     * @return the exit code: 1 if it wouldn't happen until then
     * @throws IOException if there is no answer
     */
    int plan(long aheadSeconds, long bytes, boolean json, Replies replies) throws IOException;
}
