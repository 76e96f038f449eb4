// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import io.twinbank.core.json.JsonReader;
import io.twinbank.core.json.JsonWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One line of the control channel: a flat JSON object of texts. */
record Message(Map<String, String> fields) {
    /** Room for the largest envelope that an agent looks at, in base64. */
    static final int MAX_BYTES = 512 << 10;

    private static final int MAX_FIELDS = 8;

    Message {
        fields = Map.copyOf(fields);
    }

    static Message of(String... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Message(fields);
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    String required(String name) throws IOException {
        return field(name).orElseThrow(() -> new IOException("message without " + name + ": " + fields.keySet()));
    }

    long number(String name) throws IOException {
        String text = required(name);
        if (!text.matches("[0-9]{1,18}")) {
            throw new IOException(name + " isn't a number: " + text);
        }
        return Long.parseLong(text);
    }

    void write(OutputStream out) throws IOException {
        JsonWriter json = new JsonWriter().beginObject();
        fields.forEach(json::field);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(json.endObject().toBytes());
        line.write('\n');
        out.write(line.toByteArray());
        out.flush();
    }

    /** Reads one line, no more: what follows is the next message. */
    static Message read(BufferedInputStream in) throws IOException {
        return parse(line(in));
    }

    static Message parse(byte[] line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        JsonReader json = new JsonReader(line, 1);
        json.beginObject();
        for (Optional<String> name = json.nextName(); name.isPresent(); name = json.nextName()) {
            if (fields.size() == MAX_FIELDS) {
                throw new IOException("more than " + MAX_FIELDS + " fields");
            }
            fields.put(name.get(), json.readString());
        }
        json.end();
        return new Message(fields);
    }

    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the other side hung up");
            }
            if (line.size() == MAX_BYTES) {
                throw new IOException("a line of more than " + MAX_BYTES + " bytes");
            }
            line.write(next);
        }
        return line.toByteArray();
    }
}
