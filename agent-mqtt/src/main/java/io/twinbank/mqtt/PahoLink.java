// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.EventId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection by Eclipse Paho. Each has its own Paho client, socket and threads and is thrown away at its end, so that
 * nothing of Paho's own reconnecting, buffering and thread keeping is used.
 */
final class PahoLink implements MqttLink {
    private static final Logger log = LoggerFactory.getLogger(PahoLink.class);
    /** How many reports may be under way; most brokers allow 20 or more. */
    private static final int WINDOW = 16;
    /** Receiver, sender, callbacks, and one each for what comes and goes: connect or disconnect, and ping. */
    private static final int THREADS = 5;

    private static final long STEP_MILLIS = 1000;
    private static final Duration ADDRESS_CHECK = Duration.ofSeconds(10);
    private static final Duration TELLS_DROPPED = Duration.ofMinutes(1);
    private static final String WILL = "{\"schema\":1,\"online\":false}";

    private final MqttConfig config;
    private final Events events;
    private final BrokerSocket socket;
    private final DaemonThreads threads;
    private final Client client;
    private final AtomicBoolean lost = new AtomicBoolean();
    private final ReceiveWindow received = new ReceiveWindow();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    private PahoLink(MqttConfig config, Server server, Events events) throws MqttException {
        this.config = config;
        this.events = events;
        this.socket = new BrokerSocket(config, server, events, InetAddress::getAllByName);
        // a thread of Paho's that dies of an exception would leave a dead link behind that looks alive
        this.threads = new DaemonThreads(
                THREADS,
                "twinbank-mqtt-paho",
                failure -> lost(LinkFailure.of(LinkFailure.Kind.PROTOCOL, "Paho failed: " + failure)));
        this.client = new Client(config, server, socket, threads);
    }

    /** Returns what the broker says for a device that is gone. */
    static byte[] will() {
        return WILL.getBytes(StandardCharsets.UTF_8);
    }

    static MqttLink open(MqttConfig config, Server server, Events events) {
        try {
            PahoLink link = new PahoLink(config, server, events);
            link.connect();
            return link;
        } catch (MqttException e) {
            throw new IllegalStateException("Paho can't begin to connect", e);
        }
    }

    private void connect() throws MqttException {
        client.setManualAcks(true);
        client.setCallback(new Callback());
        client.connect(options(), null, listener(this::accepted, failure -> {
            ended.countDown();
            failed(failure);
        }));
    }

    /** What the broker itself said says more than what Paho makes of the end of the connection. */
    private Optional<LinkFailure> refusal() {
        return socket.refusal()
                .map(said -> LinkFailure.ofReason(said.reason(), said.said().orElse(null), said.serverReference()));
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(config.sessionExpiry().toSeconds());
        options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
        options.setReceiveMaximum(ReceiveWindow.RECEIVE_MAXIMUM);
        options.setMaximumPacketSize((long) config.maxPacketBytes());
        config.credentials().ifPresent(credentials -> {
            options.setUserName(credentials.user());
            options.setPassword(credentials.passwordUtf8());
        });
        MqttProperties willProperties = new MqttProperties();
        willProperties.setContentType(Topics.STATUS);
        willProperties.setWillDelayInterval(config.willDelay().toSeconds());
        options.setWill(config.topics().status(), new MqttMessage(will(), 1, true, willProperties));
        options.setWillMessageProperties(willProperties);
        return options;
    }

    private void accepted(IMqttToken connected) {
        events.accepted(socket.greeting().map(BrokerReason::resumed).orElse(false));
        Future<?> unused = threads.scheduleWithFixedDelay(
                this::checkAddress, ADDRESS_CHECK.toSeconds(), ADDRESS_CHECK.toSeconds(), TimeUnit.SECONDS);
        Future<?> unusedToo = threads.scheduleWithFixedDelay(
                this::tellDropped, TELLS_DROPPED.toSeconds(), TELLS_DROPPED.toSeconds(), TimeUnit.SECONDS);
        subscribe(connected);
    }

