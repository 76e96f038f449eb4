// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.mqtt.internal.MessageNetwork;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link MqttTransport}. The broker's address, the device's id and, for {@code ssl}, the TLS context are required.
 * Not thread-safe; may be used again.
 */
public final class MqttTransportBuilder {
    private static final int MAX_ID_BYTES = 256;
    private static final Duration MAX_KEEP_ALIVE = Duration.ofSeconds(65_535);
    private static final Duration MAX_EXPIRY = Duration.ofSeconds(0xffff_fffeL);
    /** 16 MiB; more than that belongs behind a pointer. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private @Nullable Server server;
    private final Set<String> redirects = new TreeSet<>();
    private @Nullable HttpProxy proxy;
    private @Nullable Credentials proxyCredentials;
    private Supplier<Optional<Instant>> wallClock = SystemClock::now;
    private Consumer<String> notices = notice -> {};
    private @Nullable String deviceId;
    private @Nullable TlsContexts tls;
    private @Nullable Credentials credentials;
    private boolean allowPlaintext;
    private String topicPrefix = "twinbank";
    private Duration keepAlive = Duration.ofMinutes(1);
    private Duration sessionExpiry = Duration.ofDays(7);
    private Duration willDelay = Duration.ofSeconds(10);
    private Duration backoffBase = Duration.ofSeconds(1);
    private Duration backoffCap = Duration.ofMinutes(2);
    private int maxMessageBytes = 128 << 10;
    private final Set<String> groups = new TreeSet<>();
    private boolean payloads;

    MqttTransportBuilder() {}

    /**
     * Sets the broker's address; required.
     *
     * @param uri such as {@code ssl://broker.example:8883}, or {@code wss://broker.example/mqtt} for a WebSocket, or {@code tcp://…}
     *     or {@code ws://…} together with {@link #allowPlaintext}; the port is 8883, 443, 1883 or 80 if it is left out
     * @return this
     * @throws IllegalArgumentException if it isn't such an address
     */
    public MqttTransportBuilder serverUri(String uri) {
        try {
            this.server = Server.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("serverUri " + e.getMessage(), e);
        }
        return this;
    }

