// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.Offer;
import io.twinbank.core.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads offers as docs/wire-format.md has them: by content type, either a whole envelope, which isn't looked into here, or a
 * pointer. Fields that aren't known are skipped; everything else that isn't as written there is refused.
 */
final class OfferReader {
    static final int MAX_POINTER_BYTES = 4096;
    private static final int MAX_URI_CHARS = 2048;
    private static final int MAX_DEPTH = 8;

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
        JsonReader reader = new JsonReader(json, MAX_DEPTH);
        reader.beginObject();
        for (Optional<String> name = reader.nextName(); name.isPresent(); name = reader.nextName()) {
            switch (name.get()) {
                case "uri" -> uri = uri(reader.readString());
                case "size" -> size = reader.readInt();
                case "sha256" -> sha256 = sha256(reader.readString());
                default -> reader.skip();
            }
        }
        reader.end();
        try {
            return new Offer.Pointer(present(uri, "uri"), present(size, "size"), present(sha256, "sha256"));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static URI uri(String text) throws IOException {
        try {
            if (text.length() > MAX_URI_CHARS) {
                throw new IOException(
                        "uri of " + text.length() + " characters, at most " + MAX_URI_CHARS + " expected");
            }
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

    private static <T> T present(@Nullable T value, String name) throws IOException {
        if (value == null) {
            throw new IOException(name + " is missing");
        }
        return value;
    }
}
