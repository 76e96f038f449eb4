// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Pkcs11UriTest {
    @TempDir
    Path folder;

    @Test
    void parse_everything_isRead() throws IOException {
        Pkcs11Uri uri = Pkcs11Uri.parse("pkcs11:object=key%3B1;serial=12;type=private;token=A%20%C3%BC"
                + "?module-path=/usr/lib/x.so&pin-source=file:/etc/pin");

        assertEquals(
                new Pkcs11Uri(
                        "A ü", Optional.of("12"), "key;1", Optional.of("/usr/lib/x.so"), Optional.of("file:/etc/pin")),
                uri);
        assertEquals("pkcs11:token=A%20%C3%BC;serial=12;object=key%3B1", uri.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "pkcs11:token=a, has no object",
        "pkcs11:object=a, has no token",
        "pkcs11:token=a;token=b;object=c, attribute token of the PKCS #11 URI is there twice",
        "pkcs11:token=a;object=b;id=%01, attribute id of the PKCS #11 URI isn't heeded",
        "pkcs11:token=a;object=b?module-name=x, attribute module-name of the PKCS #11 URI isn't heeded",
        "pkcs11:token=a;object=b;type=public, type=public doesn't sign",
        "pkcs11:token=a;object, in the PKCS #11 URI is no NAME=VALUE",
        "pkcs11:token=%2;object=b, takes two hexadecimal digits",
        "pkcs11:token=%FF;object=b, aren't UTF-8",
        "pkcs11:token=a;object=b?pin-value=1234, everyone who may list processes would read the PIN"
    })
    void parse_whatCantBeHeeded_isRefusedByName(String uri, String words) {
        String message =
                assertThrows(IOException.class, () -> Pkcs11Uri.parse(uri)).getMessage();

        assertTrue(message.contains(words), message);
    }

    @Test
    void parse_tooLong_isRefused() {
        String message = assertThrows(IOException.class, () -> Pkcs11Uri.parse("pkcs11:token=" + "a".repeat(5000)))
                .getMessage();

        assertTrue(message.contains("5013 characters"), message);
    }

    @Test
    void pin_inAFile_isWhatTheFirstLineHolds() throws IOException {
        Path file = Files.writeString(folder.resolve("pin"), "5ü78\r\n");

        assertArrayEquals("5ü78".toCharArray(), Pin.of(uri("file:" + file)));
        assertArrayEquals("5ü78".toCharArray(), Pin.of(uri(file.toString())));
    }

    @Test
    void pin_sourceThatHoldsNone_isRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path large = Files.write(folder.resolve("large"), new byte[2000]);

        for (String[] each : new String[][] {
            {empty.toString(), "it is empty"},
            {large.toString(), "larger than 1024 bytes"},
            {"env:TWINBANK_NO_SUCH_VARIABLE", "TWINBANK_NO_SUCH_VARIABLE, which holds the PIN, isn't set"}
        }) {
            String message =
                    assertThrows(IOException.class, () -> Pin.of(uri(each[0]))).getMessage();
            assertTrue(message.contains(each[1]), message);
        }
    }

    @Test
    void pin_nowhere_saysWhereToPutIt() {
        Pkcs11Uri key = new Pkcs11Uri("a", Optional.empty(), "b", Optional.empty(), Optional.empty());

        String message = assertThrows(IOException.class, () -> Pin.of(key)).getMessage();

        assertTrue(message.contains("no PIN for pkcs11:token=a;object=b"), message);
        assertTrue(message.contains("OTAPUB_PIN"), message);
    }

    @Test
    void library_missing_saysWhich() {
        String unnamed = assertThrows(IOException.class, () -> Keys.signingKey("pkcs11:token=a;object=b"))
                .getMessage();
        String missing = assertThrows(
                        IOException.class, () -> Keys.signingKey("pkcs11:token=a;object=b?module-path=/nowhere/lib.so"))
                .getMessage();

        assertTrue(unnamed.contains("OTAPUB_PKCS11_MODULE"), unnamed);
        assertTrue(missing.contains("/nowhere/lib.so"), missing);
        assertTrue(missing.contains("does not exist"), missing);
    }

    private static Pkcs11Uri uri(String pinSource) {
        return new Pkcs11Uri("a", Optional.empty(), "b", Optional.empty(), Optional.of(pinSource));
    }
}
