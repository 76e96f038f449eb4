// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.twinbank.core.Offer;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads offers as docs/wire-format.md has them: by content type, either a whole envelope, which isn't looked into here, or a
 * pointer. Fields that aren't known are skipped; everything else that isn't as written there is refused.
 */
final class OfferReader {
    static final int MAX_POINTER_BYTES = 4096;
    private static final int MAX_URI_CHARS = 2048;
    private static final int MAX_DEPTH = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_URI_CHARS)
                    .maxNameLength(64)
                    .maxNumberLength(20)
                    .maxDocumentLength(MAX_POINTER_BYTES)
                    .build())
            .build();

    private OfferReader() {}

    /**
     * Reads an offer.
     *
     * @throws IOException if it isn't one, with what was found and what was expected
     */
    static Offer read(String contentType, byte[] payload) throws IOException {
        return switch (contentType) {
            case Topics.ENVELOPE -> new Offer.Envelope(payload);
            case Topics.POINTER -> pointer(payload);
            default ->
                throw new IOException(
                        "content type \"" + contentType + "\", expected " + Topics.ENVELOPE + " or " + Topics.POINTER);
        };
    }

    private static Offer.Pointer pointer(byte[] json) throws IOException {
        if (json.length > MAX_POINTER_BYTES) {
            throw new IOException("a pointer of " + json.length + " bytes, at most " + MAX_POINTER_BYTES + " expected");
        }
        URI uri = null;
        Integer size = null;
        byte[] sha256 = null;
        try (JsonParser parser = JSON.createParser(json)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the pointer");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "uri" -> {
                        expect(value, JsonToken.VALUE_STRING, name);
                        uri = uri(parser.getText());
                    }
                    case "size" -> {
                        expect(value, JsonToken.VALUE_NUMBER_INT, name);
                        size = parser.getIntValue();
                    }
                    case "sha256" -> {
                        expect(value, JsonToken.VALUE_STRING, name);
                        sha256 = sha256(parser.getText());
                    }
                    default -> parser.skipChildren();
                }
            }
            JsonToken trailing = parser.nextToken();
            if (trailing != null) {
                throw new IOException(trailing + " after the pointer");
            }
        } catch (JsonProcessingException e) {
            throw new IOException("the pointer isn't well-formed: " + e.getOriginalMessage(), e);
        }
        try {
            return new Offer.Pointer(present(uri, "uri"), present(size, "size"), present(sha256, "sha256"));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static URI uri(String text) throws IOException {
        try {
            URI uri = new URI(text);
            if ("mqtt".equalsIgnoreCase(uri.getScheme())) {
                // payloads by MQTT are read one at a time: an envelope would break off the image that is under way
                throw new IOException("uri \"" + text + "\" leads back to the broker: publish the envelope itself");
            }
            if (!uri.isAbsolute() || uri.isOpaque()) {
                throw new IOException("uri \"" + text + "\" isn't absolute");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IOException("uri: " + e.getMessage(), e);
        }
    }

    private static byte[] sha256(String hex) throws IOException {
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new IOException("sha256 \"" + hex + "\" isn't hexadecimal", e);
        }
    }

    private static void expect(@Nullable JsonToken found, JsonToken expected, String where) throws IOException {
        if (found != expected) {
            throw new IOException(where + " is " + found + ", expected " + expected);
        }
    }

    private static <T> T present(@Nullable T value, String name) throws IOException {
        if (value == null) {
            throw new IOException(name + " is missing");
        }
        return value;
    }
}
