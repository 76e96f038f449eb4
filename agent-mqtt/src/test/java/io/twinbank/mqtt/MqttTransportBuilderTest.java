// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttTransportBuilderTest {
    private final MqttTransportBuilder builder = MqttTransport.builder();

    @Test
    void config_onlyWhatIsRequired_hasTheDefaults() throws Exception {
        MqttConfig config = builder.serverUri("ssl://broker.example")
                .deviceId("gw-1")
                .tls(SSLContext.getDefault())
                .config();

        assertEquals("ssl://broker.example:8883", config.server().uri());
        assertEquals(Topics.of("twinbank", "gw-1", List.of()), config.topics());
        assertEquals(Duration.ofDays(7), config.sessionExpiry());
        assertEquals(Duration.ofSeconds(1), config.backoffBase());
        assertEquals(Duration.ofMinutes(2), config.backoffCap());
        assertEquals(128 << 10, config.maxMessageBytes());
    }

    @Test
    void config_ipv6Address_isWithoutBrackets() throws Exception {
        MqttConfig config = builder.serverUri("ssl://[::1]:9")
                .deviceId("gw-1")
                .tls(SSLContext.getDefault())
                .config();

        assertEquals("::1", config.server().host());
        assertEquals("ssl://[::1]:9", config.server().uri());
    }

    @ParameterizedTest
    @CsvSource({
        "wss://broker.example, wss://broker.example:443/",
        "WSS://broker.example:8443/mqtt?x=1, wss://broker.example:8443/mqtt?x=1",
        "ws://[::1]/a/b, ws://[::1]:80/a/b",
        "tcp://broker.example, tcp://broker.example:1883"
    })
    void serverUri_everyScheme_hasItsPortAndPath(String given, String whole) throws Exception {
        MqttConfig config = builder.serverUri(given)
                .allowPlaintext(true)
                .deviceId("gw-1")
                .tls(SSLContext.getDefault())
                .config();

        assertEquals(whole, config.server().uri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://broker.example", "ws://broker.example/mqtt"})
    void build_plaintextNotAllowed_throws(String uri) {
        builder.serverUri(uri).deviceId("gw-1");

        assertSays(IllegalStateException.class, "allowPlaintext(true)", builder::build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other.example:8883", "ssl://other.example", "a b", "::1]:9", "*"})
    void allowRedirect_notAHost_throws(String host) {
        assertSays(IllegalArgumentException.class, "allowRedirect", () -> builder.allowRedirect(host));
    }

    @Test
    void allowRedirect_namesAndAddresses_areKeptInLowerCase() throws Exception {
        builder.serverUri("ssl://broker.example").deviceId("gw-1").tls(SSLContext.getDefault());

        builder.allowRedirect("Other.Example").allowRedirect("::1").allowRedirect("192.0.2.1");

        assertEquals(
                Set.of("other.example", "::1", "192.0.2.1"), builder.config().redirects());
    }

    @Test
    void proxy_notOne_throws() {
        assertSays(IllegalArgumentException.class, "proxy", () -> builder.proxy("", 3128));
        assertSays(IllegalArgumentException.class, "proxy", () -> builder.proxy("proxy.example", 0));
        assertSays(
                IllegalArgumentException.class, "proxyCredentials", () -> builder.proxyCredentials("a:b", new char[0]));
        builder.serverUri("tcp://broker.example").allowPlaintext(true).deviceId("gw-1");
        builder.proxyCredentials("user", new char[1]);
        assertSays(IllegalStateException.class, "without a proxy", builder::build);
    }

    @Test
    void build_somethingMissing_namesIt() {
        assertSays(IllegalStateException.class, "serverUri must be set", builder::build);
        builder.serverUri("ssl://broker.example");
        assertSays(IllegalStateException.class, "deviceId must be set", builder::build);
        builder.deviceId("gw-1");
        assertSays(IllegalStateException.class, "tls must be set", builder::build);
    }

    @Test
    void build_neverStarted_hasNoThread() throws NoSuchAlgorithmException {
        builder.serverUri("ssl://broker.example").deviceId("gw-1").tls(SSLContext.getDefault());

        builder.build().close();

        assertFalse(Threads.names().contains("twinbank-mqtt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broker.example",
                "mqtt://broker.example",
                "http://broker.example",
                "wss://broker.example/#x",
                "wss://user@broker.example/mqtt",
                "ssl://broker.example:0",
                "ssl://broker.example:65536",
                "ssl://",
                "ssl://broker.example/path",
                "ssl://user@broker.example",
                "ssl://broker.example?x",
                "ssl://broker example"
            })
    void serverUri_notAnAddress_throws(String uri) {
        assertSays(IllegalArgumentException.class, "serverUri", () -> builder.serverUri(uri));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a+", "#", "a b", "a\u0000", "$SYS", "\ud800"})
    void deviceId_notAName_throws(String id) {
        assertSays(IllegalArgumentException.class, "deviceId", () -> builder.deviceId(id));
    }

    @Test
    void deviceId_tooLong_throws() {
        assertSays(IllegalArgumentException.class, "deviceId", () -> builder.deviceId("ä".repeat(129)));
        builder.deviceId("ä".repeat(128));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a/+/b"})
    void topicPrefix_notAPrefix_throws(String prefix) {
        assertSays(IllegalArgumentException.class, "topicPrefix", () -> builder.topicPrefix(prefix));
    }

    @Test
    void options_outOfRange_throwWithTheirName() {
        assertSays(IllegalArgumentException.class, "keepAlive", () -> builder.keepAlive(Duration.ofMillis(1500)));
        assertSays(IllegalArgumentException.class, "keepAlive", () -> builder.keepAlive(Duration.ZERO));
        assertSays(IllegalArgumentException.class, "sessionExpiry", () -> builder.sessionExpiry(Duration.ZERO));
        assertSays(IllegalArgumentException.class, "willDelay", () -> builder.willDelay(Duration.ofSeconds(-1)));
        assertSays(
                IllegalArgumentException.class,
                "backoff",
                () -> builder.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertSays(IllegalArgumentException.class, "maxMessageBytes", () -> builder.maxMessageBytes(0));
    }

    @Test
    void credentials_password_isCopiedWipedAndNeverPrinted() {
        char[] password = "pä55".toCharArray();
        MqttConfig config = builder.serverUri("tcp://localhost")
                .allowPlaintext(true)
                .deviceId("gw-1")
                .credentials("user", password)
                .config();
        password[0] = 'x';
        Credentials credentials = config.credentials().orElseThrow();

        assertArrayEquals("pä55".getBytes(StandardCharsets.UTF_8), credentials.passwordUtf8());
        assertFalse(config.toString().contains("pä55"));
        credentials.wipe();
        assertArrayEquals(new byte[4], credentials.passwordUtf8());
        assertArrayEquals(
                "pä55".getBytes(StandardCharsets.UTF_8),
                builder.config().credentials().orElseThrow().passwordUtf8());
    }

    private static void assertSays(Class<? extends Exception> type, String text, Executable call) {
        Exception thrown = assertThrows(type, call);
        assertTrue(thrown.getMessage().contains(text), thrown::getMessage);
    }
}
