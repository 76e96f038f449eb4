// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.StandingOrders;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.core.suit.Digest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Tells who sent a command what became of it: once for each time that it came. In memory only; an answer is handed to the transport before the command's message
 * is acknowledged, so a power cut between has it come again, to be answered as repeated. Confined to the agent thread.
 */
final class Answers {
    /** While there is no connection, no command comes in. */
    private static final int MAX_WAITING = 8;

    private final Optional<UpdateTransport> transport;
    private final Scheduler scheduler;
    private final String device;
    private final Deque<Report> waiting = new ArrayDeque<>();
    private boolean online;
    private boolean sending;

    Answers(Optional<UpdateTransport> transport, Scheduler scheduler, String device) {
        this.transport = transport;
        this.scheduler = scheduler;
        this.device = device;
    }

    void online(boolean now) {
        online = now;
        send();
    }

    /** Answers a command, which is known by the digest of its bytes. */
    void answer(byte[] command, CommandAnswer answer, StandingOrders inForce) {
        if (answer.result() == CommandAnswer.Result.NOT_AUTHENTIC) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            waiting.remove();
        }
        String id = Digest.sha256Of(command).toString();
        waiting.add(new Report(ReportKind.ANSWER, id, ReportJson.answer(device, id, answer, inForce)));
        send();
    }

    private void send() {
        if (!online || sending || waiting.isEmpty() || transport.isEmpty()) {
            return;
        }
        Report next = waiting.element();
        transport
                .get()
                .send(next)
                .whenComplete((done, failure) -> scheduler.execute(Lane.AGENT, () -> sent(next, failure == null)));
        // Not before: of a report that the transport threw at nobody would ever say that it is through.
        sending = true;
    }

    /** What didn't get through is sent at the next connection. */
    private void sent(Report answer, boolean arrived) {
        sending = false;
        if (arrived) {
            waiting.remove(answer);
            send();
        }
    }
}
