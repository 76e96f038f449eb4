// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.core.cbor.CborWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The server's side of "Payload by MQTT" in docs/wire-format.md, for operators to read and for tests: what a request is answered with. It keeps
 * nothing from one request to the next.
 */
public final class PayloadResponder {
    /** A message for the topic that the request names, with the request's correlation data, QoS 0, not retained. */
    public record Answer(String contentType, byte[] payload) {}

    /** What it serves. */
    public record Payload(byte[] bytes, String version) {}

    private static final int MAX_CHUNK_BYTES = 128 << 10;
    private static final int MAX_CHUNKS = 64;

    private final Map<String, Payload> payloads = new ConcurrentHashMap<>();

    public void serve(String name, byte[] bytes, String version) {
        payloads.put(name, new Payload(bytes, version));
    }

    /** Answers a request; one that isn't well-formed with a refusal. */
    public List<Answer> answer(byte[] request) {
        String name = "";
        int chunkBytes = 0;
        List<Long> chunks = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(request)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "payload" -> name = json.getText();
                    case "chunkBytes" -> chunkBytes = json.getIntValue();
                    case "chunks" -> readRanges(json, chunks);
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            return List.of(refusal("FINAL", "the request isn't well-formed"));
        }
        Payload payload = payloads.get(name);
        if (payload == null) {
            return List.of(refusal("FINAL", "nothing has this name"));
        } else if (chunkBytes < 1 || chunkBytes > MAX_CHUNK_BYTES || chunks.size() > MAX_CHUNKS) {
            return List.of(refusal(
                    "FINAL",
                    chunks.size() + " chunks of " + chunkBytes + " bytes, at most " + MAX_CHUNKS + " of "
                            + MAX_CHUNK_BYTES));
        }
        int bytes = chunkBytes;
        return chunks.stream()
                .filter(index -> index * bytes < payload.bytes().length)
                .map(index -> chunk(payload, index, bytes))
                .toList();
    }

    private static void readRanges(JsonParser json, List<Long> chunks) throws IOException {
        while (json.nextToken() == JsonToken.START_ARRAY) {
            long first = json.nextLongValue(0);
            int count = json.nextIntValue(0);
            for (int i = 0; i < count && chunks.size() <= MAX_CHUNKS; i++) {
                chunks.add(first + i);
            }
            json.nextToken();
        }
    }

    public static Answer chunk(Payload payload, long index, int chunkBytes) {
        int from = (int) (index * chunkBytes);
        byte[] part = Arrays.copyOfRange(payload.bytes(), from, Math.min(from + chunkBytes, payload.bytes().length));
        return chunk(index, payload.bytes().length, payload.version(), part);
    }

    public static Answer chunk(long index, long sizeBytes, String version, byte[] part) {
        CborWriter cbor = new CborWriter();
        cbor.array(fields -> fields.unsigned(1)
                .unsigned(index)
                .unsigned(sizeBytes)
                .text(version)
                .bytes(part));
        return new Answer(Topics.PAYLOAD_CHUNK, cbor.toByteArray());
    }

    public static Answer refusal(String kind, String reason) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("{\"schema\":1,\"kind\":\"" + kind + "\",\"reason\":\"" + reason + "\"}")
                .getBytes(StandardCharsets.UTF_8));
        return new Answer(Topics.PAYLOAD_REFUSAL, bytes.toByteArray());
    }
}
