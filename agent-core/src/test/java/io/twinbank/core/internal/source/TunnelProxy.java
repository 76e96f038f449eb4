// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy that only makes tunnels, all of them to loopback; or that answers something else. */
final class TunnelProxy implements AutoCloseable {
    private static final Pattern CONNECT = Pattern.compile("CONNECT [^ ]+:(\\d+) HTTP/1\\.1\r\n");

    /** The heads of all requests, as they came. */
    final List<String> heads = new CopyOnWriteArrayList<>();

    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile String answer = "HTTP/1.1 200 Connection established\r\n\r\n";

    TunnelProxy() throws IOException {
        start(this::accept);
    }

    /** What it says to every request from now on; a tunnel follows a success only. */
    void answers(String head) {
        answer = head;
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : open) {
            each.close();
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            Matcher asked = CONNECT.matcher(head);
            if (asked.lookingAt() && answer.contains(" 200 ")) {
                try (Socket target = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(asked.group(1)))) {
                    open.add(target);
                    start(() -> pour(client, target));
                    pour(target, client);
                }
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void pour(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // One of them went away.
        }
    }
}
