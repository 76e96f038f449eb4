// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's Mosquitto on loopback: a plain listener, for the tests' own eyes and for what runs on the same machine, and where it is
 * wanted a TLS 1.3 listener that asks for client certificates.
 */
public final class MosquittoBroker implements ContractBroker {
    private static final int TRIES = 5;

    private final Path folder;
    private final boolean tls;
    private final List<String> extraLines;
    private final List<String> inside;
    private final String address;
    private int tlsPort;
    private int plainPort;
    private Process process;

    private MosquittoBroker(Path folder, boolean tls, List<String> extraLines, List<String> inside, String address) {
        this.folder = folder;
        this.tls = tls;
        this.extraLines = extraLines;
        this.inside = inside;
        this.address = address;
    }

    /** Starts a broker that shows {@code identity} and accepts certificates of {@code devices}. */
    static MosquittoBroker start(Path folder, TestPki devices, TestPki.Identity identity, String... extraLines)
            throws Exception {
        devices.writeAuthority(folder.resolve("ca.crt"));
        TestPki.writeCertificate(identity, folder.resolve("broker.crt"));
        TestPki.writeKey(identity, folder.resolve("broker.key"));
        return new MosquittoBroker(folder, true, List.of(extraLines), List.of(), "127.0.0.1").start();
    }

    /** Starts a broker with the plain listener only. */
    public static MosquittoBroker plain(Path folder) throws Exception {
        return new MosquittoBroker(folder, false, List.of(), List.of(), "127.0.0.1").start();
    }

    /** Starts a broker in a network namespace, with the plain listener only, at the far end of its link. */
    static MosquittoBroker inside(NetNamespace namespace, Path folder, String... extraLines) throws Exception {
        return new MosquittoBroker(folder, false, List.of(extraLines), namespace.inside(), namespace.farAddress())
                .start();
    }

    private MosquittoBroker start() throws Exception {
        for (int i = 1; ; i++) {
            tlsPort = freePort();
            plainPort = freePort();
            try {
                restart();
                return this;
            } catch (IllegalStateException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Starts it anew on the same ports, with what it has persisted. */
    @Override
    public void restart() throws Exception {
        Path config = folder.resolve("mosquitto.conf");
        Files.writeString(
                config,
                String.join(
                        "\n",
                        "user root",
                        "per_listener_settings false",
                        "allow_anonymous true",
                        "persistence true",
                        "persistence_location " + folder + "/",
                        "autosave_on_changes true",
                        "autosave_interval 1",
                        "log_dest file " + folder.resolve("mosquitto.log"),
                        "max_queued_messages 20000",
                        "listener " + plainPort + " " + address,
                        tls ? tlsListener() : "",
                        String.join("\n", extraLines),
                        ""));
        List<String> command = new ArrayList<>(inside);
        command.addAll(List.of(Part.MOSQUITTO.path().toString(), "-c", config.toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mosquitto.out").toFile()))
                .start();
        await().until(() -> !process.isAlive() || accepts(plainPort) && (!tls || accepts(tlsPort)));
        if (!process.isAlive()) {
            throw new IllegalStateException("mosquitto ended at once:\n" + log());
        }
    }

    private String tlsListener() {
        return String.join(
                "\n",
                "listener " + tlsPort + " 127.0.0.1",
                "cafile " + folder.resolve("ca.crt"),
                "certfile " + folder.resolve("broker.crt"),
                "keyfile " + folder.resolve("broker.key"),
                "require_certificate true",
                "use_identity_as_username true",
                "tls_version tlsv1.3");
    }

    /** As a power cut would. */
    @Override
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Deletes what it has persisted, while it doesn't run. */
    @Override
    public void forget() throws IOException {
        Files.deleteIfExists(folder.resolve("mosquitto.db"));
    }

    /** Lets it write its database and end. */
    @Override
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            kill();
        }
    }

    @Override
    public int tlsPort() {
        return tlsPort;
    }

    int plainPort() {
        return plainPort;
    }

    @Override
    public String tlsUri() {
        return "ssl://localhost:" + tlsPort;
    }

    @Override
    public String plainUri() {
        return "tcp://" + address + ":" + plainPort;
    }

    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String name : List.of("mosquitto.out", "mosquitto.log")) {
            Path file = folder.resolve(name);
            text.append(Files.exists(file) ? Files.readString(file) : "");
        }
        return text.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Free now; {@link #start} tries again with others if somebody else takes it. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
