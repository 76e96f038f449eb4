// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's Tinyproxy on loopback, which wants a login, and makes tunnels to one port only. */
final class TinyProxy implements AutoCloseable {
    static final String USER = "gw";
    static final String PASSWORD = "secret";

    private final int port;
    private final Process process;

    private TinyProxy(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    static TinyProxy start(Path folder, int allowedPort) throws Exception {
        int port = MosquittoBroker.freePort();
        Path config = Files.writeString(
                folder.resolve("tinyproxy.conf"),
                String.join(
                        "\n",
                        "Port " + port,
                        "Listen 127.0.0.1",
                        "Timeout 600",
                        "MaxClients 20",
                        "BasicAuth " + USER + " " + PASSWORD,
                        "ConnectPort " + allowedPort,
                        ""));
        Process process = new ProcessBuilder(Part.TINYPROXY.path().toString(), "-d", "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("tinyproxy.out").toFile())
                .start();
        TinyProxy proxy = new TinyProxy(port, process);
        await().until(() -> !process.isAlive() || proxy.accepts());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "tinyproxy ended at once: " + Files.readString(folder.resolve("tinyproxy.out")));
        }
        return proxy;
    }

    int port() {
        return port;
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
