// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection, in words that an operator can act on. Paho and JSSE wrap causes in several layers, and TLS 1.3
 * tells of a missing client certificate only after the handshake, as a lost connection: so the whole chain is searched.
 *
 * @param kind the class of failure
 * @param text what is wrong, what to look at, and what the library said
 * @param serverReference which server the broker says to use instead
 */
record LinkFailure(Kind kind, String text, Optional<String> serverReference) {
    /** A class of failure, with what an operator does about it. */
    enum Kind {
        REFUSED("nothing listens at the broker's address: is the broker up, is the port right?"),
        UNREACHABLE("no route to the broker: is the network up?"),
        NO_ANSWER("the broker doesn't answer: is the network or a firewall in the way?"),
        DNS("the broker's name can't be resolved: is it spelt right, does DNS work?"),
        DISCONNECTED("the broker closed the connection"),
        TLS("no TLS session with the broker"),
        TLS_VERSION("the broker doesn't speak TLS 1.3: upgrade it or turn TLS 1.3 on there"),
        OUR_CERTIFICATE_MISSING("the broker wants a client certificate, and this device sent none: give the SSLContext"
                + " a key manager with a certificate that the broker's CA issued"),
        OUR_CERTIFICATE_EXPIRED("the broker says that this device's certificate has expired: renew it"),
        OUR_CERTIFICATE_UNKNOWN_CA("the broker doesn't trust the CA of this device's certificate"),
        OUR_CERTIFICATE_REVOKED("the broker says that this device's certificate was revoked: give the device another"),
        OUR_CERTIFICATE_REFUSED("the broker refuses this device's certificate"),
        OUR_FILES("this device's certificate, its key or the CAs that it trusts can't be used"),
        EXPIRED("a certificate of the broker has expired: renew it there"),
        NOT_YET_VALID("a certificate of the broker isn't valid yet: is this device's clock right?"),
        REVOKED("a certificate of the broker was revoked: replace it there"),
        UNKNOWN_CA("the broker's certificate comes from a CA that this device doesn't trust"),
        WRONG_HOST("the broker's certificate is for another host name"),
        NOT_AUTHORISED("the broker doesn't authorise this device: look at its credentials and the access list"),
        TAKEN_OVER("another client connected with this device's id: are there two devices with one name?"),
        BUSY("the broker is busy or shutting down"),
        QUOTA("the broker limits this device: quota, rate or packet size exceeded"),
        USE_ANOTHER("the broker says to use another server for now"),
        MOVED("the broker says that it has moved to another server"),
        ADDRESS_GONE("the address that this device had in the network was taken away"),
        PROXY_UNREACHABLE("the HTTP proxy can't be reached: is it up, are its host and port right?"),
        PROXY_LOGIN("the HTTP proxy wants a login: set a user and a password that it takes, for Basic authentication"),
        PROXY_REFUSED("the HTTP proxy refuses a tunnel to the broker: does it allow the broker's host and port?"),
        PROXY_FAILED("the HTTP proxy can't reach the broker: is the broker up, does the proxy resolve its name?"),
        WEBSOCKET_REFUSED("the broker's server doesn't open a WebSocket for MQTT: is the path right?"),
        PROTOCOL("the broker and this device don't understand each other");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    static LinkFailure of(Kind kind, @Nullable String detail) {
        return new LinkFailure(
                kind,
                detail == null || detail.isBlank() ? kind.text : kind.text + " (" + Printable.line(detail) + ")",
                Optional.empty());
    }

    /** The same, in more words. */
    LinkFailure and(String more) {
        return new LinkFailure(kind, text + "; " + more, serverReference);
    }

    /**
     * Says what the clock has to do with it: a gateway that has just lost its battery finds no certificate valid.
     *
     * @param now empty where the clock isn't trusted
     */
    LinkFailure at(Optional<Instant> now) {
        return switch (kind) {
            case NOT_YET_VALID, EXPIRED, OUR_CERTIFICATE_EXPIRED ->
                and(now.map(instant -> "this device's clock says " + instant)
                        .orElse("this device's clock hasn't been set since it booted, which is the likely cause"));
            default -> this;
        };
    }

    /** Classifies a failure by its whole chain of causes; what is nearest to the root of the trouble wins. */
    static LinkFailure of(Throwable failure) {
        Throwable deepest = failure;
        for (Throwable e = failure; e != null; e = next(e)) {
            if (e instanceof LinkException known) {
                return of(known.kind(), said(e));
            }
            Kind kind = certificateKind(e);
            if (kind != null) {
                return of(kind, said(e));
            }
            deepest = e;
        }
        for (Throwable e = failure; e != null; e = next(e)) {
            Kind kind = ioKind(e);
            if (kind != null) {
                return of(kind, said(e));
            }
        }
        return failure instanceof MqttException mqtt && deepest == failure
                ? ofReason(mqtt.getReasonCode(), null)
                : of(Kind.DISCONNECTED, said(deepest));
    }

    /** Classifies a CONNACK or DISCONNECT that may name another server. */
    static LinkFailure ofReason(int code, @Nullable String said, Optional<String> serverReference) {
        LinkFailure failure = ofReason(code, said);
        return failure.kind == Kind.MOVED || failure.kind == Kind.USE_ANOTHER
                ? new LinkFailure(failure.kind, failure.text, Optional.of(serverReference.orElse("")))
                : failure;
    }

