// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
    @Test
    void read_whatWasWritten_isTheSame_andLeavesTheNext() throws IOException {
        Message first = Message.of("command", "install", "folder", "/media/\"stick\"\n", "envelope", "AA==");
        Message second = Message.of("exit", "1");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        first.write(out);
        second.write(out);
        BufferedInputStream in = new BufferedInputStream(new ByteArrayInputStream(out.toByteArray()));

        assertEquals(first, Message.read(in));
        assertEquals(second, Message.read(in));
        assertThrows(EOFException.class, () -> Message.read(in));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                | ARRAY at character 0, expected OBJECT
            {"a":1}                                           | NUMBER at character 5, expected STRING
            {"a":{"b":"c"}}                                   | OBJECT at character 5, expected STRING
            {"a":"1","a":"2"}                                 | the name "a" twice, at character 9
            {"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":""} | more than 8 fields
            {"a":"1"} {}                                      | character U+007B at character 10, expected the end
            """)
    void parse_whatIsntOne_saysWhy(String line, String expected) {
        IOException refused = assertThrows(IOException.class, () -> Message.parse(line.getBytes(UTF_8)));

        assertEquals(expected, refused.getMessage());
    }

    @Test
    void read_aLineWithoutAnEnd_isGivenUpAtTheLimit() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };

        IOException refused = assertThrows(IOException.class, () -> Message.read(new BufferedInputStream(endless)));

        assertEquals("a line of more than 524288 bytes", refused.getMessage());
    }

    @Test
    void number_whatIsntOne_saysWhatWasFound() {
        IOException refused =
                assertThrows(IOException.class, () -> Message.of("done", "-1").number("done"));

        assertTrue(refused.getMessage().contains("-1"), refused.getMessage());
    }
}
