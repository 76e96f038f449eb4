// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Serves one file by HTTP on a free port of the loopback interface, by sendfile, so that the server costs little; prints its
 * address, and ends with its standard input.
 */
public final class FileServer {
    private FileServer() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(() -> accept(server, file), "file-server");
        thread.setDaemon(true);
        thread.start();
        System.out.println("http://localhost:" + server.socket().getLocalPort() + "/image");
        while (System.in.read() >= 0) {}
    }

    private static void accept(ServerSocketChannel server, Path file) {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                try (connection) {
                    answer(connection, file);
                } catch (IOException e) {
                    System.err.println("client went away: " + e);
                }
            }
        } catch (IOException e) {
            System.err.println("server ends: " + e);
        }
    }

    private static void answer(SocketChannel connection, Path file) throws IOException {
        connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
        BufferedReader in = new BufferedReader(Channels.newReader(connection, StandardCharsets.ISO_8859_1));
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = content.size();
            String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\nContent-Length: " + size + "\r\n\r\n";
            connection.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
            for (long sent = 0; sent < size; ) {
                sent += content.transferTo(sent, size - sent, connection);
            }
        }
    }
}