    private void tellDropped() {
        long dropped = socket.dropped();
        if (dropped > 0) {
            log.warn("the broker sent {} messages on topics on which nothing is awaited; dropped them", dropped);
        }
    }

    /** The kernel keeps such a connection for a quarter of an hour, and the keep-alive may be as long. */
    private void checkAddress() {
        if (socket.lostItsAddress()) {
            lost(LinkFailure.of(LinkFailure.Kind.ADDRESS_GONE, null));
        }
    }

    /**
     * The retained offers are asked for at every connection: what the device judged before, it knows. A broker that lets the device
     * hear nothing but its own offers doesn't keep it from updates.
     */
    private void subscribe(IMqttToken connected) {
        MqttProperties broker = connected.getResponseProperties();
        Integer receiveMaximum = broker == null ? null : broker.getReceiveMaximum();
        int window = receiveMaximum == null ? WINDOW : Math.min(WINDOW, receiveMaximum);
        MqttSubscription[] topics = config.topics().heard().stream()
                .map(topic -> new MqttSubscription(topic, config.topics().qos(topic)))
                .toArray(MqttSubscription[]::new);
        try {
            client.subscribe(
                    topics, null, listener(answer -> subscribed(answer, window), this::failed), new MqttProperties());
        } catch (MqttException e) {
            failed(e);
        }
    }

    private void subscribed(IMqttToken answer, int window) {
        int[] codes = answer.getReasonCodes();
        List<String> heard = config.topics().heard();
        for (int i = 0; i < codes.length; i++) {
            if (codes[i] >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR) {
                LinkFailure refused = LinkFailure.ofReason(codes[i], "for subscribing to " + heard.get(i));
                if (i == 0) {
                    lost(refused);
                    return;
                }
                log.warn(EventId.NOT_SUBSCRIBED.line("nothing will be heard on {}: {}"), heard.get(i), refused.text());
            }
        }
        events.connected(window);
    }

    @Override
    public void publish(Outgoing message, Published published) {
        MqttProperties properties = new MqttProperties();
        properties.setPayloadFormat(true);
        properties.setContentType(message.contentType());
        message.idempotencyKey()
                .ifPresent(key -> properties.setUserProperties(List.of(new UserProperty("idempotency-key", key))));
        message.expiry().ifPresent(expiry -> properties.setMessageExpiryInterval(expiry.toSeconds()));
        message.reply().ifPresent(reply -> {
            reply.topic().ifPresent(properties::setResponseTopic);
            properties.setCorrelationData(reply.correlation());
        });
        MqttMessage paho = new MqttMessage(message.payload(), 1, message.retained(), properties);
        try {
            client.publish(
                    message.topic(),
                    paho,
                    null,
                    listener(
                            answer -> published.done(refusal(message.topic(), worst(answer))),
                            failure -> published.done(
                                    new IOException(LinkFailure.of(failure).text(), failure))));
        } catch (MqttException e) {
            published.done(new IOException(LinkFailure.of(e).text(), e));
        }
    }

    private static @Nullable IOException refusal(String topic, int code) {
        return code < MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR
                ? null
                : new IOException(
                        LinkFailure.ofReason(code, "for publishing to " + topic).text());
    }

