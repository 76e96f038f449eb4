// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.spi.PayloadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Writes requests for chunks and reads their answers, as docs/wire-format.md has them. */
final class PayloadMessages {
    private static final int FORMAT = 1;
    private static final int MAX_REFUSAL_BYTES = 4096;
    private static final int MAX_VERSION_CHARS = 256;
    private static final int CHUNK_FIELDS = 5;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(1024)
                    .maxNameLength(64)
                    .maxNumberLength(20)
                    .maxDocumentLength(MAX_REFUSAL_BYTES)
                    .build())
            .build();

    private PayloadMessages() {}

    static byte[] request(String payload, int chunkBytes, List<ChunkWindow.Range> chunks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("schema", FORMAT);
            json.writeStringField("payload", payload);
            json.writeNumberField("chunkBytes", chunkBytes);
            json.writeArrayFieldStart("chunks");
            for (ChunkWindow.Range range : chunks) {
                json.writeStartArray();
                json.writeNumber(range.first());
                json.writeNumber(range.count());
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory can't fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a chunk; its bytes aren't copied.
     *
     * @throws IOException if it isn't one
     */
    static ChunkWindow.Chunk chunk(byte[] message) throws IOException {
        try {
            CborReader cbor = new CborReader(message, 2);
            int fields = cbor.readArray();
            if (fields != CHUNK_FIELDS) {
                throw new IOException("a chunk of " + fields + " fields, expected " + CHUNK_FIELDS);
            }
            long format = cbor.readUnsigned();
            if (format != FORMAT) {
                throw new IOException("a chunk of format " + format + ", expected " + FORMAT);
            }
            long index = cbor.readUnsigned(Integer.MAX_VALUE);
            long sizeBytes = cbor.readUnsigned(Long.MAX_VALUE);
            Optional<String> version = Optional.empty();
            if (cbor.peek() == CborReader.Type.NULL) {
                cbor.readNull();
            } else {
                version = Optional.of(cbor.readText(MAX_VERSION_CHARS));
            }
            ChunkWindow.Chunk chunk = new ChunkWindow.Chunk(
                    index, sizeBytes, version, cbor.readBytes().toBuffer());
            cbor.end();
            return chunk;
        } catch (RejectedException e) {
            throw new IOException("a chunk that isn't well-formed: " + e.getMessage(), e);
        }
    }

    /** Returns what the server says why it doesn't answer with chunks; one that can't be read may pass. */
    static PayloadException refusal(String payload, byte[] message) {
        String kind = "";
        String reason = "";
        try (JsonParser parser = JSON.createParser(message)) {
            if (message.length > MAX_REFUSAL_BYTES || parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(
                        message.length + " bytes that are no JSON object of at most " + MAX_REFUSAL_BYTES);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("kind") && value == JsonToken.VALUE_STRING) {
                    kind = parser.getText();
                } else if (name.equals("reason") && value == JsonToken.VALUE_STRING) {
                    reason = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            return new PayloadException(
                    PayloadException.Kind.RETRY, "a refusal of " + payload + " that can't be read", e);
        }
        PayloadException.Kind known = switch (kind) {
            case "FINAL" -> PayloadException.Kind.FINAL;
            case "CHANGED" -> PayloadException.Kind.CHANGED;
            default -> PayloadException.Kind.RETRY;
        };
        return new PayloadException(known, "the server has no " + payload + " for us: " + Printable.line(reason));
    }
}
