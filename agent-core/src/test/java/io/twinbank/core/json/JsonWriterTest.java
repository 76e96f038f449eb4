// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void write_everyKind_isInOrder() {
        byte[] json = new JsonWriter()
                .beginObject()
                .field("text", "x")
                .field("long", Long.MIN_VALUE)
                .field("yes", true)
                .nullField("none")
                .field("number", new BigDecimal("1.50"))
                .unsignedField("unsigned", -1)
                .beginArray("list")
                .value("a")
                .value(1)
                .beginObject()
                .endObject()
                .beginArray()
                .value(2)
                .endArray()
                .endArray()
                .beginObject("inner")
                .field("no", false)
                .endObject()
                .endObject()
                .toBytes();

        assertEquals(
                "{\"text\":\"x\",\"long\":-9223372036854775808,\"yes\":true,\"none\":null,\"number\":1.50,"
                        + "\"unsigned\":18446744073709551615,\"list\":[\"a\",1,{},[2]],\"inner\":{\"no\":false}}",
                new String(json, UTF_8));
    }

    @Test
    void value_everyCharacter_isReadBackByAnotherParser() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < Character.MIN_SURROGATE; c++) {
            all.append((char) c);
        }
        all.append("\ud83d\ude00");

        byte[] json = new JsonWriter().value(all.toString()).toBytes();

        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertEquals(JsonToken.VALUE_STRING, parser.nextToken());
            assertEquals(all.toString(), parser.getText());
            assertNull(parser.nextToken());
        }
        assertEquals(all.toString(), new JsonReader(json, 1).readString());
    }

    @Test
    void value_halfAPair_isAQuestionMark() {
        assertEquals("\"a?\"", new String(new JsonWriter().value("a\ud800").toBytes(), UTF_8));
    }
}