    /** The order matters: Paho leaks threads when it is closed before its own shutdown has come to an end. */
    @Override
    public void close(boolean orderly) {
        if (closed) {
            return;
        }
        closed = true;
        boolean told = lost.getAndSet(true);
        try {
            if (orderly && !told && client.isConnected()) {
                disconnect();
            }
            socket.kill();
            if (!ended.await(2 * STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                client.disconnectForcibly(0, 0, false);
            }
            client.close(true);
        } catch (MqttException e) {
            log.debug("Paho didn't close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tellDropped();
            threads.shutdownNow();
            threads.awaitEnd(STEP_MILLIS);
        }
    }

    /** With reason 4, so that the broker publishes the last will: the device is as offline as if it had died. */
    private void disconnect() throws MqttException {
        client.disconnect(0, null, null, MqttReturnCode.RETURN_CODE_DISCONNECT_WITH_WILL_MESSAGE, new MqttProperties())
                .waitForCompletion(STEP_MILLIS);
        ended.countDown();
    }

    /** What the broker said before it hung up counts more than what Paho makes of it, whichever of its calls fails first. */
    private void failed(Throwable failure) {
        lost(refusal().orElseGet(() -> LinkFailure.of(failure)));
    }

    private void lost(LinkFailure failure) {
        if (!lost.getAndSet(true)) {
            events.lost(failure.at(config.wallClock().get()));
        }
    }

    private static int worst(IMqttToken answer) {
        int[] codes = answer.getReasonCodes();
        return codes == null ? 0 : Arrays.stream(codes).max().orElse(0);
    }

    private static MqttActionListener listener(Consumer<IMqttToken> success, Consumer<Throwable> failure) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                success.accept(token);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable exception) {
                failure.accept(exception);
            }
        };
    }

    /** On Paho's threads. */
    private final class Callback implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            int qos = message.getQos();
            int subscribed = config.topics().qos(topic);
            if (qos > subscribed) {
                lost(LinkFailure.of(
                        LinkFailure.Kind.PROTOCOL,
                        "a message of QoS " + qos + " on a subscription of QoS " + subscribed));
                return;
            }
            // no part in the receive window: an offer must get through during a download
            if (topic.equals(config.topics().payloadData())) {
                events.arrived(incoming(topic, message, () -> {})); // QoS 0
                return;
            }
            if (!received.admit(qos)) {
                log.debug("dropped a message of QoS {}: too many wait already", qos);
                return;
            }
            events.arrived(incoming(topic, message, () -> acknowledge(message.getId(), qos)));
        }

        private Incoming incoming(String topic, MqttMessage message, Runnable acknowledge) {
            MqttProperties properties = message.getProperties();
            return new Incoming(
                    topic,
                    Optional.ofNullable(properties.getContentType()).orElse(""),
                    Optional.ofNullable(properties.getResponseTopic()),
                    Optional.ofNullable(properties.getCorrelationData()),
                    Optional.ofNullable(properties.getMessageExpiryInterval()).map(Duration::ofSeconds),
                    message.getPayload(),
                    acknowledge);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            ended.countDown();
            MqttException cause = response.getException();
            lost(refusal()
                    .orElseGet(() -> cause == null
                            ? LinkFailure.ofReason(response.getReturnCode(), response.getReasonString())
                            : LinkFailure.of(cause)));
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            log.warn("the broker sent something wrong: {}", exception.toString());
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    private void tellBroker(int messageId, int qos) {
        try {
            if (qos > 0) {
                client.messageArrivedComplete(messageId, qos);
            }
        } catch (MqttException e) {
            log.debug("message {} wasn't acknowledged; the broker will send it again", messageId, e);
        }
    }

    private void acknowledge(int messageId, int qos) {
        if (closed) {
            return;
        }
        tellBroker(messageId, qos);
        if (received.settle()) {
            lost(LinkFailure.of(
                    LinkFailure.Kind.PROTOCOL, "more messages than the receive maximum; connecting anew for the rest"));
        }
    }

    private static final class Client extends MqttAsyncClient {
        private final NetworkModule socket;

        Client(MqttConfig config, Server server, NetworkModule socket, ScheduledExecutorService threads)
                throws MqttException {
            super(server.uri(), config.deviceId(), new MemoryPersistence(), null, threads);
            this.socket = socket;
        }

        @Override
        protected NetworkModule[] createNetworkModules(String address, MqttConnectionOptions options) {
            return new NetworkModule[] {socket};
        }
    }
}
