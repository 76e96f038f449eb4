// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a JSON document that others wrote. What isn't there, or is of another type, is empty.
 *
 * @param value a map, a list, a string, a boolean, a long, or null for everything else
 */
record JsonTree(@Nullable Object value) {
    private static final int MAX_DEPTH = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    /** Reads a whole document; a field that is there twice is an error. */
    static JsonTree parse(byte[] document) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            parser.nextToken();
            JsonTree tree = new JsonTree(read(parser));
            if (parser.nextToken() != null) {
                throw new IOException("something follows the end of the JSON document");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable Object read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("not JSON: the document is empty or cut off");
        }
        switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, read(parser));
                }
                return object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(read(parser));
                }
                return array;
            }
            case VALUE_STRING -> {
                return parser.getText();
            }
            case VALUE_NUMBER_INT -> {
                return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? null : parser.getLongValue();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return parser.getBooleanValue();
            }
            default -> {
                return null;
            }
        }
    }

    /** Returns nothing if this is an object that has no other fields than these. */
    void requireOnly(String... names) throws IOException {
        if (!(value instanceof Map<?, ?> object)) {
            throw new IOException("an object with " + List.of(names) + " is missing, or is something else");
        }
        for (Object name : object.keySet()) {
            if (!List.of(names).contains(String.valueOf(name))) {
                throw new IOException(
                        "unknown field '" + Words.printable(String.valueOf(name)) + "', known are " + List.of(names));
            }
        }
    }

    boolean has(String name) {
        return value instanceof Map<?, ?> object && object.containsKey(name);
    }

    JsonTree at(String... names) {
        @Nullable Object at = value;
        for (String name : names) {
            at = at instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return new JsonTree(at);
    }

    Optional<String> text() {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    Optional<Boolean> truth() {
        return value instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
    }

    Optional<Long> number() {
        return value instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    List<JsonTree> items() {
        return value instanceof List<?> list ? list.stream().map(JsonTree::new).toList() : List.of();
    }
}