    /** Classifies what the broker said: a reason code of CONNACK, SUBACK, PUBACK or DISCONNECT, or one of Paho's own. */
    static LinkFailure ofReason(int code, @Nullable String said) {
        Kind kind = switch (code) {
            case MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD,
                    MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED,
                    MqttReturnCode.RETURN_CODE_BANNED,
                    MqttReturnCode.RETURN_CODE_BAD_AUTHENTICATION -> Kind.NOT_AUTHORISED;
            case MqttReturnCode.RETURN_CODE_SESSION_TAKEN_OVER -> Kind.TAKEN_OVER;
            case MqttReturnCode.RETURN_CODE_SERVER_UNAVAILABLE,
                    MqttReturnCode.RETURN_CODE_SERVER_BUSY,
                    MqttReturnCode.RETURN_CODE_SERVER_SHUTTING_DOWN -> Kind.BUSY;
            case MqttReturnCode.RETURN_CODE_RECEIVE_MAXIMUM_EXCEEDED,
                    MqttReturnCode.RETURN_CODE_PACKET_TOO_LARGE,
                    MqttReturnCode.RETURN_CODE_MESSAGE_RATE_TOO_HIGH,
                    MqttReturnCode.RETURN_CODE_QUOTA_EXCEEDED,
                    MqttReturnCode.RETURN_CODE_CONNECTION_RATE_EXCEEDED -> Kind.QUOTA;
            case MqttReturnCode.RETURN_CODE_USE_ANOTHER_SERVER -> Kind.USE_ANOTHER;
            case MqttReturnCode.RETURN_CODE_SERVER_MOVED -> Kind.MOVED;
            case MqttReturnCode.RETURN_CODE_KEEP_ALIVE_TIMEOUT,
                    MqttClientException.REASON_CODE_CLIENT_TIMEOUT,
                    MqttClientException.REASON_CODE_WRITE_TIMEOUT -> Kind.NO_ANSWER;
            case MqttClientException.REASON_CODE_CONNECTION_LOST -> Kind.DISCONNECTED;
            default -> Kind.PROTOCOL;
        };
        String reason = code < 0x100 ? String.format(Locale.ROOT, "MQTT reason 0x%02X", code) : "Paho reason " + code;
        return of(kind, said == null || said.isBlank() ? reason : reason + ": " + said);
    }

    private static @Nullable Kind certificateKind(Throwable e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (e instanceof CertificateExpiredException) {
            return Kind.EXPIRED;
        }
        if (e instanceof CertificateNotYetValidException) {
            return Kind.NOT_YET_VALID;
        }
        if (e instanceof CertificateRevokedException
                || (e instanceof CertPathValidatorException path
                        && path.getReason() == CertPathValidatorException.BasicReason.REVOKED)) {
            return Kind.REVOKED;
        }
        if (e instanceof CertPathBuilderException) {
            return Kind.UNKNOWN_CA;
        }
        if (e instanceof CertificateException
                && (message.startsWith("No subject alternative") || message.startsWith("No name matching"))) {
            return Kind.WRONG_HOST;
        }
        // JSSE puts the broker's alert into the message only
        if (e instanceof SSLException && message.contains("fatal alert: ")) {
            return switch (message.substring(message.indexOf("fatal alert: ") + "fatal alert: ".length())) {
                case "certificate_required" -> Kind.OUR_CERTIFICATE_MISSING;
                case "certificate_expired" -> Kind.OUR_CERTIFICATE_EXPIRED;
                case "unknown_ca" -> Kind.OUR_CERTIFICATE_UNKNOWN_CA;
                case "certificate_revoked" -> Kind.OUR_CERTIFICATE_REVOKED;
                case "bad_certificate", "unsupported_certificate", "certificate_unknown", "access_denied" ->
                    Kind.OUR_CERTIFICATE_REFUSED;
                case "protocol_version" -> Kind.TLS_VERSION;
                default -> Kind.TLS;
            };
        }
        return e instanceof SSLException && message.contains("selected protocol version") ? Kind.TLS_VERSION : null;
    }

    private static @Nullable Kind ioKind(Throwable e) {
        if (e instanceof UnknownHostException) {
            return Kind.DNS;
        }
        if (e instanceof SocketTimeoutException) {
            return Kind.NO_ANSWER;
        }
        if (e instanceof NoRouteToHostException) {
            return Kind.UNREACHABLE;
        }
        if (e instanceof SocketException) {
            String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("unreachable")) { // also where no address of the device's is left to connect from
                return Kind.UNREACHABLE;
            }
            if (e instanceof ConnectException) {
                return message.contains("timed out") ? Kind.NO_ANSWER : Kind.REFUSED;
            }
        }
        if (e instanceof SSLException) {
            return Kind.TLS;
        }
        return e instanceof MalformedPacketException || e instanceof EOFException ? Kind.PROTOCOL : null;
    }

    private static String said(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static @Nullable Throwable next(Throwable e) {
        return e.getCause() == e ? null : e.getCause();
    }
}
