// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.mqtt.internal.MessageNetwork;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** A connection over a {@link MessageNetwork}. */
final class NetworkLink implements MqttLink {
    private final MessageNetwork.Line line;

    private NetworkLink(MessageNetwork.Line line) {
        this.line = line;
    }

    /** Returns a transport over a network: the shipped one, but for what is in {@link PahoLink} and {@link ThreadLoop}. */
    static MqttTransport transport(MqttConfig config, MessageNetwork network) {
        MessageNetwork.Session session = new MessageNetwork.Session(
                config.deviceId(),
                config.keepAlive(),
                config.sessionExpiry(),
                ReceiveWindow.RECEIVE_MAXIMUM,
                config.topics().heard(),
                new MessageNetwork.Outgoing(
                        config.topics().status(), true, Topics.STATUS, Optional.empty(), PahoLink.will()),
                config.willDelay());
        return new MqttTransport(
                config,
                (server, events) -> new NetworkLink(network.open(session, new Telling(events))),
                new Tasks(network.scheduler()),
                network::random);
    }

    @Override
    public void publish(Outgoing message, Published published) {
        line.publish(
                new MessageNetwork.Outgoing(
                        message.topic(),
                        message.retained(),
                        message.contentType(),
                        message.idempotencyKey(),
                        message.payload()),
                failure -> published.done(failure.orElse(null)));
    }

    @Override
    public void close(boolean orderly) {
        line.close(orderly);
    }

    private record Telling(Events events) implements MessageNetwork.Events {
        @Override
        public void accepted(boolean resumed) {
            events.accepted(resumed);
        }

        @Override
        public void subscribed(int window) {
            events.connected(window);
        }

        @Override
        public void lost(String why) {
            events.lost(LinkFailure.of(LinkFailure.Kind.DISCONNECTED, why));
        }

        @Override
        public void arrived(MessageNetwork.Incoming message) {
            events.arrived(new Incoming(
                    message.topic(),
                    message.contentType(),
                    Optional.empty(),
                    Optional.empty(),
                    message.expiry(),
                    message.payload(),
                    message.acknowledge()));
        }
    }

    private static final class Tasks implements Loop {
        private final Scheduler scheduler;
        private boolean closed;

        Tasks(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void execute(Runnable task) {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            Scheduler.Cancellable unused = scheduler.execute(Lane.FETCH, task);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            return scheduler.after(Lane.FETCH, delay, task)::cancel;
        }

        @Override
        public void close(Runnable last) {
            if (!closed) {
                last.run();
                closed = true;
            }
        }
    }
}
