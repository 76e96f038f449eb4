// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sends a report of which the latest is enough, when there is another one than the other side has, and at each connection once more.
 * Kept in memory only. Confined to the agent thread.
 */
final class LatestReport {
    private final ReportKind kind;
    private final UpdateTransport transport;
    private final Scheduler scheduler;
    private boolean online;
    private boolean sending;
    private byte @Nullable [] latest;
    private byte @Nullable [] arrived;

    LatestReport(ReportKind kind, UpdateTransport transport, Scheduler scheduler) {
        this.kind = kind;
        this.transport = transport;
        this.scheduler = scheduler;
    }

    void online(boolean now) {
        online = now;
        arrived = null;
        send();
    }

    void update(byte[] json) {
        latest = json;
        send();
    }

    private void send() {
        byte[] json = latest;
        if (!online || sending || json == null || Arrays.equals(json, arrived)) {
            return;
        }
        transport
                .send(new Report(kind, kind.name().toLowerCase(Locale.ROOT), json))
                .whenComplete((done, failure) ->
                        scheduler.execute(Lane.AGENT, () -> sent(failure == null ? json : null, failure != null)));
        // Not before: of a report that the transport threw at nobody would ever say that it is through.
        sending = true;
    }

    /** What didn't get through is sent at the next connection, or with the next change. */
    private void sent(byte @Nullable [] json, boolean failed) {
        sending = false;
        arrived = json;
        if (!failed) {
            send();
        }
    }
}
