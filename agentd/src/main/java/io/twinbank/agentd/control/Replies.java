// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

/** What a command says while it is carried out, on a terminal here or at the other end of the socket. Thread-safe. */
public interface Replies {
    /**
     * Says a line; of a command with {@code --json} the last one is its answer.
     *
     * @param text without a line break
     */
    void line(String text);

    /**
     * Says how far something has come.
     *
     * @param what such as {@code downloading}
     * @param done how many bytes
     * @param total of how many, more than 0
     */
    void progress(String what, long done, long total);
}
