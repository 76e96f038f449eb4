// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The client's side of opening a WebSocket for MQTT (RFC 6455, section 4.1). */
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int SWITCHING_PROTOCOLS = 101;

    private WebSocketHandshake() {}

    /**
     * Asks for the WebSocket.
     *
     * @throws LinkException if the server doesn't open it
     */
    static void open(InputStream in, OutputStream out, Server server, SecureRandom random) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Host", server.authority());
        fields.put("Upgrade", "websocket");
        fields.put("Connection", "Upgrade");
        fields.put("Sec-WebSocket-Key", key);
        fields.put("Sec-WebSocket-Version", "13");
        fields.put("Sec-WebSocket-Protocol", "mqtt");
        out.write(HttpHead.request("GET " + server.path(), fields));
        out.flush();
        HttpHead answer = HttpHead.read(in);
        if (answer.status() != SWITCHING_PROTOCOLS) {
            throw refused(answer.statusLine());
        }
        expect(answer, "upgrade", "websocket");
        boolean upgrades = Arrays.stream(answer.field("connection").split(","))
                .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
        if (!upgrades) {
            throw refused("connection is \"" + answer.field("connection") + "\", expected upgrade");
        }
        String accept = accept(key);
        if (!answer.field("sec-websocket-accept").equals(accept)) {
            throw refused(
                    "sec-websocket-accept is \"" + answer.field("sec-websocket-accept") + "\", expected " + accept);
        }
        expect(answer, "sec-websocket-protocol", "mqtt");
        expect(answer, "sec-websocket-extensions", "");
    }

    /** What a server that has read the key answers. */
    static String accept(String key) {
        try {
            // RFC 6455 wants SHA-1; nothing hangs on its strength
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static void expect(HttpHead answer, String field, String value) throws LinkException {
        if (!answer.field(field).equalsIgnoreCase(value)) {
            throw refused(field + " is \"" + answer.field(field) + "\", expected \"" + value + "\"");
        }
    }

    private static LinkException refused(String why) {
        return new LinkException(LinkFailure.Kind.WEBSOCKET_REFUSED, why);
    }
}
