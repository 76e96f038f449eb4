// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The head of an HTTP answer (RFC 9112): to a request for a tunnel or for a WebSocket. Nothing behind it is read.
 *
 * @param statusLine as it came, fit for a log
 * @param fields by their names in lower case; those of a field that came twice are joined by commas
 */
record HttpHead(int status, String statusLine, Map<String, String> fields) {
    private static final int MAX_BYTES = 8 << 10;

    /**
     * Reads a head of at most 8 KiB.
     *
     * @throws MalformedPacketException if it is longer, or none
     */
    static HttpHead read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended within the head of an HTTP answer");
            }
            if (text.length() == MAX_BYTES) {
                throw new MalformedPacketException(
                        "the head of an HTTP answer has more than " + MAX_BYTES + " bytes, or never ends");
            }
            text.append((char) next);
        }
        String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
        String first = Printable.line(lines[0]);
        if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new MalformedPacketException("expected an HTTP answer, found \"" + first + "\"");
        }
        Map<String, String> fields = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new MalformedPacketException(
                        "expected a field of an HTTP answer, found \"" + Printable.line(lines[i]) + "\"");
            }
            fields.merge(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip(),
                    (before, more) -> before + ", " + more);
        }
        return new HttpHead(Integer.parseInt(first.substring(9, 12)), first, fields);
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** Writes a request without a body. */
    static byte[] request(String line, Map<String, String> fields) {
        StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\n");
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
