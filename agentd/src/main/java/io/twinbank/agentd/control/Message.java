// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
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
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_BYTES)
                    .maxNestingDepth(2)
                    .build())
            .build();

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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        }
        bytes.write('\n');
        out.write(bytes.toByteArray());
        out.flush();
    }

    /** Reads one line, no more: what follows is the next message. */
    static Message read(BufferedInputStream in) throws IOException {
        return parse(line(in));
    }

    static Message parse(byte[] line) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IOException(name + ": expected a text");
                }
                if (fields.size() == MAX_FIELDS || fields.put(name, json.getText()) != null) {
                    throw new IOException(name + ": twice, or more than " + MAX_FIELDS + " fields");
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new IOException("expected one JSON object on the line");
            }
        }
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
