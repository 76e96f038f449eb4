// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the other commands on a Unix-domain socket that only its owner may use. Each connection has a thread of its own,
 * {@code twinbank-control}, and asks one thing.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CONNECTIONS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Path socket;
    private final ServerSocketChannel listener;
    private final Operations operations;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Thread acceptor = thread(this::accept);

    private ControlServer(Path socket, ServerSocketChannel listener, Operations operations) {
        this.socket = socket;
        this.listener = listener;
        this.operations = operations;
    }

    /**
     * Begins to listen. A socket that a killed daemon left there is replaced, so the caller must be the only one.
     *
     * @param socket where; the folder should be its owner's alone
     * @param operations who answers
     * @return the server
     * @throws IOException if nobody can listen there
     */
    public static ControlServer start(Path socket, Operations operations) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw new IOException("can't listen at " + socket + ": " + e.getMessage(), e);
        }
        ControlServer server = new ControlServer(socket, listener, operations);
        server.acceptor.start();
        return server;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "twinbank-control");
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel connection = listener.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    connection.close();
                    LOG.warn("a command was turned away: {} others are being answered", MAX_CONNECTIONS);
                } else {
                    connections.add(connection);
                    thread(() -> serve(connection)).start();
                }
            } catch (IOException e) {
                if (listener.isOpen()) {
                    LOG.warn("a command couldn't be heard: {}", e.toString());
                }
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            OutputStream out = Channels.newOutputStream(connection);
            Message request = Message.read(new BufferedInputStream(Channels.newInputStream(connection)));
            answer(request, new Wire(out));
        } catch (IOException e) {
            LOG.debug("a command went away: {}", e.toString());
        } finally {
            connections.remove(connection);
        }
    }

    private void answer(Message request, Wire wire) throws IOException {
        int exit;
        try {
            boolean json = request.field("json").isPresent();
            String command = request.required("command");
            exit = switch (command) {
                case "status" -> operations.status(json, wire);
                case "install" ->
                    operations.install(
                            Base64.getDecoder().decode(request.required("envelope")),
                            Path.of(request.required("folder")),
                            json,
                            wire);
                case "confirm" -> operations.confirm(json, wire);
                case "consent" ->
                    operations.consent(
                            request.field("defer").isPresent()
                                    ? OptionalLong.of(request.number("defer"))
                                    : OptionalLong.empty(),
                            json,
                            wire);
                case "plan" -> operations.plan(request.number("ahead"), request.number("bytes"), json, wire);
                default -> throw new IOException("the running agent doesn't know '" + command + "'");
            };
        } catch (IOException | IllegalArgumentException e) {
            wire.send(Message.of("error", String.valueOf(e.getMessage())));
            return;
        }
        wire.send(Message.of("exit", Integer.toString(exit)));
    }

    /**
     * Returns where it listens.
     *
     * @return the socket
     */
    public Path socket() {
        return socket;
    }

    /** Stops listening; connections end, and what they asked for goes on. Nobody can connect when this returns. */
    @Override
    public void close() {
        try {
            listener.close();
            acceptor.join(LIMIT.toMillis()); // the kernel listens until the one who waits there has left
            Files.deleteIfExists(socket);
            for (SocketChannel connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            LOG.debug("closing {}: {}", socket, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody who stopped listening doesn't stop what he asked for. */
    private record Wire(OutputStream out) implements Replies {
        @Override
        public void line(String text) {
            tell(Message.of("line", text));
        }

        @Override
        public void progress(String what, long done, long total) {
            tell(Message.of("progress", what, "done", Long.toString(done), "total", Long.toString(total)));
        }

        private void tell(Message message) {
            try {
                send(message);
            } catch (IOException e) {
                LOG.debug("nobody hears the answer any more: {}", e.toString());
            }
        }

        synchronized void send(Message message) throws IOException {
            message.write(out);
        }
    }
}
