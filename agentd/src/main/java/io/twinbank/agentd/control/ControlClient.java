// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** The daemon, as a command asks it. */
public final class ControlClient implements Operations {
    private final Path socket;

    /**
     * Makes a client.
     *
     * @param socket where the daemon listens, if it runs
     */
    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /**
     * Tells whether a daemon listens.
     *
     * @return whether it does
     * @throws IOException if one may, but this user mustn't ask
     */
    public boolean answers() throws IOException {
        if (!Files.exists(socket)) {
            return false;
        }
        if (!Files.isWritable(socket)) {
            throw new IOException("the agent at " + socket + " only answers its own user; try with sudo");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false; // a killed daemon left it there
        }
    }

    @Override
    public int status(boolean json, Replies replies) throws IOException {
        return ask(request("status", json), replies);
    }

    @Override
    public int install(byte[] envelope, Path folder, boolean json, Replies replies) throws IOException {
        Map<String, String> request = request("install", json);
        request.put("envelope", Base64.getEncoder().encodeToString(envelope));
        request.put("folder", folder.toAbsolutePath().toString());
        return ask(request, replies);
    }

    @Override
    public int confirm(boolean json, Replies replies) throws IOException {
        return ask(request("confirm", json), replies);
    }

    @Override
    public int consent(OptionalLong deferSeconds, boolean json, Replies replies) throws IOException {
        Map<String, String> request = request("consent", json);
        deferSeconds.ifPresent(seconds -> request.put("defer", Long.toString(seconds)));
        return ask(request, replies);
    }

    @Override
    public int plan(long aheadSeconds, long bytes, boolean json, Replies replies) throws IOException {
        Map<String, String> request = request("plan", json);
        request.put("ahead", Long.toString(aheadSeconds));
        request.put("bytes", Long.toString(bytes));
        return ask(request, replies);
    }

    private static Map<String, String> request(String command, boolean json) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("command", command);
        if (json) {
            fields.put("json", "true");
        }
        return fields;
    }

    private int ask(Map<String, String> request, Replies replies) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            new Message(request).write(Channels.newOutputStream(channel));
            BufferedInputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            while (true) {
                Message message = Message.read(in);
                if (message.field("exit").isPresent()) {
                    return Math.toIntExact(message.number("exit"));
                } else if (message.field("error").isPresent()) {
                    throw new IOException(message.required("error"));
                } else if (message.field("progress").isPresent()) {
                    replies.progress(message.required("progress"), message.number("done"), message.number("total"));
                } else {
                    replies.line(message.required("line"));
                }
            }
        } catch (EOFException e) {
            throw new IOException("the agent stopped before it answered; 'twinbank status' tells how things stand", e);
        }
    }
}