    /**
     * Allows a broker to send the device to another one, for a while or for good (MQTT 5, section 4.11), on this host; none is allowed
     * by default. The way is the same as to the first: TLS with the same context, and a certificate for that host. "For good" lasts as
     * long as the transport; what is configured isn't changed.
     *
     * @param host a name or an address, without a port
     * @return this
     * @throws IllegalArgumentException if it isn't a host
     */
    public MqttTransportBuilder allowRedirect(String host) {
        Server parsed;
        try {
            parsed = Server.parse("ssl://" + (host.indexOf(':') < 0 ? host : "[" + host + "]"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("allowRedirect must be a host, not " + host, e);
        }
        if (!parsed.host().equals(host)) {
            throw new IllegalArgumentException("allowRedirect must be a host without a port, not " + host);
        }
        redirects.add(host.toLowerCase(Locale.ROOT));
        return this;
    }

    /**
     * Connects through an HTTP proxy that makes tunnels (CONNECT), which also resolves the broker's name; by default there is none, and
     * the JVM's settings are not looked at.
     *
     * @param host the proxy's name or address
     * @param port 1 to 65535
     * @return this
     * @throws IllegalArgumentException if it isn't a port
     */
    public MqttTransportBuilder proxy(String host, int port) {
        if (host.isBlank() || port < 1 || port > 0xffff) {
            throw new IllegalArgumentException(
                    "proxy must be a host and a port from 1 to 65535, not " + host + ":" + port);
        }
        this.proxy = new HttpProxy(host, port, Optional.empty());
        return this;
    }

    /**
     * Sets a user name and a password for the proxy (Basic authentication, readable on the way to it).
     *
     * @param user the user name, without a colon
     * @param password the password; copied, and the copy is wiped when the transport closes
     * @return this
     * @throws IllegalArgumentException if the user name has a colon
     */
    public MqttTransportBuilder proxyCredentials(String user, char[] password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("proxyCredentials: a user name has no colon");
        }
        this.proxyCredentials = new Credentials(user, password);
        return this;
    }

    /**
     * Sets where the date comes from when certificates are said to be too old or too young; the system's clock by default, as if it
     * were right. TLS itself always goes by the system's clock.
     *
     * @param clock empty while the clock isn't trusted, as {@link io.twinbank.hal.DeviceClock#wallClock} says
     * @return this
     */
    public MqttTransportBuilder wallClock(Supplier<Optional<Instant>> clock) {
        this.wallClock = clock;
        return this;
    }

    /**
     * Sets who is told what an operator should know although the connection works: certificates of either side that expire within 30,
     * 14, 7 days and 1 day, or have; files that can't be used; a broker that forgot the session. Each is a warning in the log as well.
     *
     * @param notices called on the transport's thread with a sentence; must return soon
     * @return this
     */
    public MqttTransportBuilder onNotice(Consumer<String> notices) {
        this.notices = notices;
        return this;
    }

    /**
     * Sets the device's id, which is also its MQTT client identifier and a part of its topics; required. No two devices may
     * have the same one.
     *
     * @param id 1 to 256 bytes of UTF-8 without {@code / + # $}, blanks and control characters
     * @return this
     * @throws IllegalArgumentException if it isn't such a name
     */
    public MqttTransportBuilder deviceId(String id) {
        this.deviceId = name("deviceId", id, false);
        return this;
    }

    /**
     * Sets the TLS context: with a key manager for the device's certificate and a trust manager for the broker's CA. TLS 1.3
     * is spoken, and the broker's certificate must be for the host of the address.
     *
     * @param context the context
     * @return this
     * @throws IllegalArgumentException if the context can't do TLS 1.3
     */
    public MqttTransportBuilder tls(SSLContext context) {
        if (!Arrays.asList(context.getSupportedSSLParameters().getProtocols()).contains("TLSv1.3")) {
            throw new IllegalArgumentException(
                    "tls must be a context that can do TLS 1.3, not " + context.getProtocol());
        }
        return tls(notices -> context);
    }

    /**
     * Sets where the TLS context of each connection comes from, as with {@link #tls(SSLContext)}: {@link TlsFiles}, for example, reads
     * certificates again when they were renewed.
     *
     * @param contexts asked at each connection
     * @return this
     */
    public MqttTransportBuilder tls(TlsContexts contexts) {
        this.tls = contexts;
        return this;
    }

    /**
     * Allows {@code tcp} and {@code ws} addresses, for a broker on the same machine or in a laboratory: everybody on the way can then read
     * offers and reports, and forge the latter.
     *
     * @param allow whether to allow it; false by default
     * @return this
     */
    public MqttTransportBuilder allowPlaintext(boolean allow) {
        this.allowPlaintext = allow;
        return this;
    }

    /**
     * Sets a user name and a password, where the broker wants them besides or instead of a client certificate.
     *
     * @param user the user name
     * @param password the password; copied, and the copy is wiped when the transport closes
     * @return this
     */
    public MqttTransportBuilder credentials(String user, char[] password) {
        this.credentials = new Credentials(user, password);
        return this;
    }

    /**
     * Sets what the topics begin with; {@code twinbank} by default.
     *
     * @param prefix 1 to 256 bytes as in {@link #deviceId}, but {@code /} may separate levels
     * @return this
     * @throws IllegalArgumentException if it isn't such a prefix
     */
    public MqttTransportBuilder topicPrefix(String prefix) {
        this.topicPrefix = name("topicPrefix", prefix, true);
        return this;
    }

    /**
     * Adds a group that the device belongs to: offers and commands for the group are heard as well, on {@code
     * prefix/group/NAME/offer} and {@code /command}. The agent must be told of it too, by {@link
     * io.twinbank.core.OtaAgentBuilder#group}, or it refuses the commands.
     *
     * @param group its name, as in {@link #deviceId}
     * @return this
     * @throws IllegalArgumentException if it isn't such a name
     */
    public MqttTransportBuilder group(String group) {
        groups.add(name("group", group, false));
        return this;
    }

    /**
     * Sets after how long a silent connection is checked; one minute by default. A dead one is noticed within twice that.
     *
     * @param interval whole seconds, 1 s to 65535 s
     * @return this
     */
    public MqttTransportBuilder keepAlive(Duration interval) {
        this.keepAlive = seconds("keepAlive", interval, 1, MAX_KEEP_ALIVE);
        return this;
    }

    /**
     * Sets how long the broker keeps messages for a device that is offline; 7 days by default. (A retained offer is kept
     * anyway.)
     *
     * @param expiry whole seconds, at least 1 s
     * @return this
     */
    public MqttTransportBuilder sessionExpiry(Duration expiry) {
        this.sessionExpiry = seconds("sessionExpiry", expiry, 1, MAX_EXPIRY);
        return this;
    }

    /**
     * Sets how long the broker waits before it says that the device is offline; 10 seconds by default, so that a short loss of
     * the connection isn't seen by anybody.
     *
     * @param delay whole seconds, at least 0
     * @return this
     */
    public MqttTransportBuilder willDelay(Duration delay) {
        this.willDelay = seconds("willDelay", delay, 0, MAX_EXPIRY);
        return this;
    }

    /**
     * Sets the pause between attempts to connect: a random part of {@code base}, doubled after each failure, at most
     * {@code cap}; 1 second and 2 minutes by default. It starts anew when a connection has lasted a minute.
     *
     * @param base positive
     * @param cap at least {@code base}
     * @return this
     */
    public MqttTransportBuilder backoff(Duration base, Duration cap) {
        if (base.isNegative() || base.isZero() || cap.compareTo(base) < 0 || cap.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "backoff must have 0 < base <= cap <= 1 day, not base " + base + " and cap " + cap);
        }
        this.backoffBase = base;
        this.backoffCap = cap;
        return this;
    }

