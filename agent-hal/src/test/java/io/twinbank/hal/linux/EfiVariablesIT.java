// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinbank.hal.BankId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel makes the agent's own variable immutable, as it does all that it doesn't know. */
class EfiVariablesIT {
    @TempDir
    Path folder;

    @Test
    void storeRecord_variableIsImmutable_isWrittenAllTheSame() throws Exception {
        Path file = Files.write(folder.resolve("TwinbankBoot-" + EfiVariables.OURS), new byte[8]);
        boolean immutable = Program.run(Duration.ofSeconds(10), List.of("chattr", "+i", file.toString()))
                        .exitCode()
                == 0;
        assumeTrue(immutable, "chattr +i takes root and a file system that knows it");

        EfiVariables.of(folder, Map.of(BankId.A, "a", BankId.B, "b"))
                .storeRecord("=a=b\n".getBytes(StandardCharsets.US_ASCII));

        assertArrayEquals("\7\0\0\0=a=b\n".getBytes(StandardCharsets.US_ASCII), Files.readAllBytes(file));
    }
}
