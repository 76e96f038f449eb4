// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's nginx with TLS 1.3 and client certificates, or its squid, on a free port of loopback; one process, which can be killed. */
public final class RealServer implements AutoCloseable {
    private static final int TRIES = 5;

    private final String name;
    private final int port;
    private final List<String> command;
    private final Path log;
    private Process process;

    private RealServer(String name, int port, Path log, List<String> command) throws Exception {
        this.name = name;
        this.port = port;
        this.log = log;
        this.command = command;
        this.process = start();
    }

    private interface Starting {
        RealServer on(int port) throws Exception;
    }

    /** Another process may take the port in between. */
    private static RealServer onFreePort(Starting starting) throws Exception {
        for (int i = 1; ; i++) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            try {
                return starting.on(port);
            } catch (IllegalStateException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * Starts nginx.
     *
     * @param folder with {@code www}, which is served as {@code /} and, at 400 KB/s, as {@code /slow/}
     * @param own its certificate and key
     * @param clients whom it lets in
     */
    public static RealServer nginx(Path folder, Path own, Path clients) throws Exception {
        return onFreePort(port -> {
            Path config = Files.writeString(folder.resolve("nginx.conf"), """
                    daemon off;
                    master_process off;
                    pid FOLDER/nginx.pid;
                    error_log FOLDER/nginx.log;
                    events { worker_connections 64; }
                    http {
                      log_format connections '"$request" $status $body_bytes_sent connection $connection';
                      access_log FOLDER/access.log connections;
                      client_body_temp_path FOLDER/tmp; proxy_temp_path FOLDER/tmp; fastcgi_temp_path FOLDER/tmp;
                      uwsgi_temp_path FOLDER/tmp; scgi_temp_path FOLDER/tmp;
                      default_type application/octet-stream;
                      server {
                        listen 127.0.0.1:PORT ssl;
                        ssl_protocols TLSv1.3;
                        ssl_certificate OWN;
                        ssl_certificate_key OWN;
                        ssl_client_certificate CLIENTS;
                        ssl_verify_client on;
                        location / { root FOLDER/www; }
                        location /slow/ { alias FOLDER/www/; limit_rate 400k; }
                      }
                    }
                    """.replace("FOLDER", folder.toString())
                    .replace("PORT", Integer.toString(port))
                    .replace("OWN", own.toString())
                    .replace("CLIENTS", clients.toString()));
            return new RealServer(
                    "nginx",
                    port,
                    folder.resolve("nginx.log"),
                    List.of(
                            Part.NGINX.path().toString(),
                            "-c",
                            config.toString(),
                            "-e",
                            folder.resolve("nginx.log").toString()));
        });
    }

    /**
     * Starts squid for one user.
     *
     * @param folder for its files
     * @param userAndPassword with a space in between
     * @param tunnelPort the port to which alone it makes tunnels
     */
    static RealServer squid(Path folder, String userAndPassword, int tunnelPort) throws Exception {
        // It gives up being root, and still has to read and write here.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path check = Files.writeString(
                folder.resolve("check"),
                "#!/bin/sh\nwhile read -r line; do [ \"$line\" = '" + userAndPassword
                        + "' ] && echo OK || echo ERR; done\n");
        Files.setPosixFilePermissions(check, PosixFilePermissions.fromString("rwxr-xr-x"));
        return onFreePort(port -> {
            Path config = Files.writeString(folder.resolve("squid.conf"), """
                    http_port 127.0.0.1:PORT
                    auth_param basic program FOLDER/check
                    auth_param basic children 1 startup=1
                    acl known proxy_auth REQUIRED
                    acl tunnels port TUNNEL
                    http_access deny !tunnels
                    http_access allow known
                    http_access deny all
                    cache deny all
                    cache_log FOLDER/squid.log
                    access_log stdio:FOLDER/access.log
                    pid_filename none
                    netdb_filename none
                    coredump_dir none
                    pinger_enable off
                    shutdown_lifetime 0 seconds
                    visible_hostname proxy.test
                    max_filedescriptors 256
                    """.replace("FOLDER", folder.toString())
                    .replace("PORT", Integer.toString(port))
                    .replace("TUNNEL", Integer.toString(tunnelPort)));
            return new RealServer(
                    "squid",
                    port,
                    folder.resolve("squid.log"),
                    List.of(Part.SQUID.path().toString(), "-N", "-f", config.toString()));
        });
    }

    int port() {
        return port;
    }

    public URI uri(String path) {
        return URI.create("https://localhost:" + port + path);
    }

    /** Kills it in the middle of whatever it does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it once more on the same port. */
    public void restart() throws Exception {
        process = start();
    }

    /** Ends it as an operator does. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private Process start() throws Exception {
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.resolveSibling(name + ".out").toFile())
                .start();
        while (!answers()) {
            if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(name + " ended with " + started.exitValue() + ": " + said());
            }
        }
        return started;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String said() throws IOException {
        Path out = log.resolveSibling(name + ".out");
        return (Files.exists(log) ? Files.readString(log) : "") + Files.readString(out);
    }
}