    /**
     * Has payloads {@code mqtt:NAME} come over the connection, by {@link MqttTransport#payloads}; false by default.
     *
     * @param heard whether the device hears {@code payload/data}
     * @return this
     */
    public MqttTransportBuilder payloads(boolean heard) {
        this.payloads = heard;
        return this;
    }

    /**
     * Sets the largest message that is looked at; 128 KiB by default, as the agent's own limit for envelopes. Larger ones are
     * acknowledged and dropped with a line in the log; much larger ones the broker doesn't even send.
     *
     * @param bytes 1 to 16 MiB
     * @return this
     */
    public MqttTransportBuilder maxMessageBytes(int bytes) {
        if (bytes < 1 || bytes > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("maxMessageBytes must be 1 to " + MAX_MESSAGE_BYTES + ", not " + bytes);
        }
        this.maxMessageBytes = bytes;
        return this;
    }

    /**
     * Builds the transport; the agent starts it.
     *
     * @return a fresh transport
     * @throws IllegalStateException if something required is missing, or plain text isn't allowed
     */
    public MqttTransport build() {
        return new MqttTransport(config());
    }

    /**
     * Builds the transport over a simulated network. Not API: what it takes is internal and may change at any time.
     *
     * @param network in place of sockets, threads and a broker
     * @return a fresh transport
     * @throws IllegalStateException if something required is missing
     */
    public MqttTransport build(MessageNetwork network) {
        return NetworkLink.transport(config(), network);
    }

    private Topics topics(String id) {
        Topics topics = Topics.of(topicPrefix, id, List.copyOf(groups));
        return payloads ? topics.withPayloads() : topics;
    }

    MqttConfig config() {
        Server first = required("serverUri", server);
        String id = required("deviceId", deviceId);
        if (!first.secure() && !allowPlaintext) {
            throw new IllegalStateException("serverUri " + first.uri()
                    + " is plain text: use ssl:// or wss://, or allowPlaintext(true) where nobody can listen");
        }
        HttpProxy through = proxy;
        if (through == null && proxyCredentials != null) {
            throw new IllegalStateException("proxyCredentials without a proxy");
        }
        return new MqttConfig(
                first,
                Set.copyOf(redirects),
                first.secure() ? Optional.of(required("tls", tls)) : Optional.empty(),
                Optional.ofNullable(through)
                        .map(one -> new HttpProxy(
                                one.host(),
                                one.port(),
                                Optional.ofNullable(proxyCredentials).map(Credentials::copy))),
                wallClock,
                notices,
                id,
                topics(id),
                Optional.ofNullable(credentials).map(Credentials::copy),
                keepAlive,
                sessionExpiry,
                willDelay,
                backoffBase,
                backoffCap,
                maxMessageBytes);
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(name + " must be set");
        }
        return value;
    }

    private static String name(String parameter, String value, boolean levels) {
        boolean good = !value.isEmpty()
                && value.getBytes(StandardCharsets.UTF_8).length <= MAX_ID_BYTES
                && value.chars().noneMatch(c -> "+#$".indexOf(c) >= 0 || Character.isISOControl(c) || c <= ' ')
                && value.chars().noneMatch(c -> Character.isSurrogate((char) c) || c == 0xfffe || c == 0xffff)
                && (levels ? !value.startsWith("/") && !value.endsWith("/") : value.indexOf('/') < 0);
        if (!good) {
            throw new IllegalArgumentException(parameter + " must have 1 to " + MAX_ID_BYTES
                    + " bytes and no wildcard, blank, control character or stray slash, not \"" + value + "\"");
        }
        return value;
    }

    private static Duration seconds(String name, Duration value, long least, Duration most) {
        if (value.compareTo(Duration.ofSeconds(least)) < 0 || value.compareTo(most) > 0 || value.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    name + " must be whole seconds from " + least + " to " + most.toSeconds() + ", not " + value);
        }
        return value;
    }
}
