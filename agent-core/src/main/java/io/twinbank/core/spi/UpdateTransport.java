// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import io.twinbank.core.Offer;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/** How offers come in and reports go out. Every method returns at once; listener calls may come from any thread. */
public interface UpdateTransport extends AutoCloseable {
    /**
     * Connects, and stays connected until closed.
     *
     * @param listener whom to tell
     */
    void start(Listener listener);

    /**
     * Sends a report, at least once.
     *
     * @param report the report
     * @return completes when the other side has it; fails with an {@link java.io.IOException} if it didn't get there, and
     *     the agent sends it again when it is online
     */
    CompletionStage<Void> send(Report report);

    /** Disconnects; waits at most 5 s, leaves no thread behind, throws nothing. */
    @Override
    void close();

    /** Who is told. */
    interface Listener {
        /**
         * An offer came in.
         *
         * @param offer the offer
         * @param settled to be run when the offer is journalled or judged; only then is its message acknowledged
         */
        void offered(Offer offer, Runnable settled);

        /**
         * A command came in.
         *
         * @param command a {@link io.twinbank.core.command.SignedCommand}, of which nothing is believed yet
         * @param settled to be run when the command is carried out or judged; only then is its message acknowledged
         */
        void commanded(byte[] command, Runnable settled);

        /** The transport is connected and subscribed. */
        void online();

        /**
         * The transport lost its connection, or couldn't make one.
         *
         * @param why the cause, in words that an operator can act on
         */
        void offline(String why);
    }

    /** What a report tells. */
    enum ReportKind {
        /** An outcome: must arrive, and is recognisable when it arrives twice. */
        OUTCOME,
        /** The present status: the latest is enough. */
        STATUS,
        /** What became of a command: for who sent it. Its id is that of the command, {@code sha-256:} and the digest of its bytes. */
        ANSWER,
        /** What the device is and holds: the latest is enough, kept for those who ask later. */
        INVENTORY,
        /** How the device is after its update, against before: the latest is enough, kept for those who ask later. */
        HEALTH
    }

    /**
     * A report.
     *
     * @param kind what it tells
     * @param id the idempotency key: the same report sent twice has the same
     * @param json the body, UTF-8 JSON as in docs/wire-format.md; copied in and out
     */
    record Report(ReportKind kind, String id, byte[] json) {
        public Report {
            json = json.clone();
        }

        @Override
        public byte[] json() {
            return json.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Report that
                    && kind == that.kind
                    && id.equals(that.id)
                    && Arrays.equals(json, that.json);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }

        @Override
        public String toString() {
            return kind + " " + id;
        }
    }
}
