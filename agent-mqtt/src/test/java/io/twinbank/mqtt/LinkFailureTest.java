// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.LinkFailure.Kind.ADDRESS_GONE;
import static io.twinbank.mqtt.LinkFailure.Kind.BUSY;
import static io.twinbank.mqtt.LinkFailure.Kind.DISCONNECTED;
import static io.twinbank.mqtt.LinkFailure.Kind.DNS;
import static io.twinbank.mqtt.LinkFailure.Kind.EXPIRED;
import static io.twinbank.mqtt.LinkFailure.Kind.MOVED;
import static io.twinbank.mqtt.LinkFailure.Kind.NOT_AUTHORISED;
import static io.twinbank.mqtt.LinkFailure.Kind.NOT_YET_VALID;
import static io.twinbank.mqtt.LinkFailure.Kind.NO_ANSWER;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_CERTIFICATE_EXPIRED;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_CERTIFICATE_MISSING;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_CERTIFICATE_REFUSED;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_CERTIFICATE_REVOKED;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_CERTIFICATE_UNKNOWN_CA;
import static io.twinbank.mqtt.LinkFailure.Kind.OUR_FILES;
import static io.twinbank.mqtt.LinkFailure.Kind.PROTOCOL;
import static io.twinbank.mqtt.LinkFailure.Kind.PROXY_FAILED;
import static io.twinbank.mqtt.LinkFailure.Kind.PROXY_LOGIN;
import static io.twinbank.mqtt.LinkFailure.Kind.PROXY_REFUSED;
import static io.twinbank.mqtt.LinkFailure.Kind.PROXY_UNREACHABLE;
import static io.twinbank.mqtt.LinkFailure.Kind.QUOTA;
import static io.twinbank.mqtt.LinkFailure.Kind.REFUSED;
import static io.twinbank.mqtt.LinkFailure.Kind.REVOKED;
import static io.twinbank.mqtt.LinkFailure.Kind.TAKEN_OVER;
import static io.twinbank.mqtt.LinkFailure.Kind.TLS;
import static io.twinbank.mqtt.LinkFailure.Kind.TLS_VERSION;
import static io.twinbank.mqtt.LinkFailure.Kind.UNKNOWN_CA;
import static io.twinbank.mqtt.LinkFailure.Kind.UNREACHABLE;
import static io.twinbank.mqtt.LinkFailure.Kind.USE_ANOTHER;
import static io.twinbank.mqtt.LinkFailure.Kind.WEBSOCKET_REFUSED;
import static io.twinbank.mqtt.LinkFailure.Kind.WRONG_HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.mqtt.LinkFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CRLReason;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.x500.X500Principal;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LinkFailureTest {
    private static final LinkFailure REFUSED_NOW = LinkFailure.of(REFUSED, null);

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(REFUSED, new ConnectException("Connection refused")),
                Arguments.of(UNREACHABLE, new ConnectException("Network is unreachable")),
                Arguments.of(UNREACHABLE, new SocketException("Network is unreachable")),
                Arguments.of(UNREACHABLE, new NoRouteToHostException("No route to host")),
                Arguments.of(NO_ANSWER, new SocketTimeoutException("Connect timed out")),
                Arguments.of(NO_ANSWER, new ConnectException("Connection timed out")),
                Arguments.of(NO_ANSWER, new MqttException(MqttClientException.REASON_CODE_CLIENT_TIMEOUT)),
                Arguments.of(DNS, new UnknownHostException("broker.example")),
                Arguments.of(DISCONNECTED, new SocketException("end of stream")),
                Arguments.of(PROTOCOL, new EOFException()),
                Arguments.of(TLS, new SSLException("Unsupported or unrecognized SSL message")),
                Arguments.of(TLS, alert("handshake_failure")),
                Arguments.of(TLS_VERSION, alert("protocol_version")),
                Arguments.of(
                        TLS_VERSION,
                        new SSLHandshakeException(
                                "The server selected protocol version TLS12 is not accepted by client preferences")),
                Arguments.of(OUR_CERTIFICATE_MISSING, alert("certificate_required")),
                Arguments.of(OUR_CERTIFICATE_EXPIRED, alert("certificate_expired")),
                Arguments.of(OUR_CERTIFICATE_UNKNOWN_CA, alert("unknown_ca")),
                Arguments.of(OUR_CERTIFICATE_REFUSED, alert("bad_certificate")),
                Arguments.of(OUR_CERTIFICATE_REFUSED, alert("access_denied")),
                Arguments.of(OUR_CERTIFICATE_REVOKED, alert("certificate_revoked")),
                Arguments.of(
                        REVOKED,
                        validation(new CertificateRevokedException(
                                new Date(0), CRLReason.KEY_COMPROMISE, new X500Principal("CN=ca"), Map.of()))),
                Arguments.of(REVOKED, new CertPathValidatorException("revoked", null, null, -1, BasicReason.REVOKED)),
                Arguments.of(OUR_FILES, new LinkException(OUR_FILES, "no key")),
                Arguments.of(PROXY_LOGIN, new LinkException(PROXY_LOGIN, "HTTP/1.1 407")),
                Arguments.of(
                        PROXY_UNREACHABLE,
                        new LinkException(PROXY_UNREACHABLE, "refused", new ConnectException("Connection refused"))),
                Arguments.of(PROXY_REFUSED, new LinkException(PROXY_REFUSED, "HTTP/1.1 403")),
                Arguments.of(PROXY_FAILED, new LinkException(PROXY_FAILED, "HTTP/1.1 503")),
                Arguments.of(WEBSOCKET_REFUSED, new LinkException(WEBSOCKET_REFUSED, "HTTP/1.1 404")),
                Arguments.of(EXPIRED, validation(new CertificateExpiredException("NotAfter: Mon"))),
                Arguments.of(NOT_YET_VALID, validation(new CertificateNotYetValidException("NotBefore: Mon"))),
                Arguments.of(UNKNOWN_CA, validation(new CertPathBuilderException("unable to find valid path"))),
                Arguments.of(
                        WRONG_HOST,
                        new SSLHandshakeException("No name matching x found")
                                .initCause(new CertificateException("No name matching x found"))),
                Arguments.of(
                        WRONG_HOST,
                        new CertificateException("No subject alternative DNS name matching localhost found.")),
                Arguments.of(PROTOCOL, new MalformedPacketException("a packet of 9 bytes")),
                Arguments.of(NOT_AUTHORISED, new MqttException(135)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void of_cause_isClassified(Kind kind, Throwable cause) {
        assertEquals(kind, LinkFailure.of(cause).kind());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void of_causeDeepInPahosWrapping_isClassified(Kind kind, Throwable cause) {
        Throwable wrapped = new MqttException(
                MqttClientException.REASON_CODE_CONNECTION_LOST, new IOException("Broken pipe", cause));

        // Paho's own codes count only where nothing is beneath them
        assertEquals(
                cause instanceof MqttException ? DISCONNECTED : kind,
                LinkFailure.of(wrapped).kind());
    }

    @ParameterizedTest
    @CsvSource({
        "134, NOT_AUTHORISED",
        "135, NOT_AUTHORISED",
        "138, NOT_AUTHORISED",
        "140, NOT_AUTHORISED",
        "142, TAKEN_OVER",
        "136, BUSY",
        "137, BUSY",
        "139, BUSY",
        "147, QUOTA",
        "149, QUOTA",
        "150, QUOTA",
        "151, QUOTA",
        "159, QUOTA",
        "156, USE_ANOTHER",
        "157, MOVED",
        "141, NO_ANSWER",
        "32000, NO_ANSWER",
        "32002, NO_ANSWER",
        "32109, DISCONNECTED",
        "130, PROTOCOL",
        "132, PROTOCOL",
        "144, PROTOCOL"
    })
    void ofReason_code_isClassified(int code, Kind kind) {
        assertEquals(kind, LinkFailure.ofReason(code, null).kind());
    }

    @Test
    void ofReason_brokersWords_areShownOnOneLine() {
        LinkFailure failure = LinkFailure.ofReason(151, "too\nmany\u001b[31m");

        assertTrue(failure.text().endsWith("(MQTT reason 0x97: too many [31m)"), failure::text);
    }

    @Test
    void at_clockNotTrusted_isTheLikelyCause() {
        LinkFailure failure = LinkFailure.of(validation(new CertificateNotYetValidException("NotBefore: Mon")));

        assertTrue(
                failure.at(Optional.empty())
                        .text()
                        .endsWith("hasn't been set since it booted, which is the likely cause"),
                failure::text);
        assertTrue(failure.at(Optional.of(Instant.EPOCH)).text().endsWith("clock says 1970-01-01T00:00:00Z"));
        assertEquals(REFUSED_NOW, REFUSED_NOW.at(Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"156, true", "157, true", "151, false"})
    void ofReason_serverReference_isKeptWhereItMeansSomething(int code, boolean kept) {
        assertEquals(
                kept,
                LinkFailure.ofReason(code, null, Optional.of("other.example"))
                        .serverReference()
                        .isPresent());
    }

    @Test
    void of_longMessage_isCut() {
        assertTrue(LinkFailure.of(new SSLException("x".repeat(5000))).text().length() < 500);
    }

    @Test
    void of_causeThatIsItsOwn_ends() {
        Throwable own = new IOException("loop") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };

        assertEquals(DISCONNECTED, LinkFailure.of(own).kind());
        assertTrue(LinkFailure.of(own).text().contains("loop"));
    }

    @Test
    void kinds_all_haveATest() {
        Stream<Kind> tested = Stream.concat(
                failures().map(arguments -> (Kind) arguments.get()[0]),
                Stream.of(TAKEN_OVER, BUSY, QUOTA, USE_ANOTHER, MOVED, ADDRESS_GONE));

        assertEquals(Kind.values().length, tested.distinct().count());
    }

    private static SSLException alert(String name) {
        return new SSLHandshakeException("(" + name + ") Received fatal alert: " + name);
    }

    private static SSLException validation(Exception cause) {
        Throwable validator = cause instanceof CertificateException
                ? new CertPathValidatorException("validity check failed", cause)
                : cause;
        SSLException thrown = new SSLHandshakeException("PKIX path validation failed");
        thrown.initCause(new CertificateException("PKIX path validation failed", validator));
        return thrown;
    }
}
