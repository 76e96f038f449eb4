// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A TPM as a token. Through the broker: tpm2-pkcs11 needs more of the TPM's slots than it has, and swaps none itself. */
@Tag("slow")
@Needs({Part.SWTPM, Part.TPM2_TOOLS, Part.TPM2_PKCS11, Part.TPM2_ABRMD})
class TpmTokenIT {
    private static final String PIN = "5678";
    private static final String TCTI = "tabrmd:bus_type=session";

    @TempDir
    Path folder;

    private final Deque<Process> running = new ArrayDeque<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : running) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(180)
    void keys_inATpm_signAuthenticateAndAreErased() throws Exception {
        SoftTpm tpm = new SoftTpm(folder);
        try {
            startBroker(tpm);
            finish("tpm2_ptool", "init");
            finish("tpm2_ptool", "addtoken", "--pid", "1", "--sopin", "1234", "--userpin", PIN, "--label", "board");
            Path configuration = Files.writeString(
                    folder.resolve("p11.conf"),
                    "name = Tpm\nlibrary = " + library() + "\nslotListIndex = 0\n"
                            + "attributes(generate, CKO_PRIVATE_KEY, CKK_EC) = { CKA_TOKEN = true CKA_SIGN = true"
                            + " CKA_DECRYPT = false CKA_UNWRAP = false CKA_SENSITIVE = true CKA_EXTRACTABLE = false }\n");

            String said = finish(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    TpmTokenProbe.class.getName(),
                    configuration.toString(),
                    PIN);

            assertEquals("verifies: true\nserver sees: CN=device\nagree: UNSUPPORTED\nleft: []\n", said);
        } finally {
            tpm.stop();
        }
    }

    private void startBroker(SoftTpm tpm) throws Exception {
        running.push(start("dbus-daemon", "--session", "--address=" + bus(), "--nofork", "--nopidfile"));
        while (!Files.exists(folder.resolve("bus"))) {
            awaitMore(running.peek());
        }
        running.push(start(Part.TPM2_ABRMD.path().toString(), "--allow-root", "--session", "--tcti=" + tpm.tcti()));
        while (start("tpm2_getrandom", "-o", folder.resolve("random").toString(), "4")
                        .waitFor()
                != 0) {
            awaitMore(running.peek());
        }
    }

    private void awaitMore(Process process) throws Exception {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
            throw new IOException("ended: " + Files.readString(folder.resolve("errors.txt")));
        }
    }

    private String bus() {
        return "unix:path=" + folder.resolve("bus");
    }

    private String finish(String... command) throws Exception {
        Process process = start(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> List.of(command) + ": " + said + errors());
        return said;
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process start(String... command) throws IOException {
        Path store = Files.createDirectories(folder.resolve("store"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "DBUS_SESSION_BUS_ADDRESS",
                        bus(),
                        "TPM2TOOLS_TCTI",
                        TCTI,
                        "TPM2_PKCS11_TCTI",
                        TCTI,
                        "TPM2_PKCS11_STORE",
                        store.toString()));
        return builder.redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors.txt").toFile()))
                .start();
    }

    private static Path library() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(each -> each.resolve("libtpm2_pkcs11.so.1"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
