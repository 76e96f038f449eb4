// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A TPM in software, on ports that are free. Its state is in a folder, so that it can be cut off and started again. */
final class SoftTpm {
    private static final int ATTEMPTS = 20;

    private final Path folder;
    private Process process;
    private int port;

    SoftTpm(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder.resolve("tpm"));
        start();
    }

    /** Starts it; swtpm's connection wants the next port for control. */
    private void start() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            port = freePort();
            process = new ProcessBuilder(List.of(
                            Part.SWTPM.path().toString(),
                            "socket",
                            "--tpm2",
                            "--tpmstate",
                            "dir=" + folder,
                            "--server",
                            "type=tcp,port=" + port,
                            "--ctrl",
                            "type=tcp,port=" + (port + 1),
                            "--flags",
                            "not-need-init,startup-clear"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolveSibling("swtpm.txt").toFile()))
                    .start();
            if (awaitReady()) {
                return;
            }
        }
        throw new IOException("swtpm doesn't start: " + Files.readString(folder.resolveSibling("swtpm.txt")));
    }

    private boolean awaitReady() throws InterruptedException {
        while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
            try (Socket control = new Socket(InetAddress.getLoopbackAddress(), port + 1)) {
                return control.isConnected();
            } catch (IOException e) {
                continue; // not yet
            }
        }
        return false; // another program has one of the ports
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Cuts its power, and gives it back. */
    void powerCycle() throws IOException, InterruptedException {
        stop();
        start();
    }

    String tcti() {
        return "swtpm:host=127.0.0.1,port=" + port;
    }

    void stop() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
