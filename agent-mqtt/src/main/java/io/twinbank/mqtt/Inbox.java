// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.EventId;
import io.twinbank.core.Offer;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.spi.UpdateTransport.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what comes in. Offers one at a time: the next when the one before is settled, and only then is its message
 * acknowledged. Commands at once, for one of them may be what an offer waits for. What waits is bounded by the link's receive
 * maximum. Confined to the loop.
 */
final class Inbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private record Waiting(MqttLink.Incoming message, Runnable cancelExpiry) {}

    private final MqttConfig config;
    private final Loop loop;
    private final Askers askers;
    private final Listener listener;
    private final Set<MqttLink.Incoming> unsettled = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private MqttLink.@Nullable Incoming handedOver;
    private boolean online;
    private boolean quiet;
    private int refusedQuietly;

    Inbox(MqttConfig config, Loop loop, Askers askers, Listener listener) {
        this.config = config;
        this.loop = loop;
        this.askers = askers;
        this.listener = listener;
    }

    void online() {
        online = true;
        handOver();
    }

    /** What waits is forgotten: the broker sends again what wasn't acknowledged. */
    void offline() {
        online = false;
        waiting.forEach(each -> each.cancelExpiry().run());
        waiting.clear();
    }

    void arrived(MqttLink.Incoming message) {
        if (config.topics().commands().contains(message.topic())) {
            commanded(message);
        } else if (!config.topics().offers().contains(message.topic())) {
            refuse(
                    message,
                    "expected on topics " + config.topics().offers() + " and "
                            + config.topics().commands() + " only");
        } else if (message.payload().length > config.maxMessageBytes()) {
            refuse(message, "at most " + config.maxMessageBytes() + " bytes are looked at");
        } else if (message.payload().length == 0) {
            log.debug("the retained offer was withdrawn");
            message.acknowledge().run();
        } else {
            waiting.add(new Waiting(
                    message,
                    message.expiry()
                            .map(expiry -> loop.after(expiry, () -> expire(message)))
                            .orElse(() -> {})));
            handOver();
        }
    }

    /** Whoever published it said that it is no good any more; one that was handed over stays with the agent. */
    private void expire(MqttLink.Incoming message) {
        if (waiting.removeIf(each -> each.message().equals(message))) {
            refuse(message, "it expired while another offer was being judged");
        }
    }

    private void commanded(MqttLink.Incoming message) {
        if (!message.contentType().equals(Topics.COMMAND)) {
            refuse(message, "content type \"" + message.contentType() + "\", expected " + Topics.COMMAND);
        } else if (message.payload().length > SignedCommand.MAX_BYTES) {
            refuse(message, "at most " + SignedCommand.MAX_BYTES + " bytes are looked at");
        } else {
            try {
                unsettled.add(message);
                askers.asked(message);
                listener.commanded(message.payload(), () -> settled(message));
            } catch (RuntimeException e) {
                log.error("the listener failed on a command", e);
                unsettled.remove(message);
            }
        }
    }

    private void handOver() {
        while (online && handedOver == null && !waiting.isEmpty()) {
            Waiting next = waiting.remove();
            next.cancelExpiry().run();
            MqttLink.Incoming message = next.message();
            try {
                Offer offer = OfferReader.read(message.contentType(), message.payload());
                handedOver = message;
                unsettled.add(message);
                listener.offered(offer, () -> settled(message));
            } catch (IOException e) {
                refuse(message, e.getMessage());
            } catch (RuntimeException e) {
                // not acknowledged: it comes again with the next connection
                log.error("the listener failed on an offer", e);
                unsettled.remove(message);
                handedOver = null;
            }
        }
    }

    private void settled(MqttLink.Incoming message) {
        try {
            loop.execute(() -> {
                if (unsettled.remove(message)) {
                    message.acknowledge().run();
                    if (message.equals(handedOver)) {
                        handedOver = null;
                        handOver();
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("settled after the transport was closed; the broker will send it again");
        }
    }

    /** Acknowledged all the same, or the broker would send it for ever. Of many, the log gets one, and how many more there were. */
    private void refuse(MqttLink.Incoming message, @Nullable String why) {
        if (quiet) {
            refusedQuietly++;
        } else {
            log.warn(
                    EventId.MESSAGE_REFUSED.line("refused a message of {} bytes on topic {}: {}"),
                    message.payload().length,
                    Printable.line(message.topic()),
                    Printable.line(String.valueOf(why)));
            quiet = true;
            loop.after(QUIET, this::speakAgain);
        }
        message.acknowledge().run();
    }

    private void speakAgain() {
        quiet = false;
        if (refusedQuietly > 0) {
            log.warn(
                    EventId.MESSAGE_REFUSED.line("refused {} more messages within {} s"),
                    refusedQuietly,
                    QUIET.toSeconds());
            refusedQuietly = 0;
        }
    }
}
