// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    @TempDir
    private Path folder;

    @Test
    void use_aPasswordWithColons_isTakenWholeAndWiped() throws IOException {
        Path file = Files.writeString(folder.resolve("login"), "gw:se:cr\u00e9t\nmore\n");
        AtomicReference<char[]> kept = new AtomicReference<>();

        Login.read(file).use((user, password) -> {
            assertEquals("gw", user);
            assertEquals("se:cr\u00e9t", new String(password));
            kept.set(password);
        });

        assertArrayEquals(new char[7], kept.get());
    }

    @Test
    void read_withoutAColon_saysWhatIsExpected() throws IOException {
        Path file = Files.writeString(folder.resolve("login"), "secret");

        assertEquals(
                file + ": found no colon, expected USER:PASSWORD",
                assertThrows(IOException.class, () -> Login.read(file)).getMessage());
    }
}
