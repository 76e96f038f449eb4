// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

    private @Nullable URI serverUri;
    private @Nullable String deviceId;
    private @Nullable SSLContext tls;
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
     * @param uri such as {@code ssl://broker.example:8883}, or {@code tcp://…} together with {@link #allowPlaintext}; the port
     *     is 8883 or 1883 if it is left out
     * @return this
     * @throws IllegalArgumentException if it isn't such an address
     */
    public MqttTransportBuilder serverUri(String uri) {
        URI parsed;
        try {
            parsed = new URI(uri);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("serverUri: " + e.getMessage(), e);
        }
        String scheme = String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT);
        boolean bare = parsed.getUserInfo() == null
                && String.valueOf(parsed.getRawPath()).isEmpty()
                && parsed.getQuery() == null
                && parsed.getFragment() == null;
        if (!(scheme.equals("ssl") || scheme.equals("tcp")) || parsed.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    "serverUri must be like ssl://broker.example:8883, with nothing after the port, not " + uri);
        }
        this.serverUri = parsed;
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
        this.tls = context;
        return this;
    }

    /**
     * Allows {@code tcp} addresses, for a broker on the same machine or in a laboratory: everybody on the way can then read
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

    private Topics topics(String id) {
        Topics topics = Topics.of(topicPrefix, id, List.copyOf(groups));
        return payloads ? topics.withPayloads() : topics;
    }

    MqttConfig config() {
        URI uri = required("serverUri", serverUri);
        String id = required("deviceId", deviceId);
        boolean secure = "ssl".equalsIgnoreCase(uri.getScheme());
        if (!secure && !allowPlaintext) {
            throw new IllegalStateException(
                    "serverUri " + uri + " is plain text: use ssl://, or allowPlaintext(true) where nobody can listen");
        }
        String host = uri.getHost();
        return new MqttConfig(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() >= 0 ? uri.getPort() : secure ? 8883 : 1883,
                secure ? Optional.of(required("tls", tls)) : Optional.empty(),
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
