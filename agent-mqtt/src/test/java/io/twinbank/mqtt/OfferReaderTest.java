// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferReaderTest {
    private static final String SHA = "00".repeat(31) + "fF";
    private static final String GOOD = "{'uri':'https://h/a.suit','size':1812,'sha256':'" + SHA + "'";

    @Test
    void read_envelope_isTakenAsItIs() throws IOException {
        assertEquals(
                new Offer.Envelope(new byte[] {(byte) 0xd8, 0x6b}),
                OfferReader.read(Topics.ENVELOPE, new byte[] {(byte) 0xd8, 0x6b}));
    }

    @Test
    void read_pointer_hasItsFields() throws IOException {
        byte[] sha256 = new byte[32];
        sha256[31] = (byte) 0xff;

        assertEquals(new Offer.Pointer(URI.create("https://h/a.suit"), 1812, sha256), pointer(GOOD + "}"));
    }

    @Test
    void read_pointerWithUnknownFields_ignoresThem() throws IOException {
        Offer offer = pointer(GOOD + ",'note':{'a':[1,{'b':null}]},'schema':1.5}");

        assertEquals(pointer(GOOD + "}"), offer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'uri':'https://h/a','size':1}                                   | sha256 is missing
            {'uri':'https://h/a','sha256':'SHA'}                             | size is missing
            {'size':1,'sha256':'SHA'}                                        | uri is missing
            {'uri':'https://h/a','size':1,'sha256':'00'}                     | 32 bytes, not 1
            {'uri':'https://h/a','size':1,'sha256':'xy'}                     | isn't hexadecimal
            {'uri':'https://h/a','size':0,'sha256':'SHA'}                    | at least 1, not 0
            {'uri':'https://h/a','size':-1,'sha256':'SHA'}                   | at least 1, not -1
            {'uri':'https://h/a','size':1.0,'sha256':'SHA'}                  | the number 1.0 at character 28, expected a whole one of 32 bits
            {'uri':'https://h/a','size':'1','sha256':'SHA'}                  | STRING at character 28, expected NUMBER
            {'uri':'https://h/a','size':4294967296,'sha256':'SHA'}           | the number 4294967296 at character 28
            {'uri':'https://h/a','size':99999999999999999999999999,'sha256':'SHA'} | expected a whole one of 32 bits
            {'uri':'https://h/a','size':1,'size':1,'sha256':'SHA'}           | the name "size" twice, at character 30
            {'uri':7,'size':1,'sha256':'SHA'}                                | NUMBER at character 7, expected STRING
            {'uri':'a/b','size':1,'sha256':'SHA'}                            | isn't absolute
            {'uri':'mailto:a','size':1,'sha256':'SHA'}                       | isn't absolute
            {'uri':'mqtt:gw.suit','size':1,'sha256':'SHA'}                   | leads back to the broker: publish the envelope itself
            {'uri':'MQTT://gw/a','size':1,'sha256':'SHA'}                    | leads back to the broker: publish the envelope itself
            {'uri':'https://h/ a','size':1,'sha256':'SHA'}                   | uri: Illegal character
            {'uri':'https://h/a','size':1,'sha256':'SHA'} {}                 | expected the end
            {'uri':'https://h/a','size':1,'sha256':'SHA'                     | the end at character 105, expected a comma or }
            {'uri':'https://h/a','size':1,'sha256':'SHA','x':[[[[[[[[1]]]]]]]]} | nested deeper than 8 at character
            [1]                                                              | ARRAY at character 0, expected OBJECT
            <html>                                                           | character U+003C at character 0, expected a value
            """)
    void read_malformedPointer_saysWhatIsWrong(String json, String why) {
        IOException thrown =
                assertThrows(IOException.class, () -> pointer(json.strip().replace("SHA", SHA)));

        assertTrue(thrown.getMessage().contains(why), thrown::getMessage);
    }

    @Test
    void read_emptyPointer_throws() {
        assertThrows(IOException.class, () -> pointer(""));
    }

    @Test
    void read_pointerTooLarge_throwsBeforeParsing() {
        IOException thrown = assertThrows(
                IOException.class, () -> pointer(GOOD + ",'pad':'" + "x".repeat(OfferReader.MAX_POINTER_BYTES) + "'}"));

        assertTrue(thrown.getMessage().contains("at most 4096 expected"), thrown::getMessage);
    }

    @Test
    void read_uriTooLong_throws() {
        String uri = "https://h/" + "x".repeat(2048);

        IOException thrown =
                assertThrows(IOException.class, () -> pointer("{'uri':'" + uri + "','size':1,'sha256':'" + SHA + "'}"));

        assertEquals("uri of 2058 characters, at most 2048 expected", thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "application/json", "application/suit-envelope+cose;v=1", "APPLICATION/SUIT-ENVELOPE+COSE"})
    void read_otherContentType_namesWhatIsExpected(String contentType) {
        IOException thrown = assertThrows(IOException.class, () -> OfferReader.read(contentType, new byte[1]));

        assertTrue(thrown.getMessage().contains("expected " + Topics.ENVELOPE), thrown::getMessage);
    }

    private static Offer pointer(String json) throws IOException {
        return OfferReader.read(Topics.POINTER, json.replace('\'', '"').getBytes(UTF_8));
    }
}
