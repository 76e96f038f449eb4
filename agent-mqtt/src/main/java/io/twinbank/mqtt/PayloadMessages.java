// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.json.JsonReader;
import io.twinbank.core.json.JsonWriter;
import io.twinbank.core.spi.PayloadException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Writes requests for chunks and reads their answers, as docs/wire-format.md has them. */
final class PayloadMessages {
    private static final int FORMAT = 1;
    private static final int MAX_REFUSAL_BYTES = 4096;
    private static final int MAX_VERSION_CHARS = 256;
    private static final int CHUNK_FIELDS = 5;
    private static final int MAX_DEPTH = 8;

    private PayloadMessages() {}

    static byte[] request(String payload, int chunkBytes, List<ChunkWindow.Range> chunks) {
        JsonWriter json = new JsonWriter().beginObject();
        json.field("schema", FORMAT);
        json.field("payload", payload);
        json.field("chunkBytes", chunkBytes);
        json.beginArray("chunks");
        for (ChunkWindow.Range range : chunks) {
            json.beginArray().value(range.first()).value(range.count()).endArray();
        }
        return json.endArray().endObject().toBytes();
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
        try {
            if (message.length > MAX_REFUSAL_BYTES) {
                throw new IOException(message.length + " bytes, at most " + MAX_REFUSAL_BYTES + " expected");
            }
            JsonReader reader = new JsonReader(message, MAX_DEPTH);
            reader.beginObject();
            for (Optional<String> name = reader.nextName(); name.isPresent(); name = reader.nextName()) {
                boolean text = reader.peek() == JsonReader.Type.STRING;
                if (text && name.get().equals("kind")) {
                    kind = reader.readString();
                } else if (text && name.get().equals("reason")) {
                    reason = reader.readString();
                } else {
                    reader.skip();
                }
            }
            reader.end();
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
