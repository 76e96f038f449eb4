// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.twinbank.core.json.JsonReader.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static final int DEPTH = 8;
    private static final long SEED = Long.getLong("json.seed", 7);
    private static final JsonFactory JACKSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String CHANGES = "{}[]\",:0-e.x\\u\u0000 ";

    private static JsonReader reader(String json) throws IOException {
        return new JsonReader(json.getBytes(UTF_8), DEPTH);
    }

    @Test
    void read_object_hasItsFields() throws IOException {
        JsonReader json = reader(" {\"a\" : \"x\\\"\\u00e9\\n\", \"b\":[-12,0 ],\"c\":{\"d\":[true,null,1.5e+3]}}\r\n");

        assertEquals(Type.OBJECT, json.peek());
        json.beginObject();
        assertEquals(Optional.of("a"), json.nextName());
        assertEquals("x\"\u00e9\n", json.readString());
        assertEquals(Optional.of("b"), json.nextName());
        json.beginArray();
        assertTrue(json.hasNext());
        assertEquals(-12, json.readInt());
        assertTrue(json.hasNext());
        assertEquals(0, json.readInt());
        assertFalse(json.hasNext());
        assertEquals(Optional.of("c"), json.nextName());
        json.skip();
        assertEquals(Optional.empty(), json.nextName());
        json.end();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1,}          | character U+007D at character 7, expected a name
            {"a":1 "b":2}     | character U+0022 at character 7, expected a comma or }
            {"a" 1}           | character U+0031 at character 5, expected a colon
            {"a":1,"a":2}     | the name "a" twice, at character 7
            {"a":1,"\\u0061":2} | the name "a" twice, at character 7
            {"a":1} x         | character U+0078 at character 8, expected the end
            {"a":1            | the end at character 6, expected a comma or }
            {"a":"x           | the end at character 7, expected the end of a text
            {"a":"\\x"}        | character U+0078 at character 7, expected an escape
            {"a":"\\u00g0"}    | character U+0067 at character 10, expected a hexadecimal digit
            [1,]              | character U+005D at character 3, expected a value
            [01]              | character U+0031 at character 2, expected a comma or ]
            [-]               | character U+005D at character 2, expected a digit
            [1.]              | character U+005D at character 3, expected a digit
            [1e]              | character U+005D at character 3, expected a digit
            [+1]              | character U+002B at character 1, expected a value
            [tru]             | character U+0074 at character 1, expected true
            [nul]             | character U+006E at character 1, expected null
            {'a':1}           | character U+0027 at character 1, expected a name
            [[[[[[[[[1]]]]]]]]] | nested deeper than 8 at character 8
            """)
    void skip_malformed_saysWhatAndWhere(String json, String why) {
        IOException thrown = assertThrows(IOException.class, () -> skipAll(json.getBytes(UTF_8)));

        assertEquals(why, thrown.getMessage());
    }

    @Test
    void skip_controlCharacterInText_isRefused() {
        IOException thrown = assertThrows(IOException.class, () -> skipAll("[\"\t\"]".getBytes(UTF_8)));

        assertEquals("character U+0009 at character 2, expected the end of a text", thrown.getMessage());
    }

    @Test
    void new_notUtf8_isRefused() {
        IOException thrown =
                assertThrows(IOException.class, () -> skipAll(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}));

        assertEquals("bytes that aren't UTF-8", thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e2", "2147483648", "-2147483649"})
    void readInt_notWholeOrTooLarge_isRefused(String number) throws IOException {
        JsonReader json = reader(number);

        IOException thrown = assertThrows(IOException.class, json::readInt);

        assertEquals("the number " + number + " at character 0, expected a whole one of 32 bits", thrown.getMessage());
    }

    @Test
    void readString_number_namesBoth() throws IOException {
        JsonReader json = reader(" 7");

        assertEquals(
                "NUMBER at character 1, expected STRING",
                assertThrows(IOException.class, json::readString).getMessage());
    }

    /** What another parser takes this one takes, and the other way round, on texts that were good before a byte or two changed. */
    @Test
    void skip_anything_isTakenAsByAnotherParser() throws IOException {
        Random random = new Random(SEED);
        List<String> good = List.of(
                "{\"a\":[1,-0.5e7,{\"b\":null}],\"c\":\"\\u20ac\\\\ \u00fc\",\"d\":true}",
                "[[],{},\"\",0,false]",
                "\"x\"");
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] json = good.get(random.nextInt(good.size())).getBytes(UTF_8);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                json[random.nextInt(json.length)] = (byte) CHANGES.charAt(random.nextInt(CHANGES.length()));
            }
            boolean expected = isTakenByJackson(json);
            boolean found = isTaken(json);

            assertEquals(expected, found, "seed " + SEED + ", " + i + ": " + new String(json, UTF_8));
            taken += found ? 1 : 0;
        }
        assertTrue(taken > 5_000 && taken < 18_000, taken + " of 20000 taken");
    }

    static boolean isTaken(byte[] json) {
        try {
            skipAll(json);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isTakenByJackson(byte[] json) {
        try (JsonParser parser = JACKSON.createParser(
                UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString())) {
            List<Object> values = new ArrayList<>();
            int depth = 0;
            while (parser.nextToken() != null) {
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    values.add(parser.currentToken());
                }
            }
            return values.size() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    static void skipAll(byte[] json) throws IOException {
        JsonReader reader = new JsonReader(json, DEPTH);
        reader.skip();
        reader.end();
    }
}
