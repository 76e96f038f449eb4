// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket under Paho, in place of Paho's own, for what that one can't do: TLS 1.3 only with the host name always checked,
 * every address of a name tried, a tunnel through an HTTP proxy, WebSockets whose messages come in several frames, packets limited
 * ({@link PacketGuard}), no read time-out (Paho's once a second loses the place when it falls into a length head), and a {@link #kill}
 * that ends any of it at once.
 */
final class BrokerSocket implements NetworkModule {
    private static final Logger log = LoggerFactory.getLogger(BrokerSocket.class);
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    private static final int ALL_ADDRESSES_MILLIS = (int) Duration.ofSeconds(30).toMillis();
    private static final int HANDSHAKE_MILLIS = (int) Duration.ofSeconds(15).toMillis();

    private final MqttConfig config;
    private final Server server;
    private final MqttLink.Events events;
    private final Resolver resolver;
    private final SecureRandom random = new SecureRandom();
    private final CountDownLatch spoken = new CountDownLatch(1);
    private volatile @Nullable Socket tcp;
    private volatile @Nullable Streams streams;
    private volatile @Nullable InetAddress ownAddress;
    private volatile boolean killed;

    /** Gives the addresses of a name. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private record Streams(PacketGuard in, OutputStream out) {}

    BrokerSocket(MqttConfig config, Server server, MqttLink.Events events, Resolver resolver) {
        this.config = config;
        this.server = server;
        this.events = events;
        this.resolver = resolver;
    }

    @Override
    public void start() throws IOException {
        HttpProxy proxy = config.proxy().orElse(null);
        Socket plain = proxy == null ? connect(server.host(), server.port()) : tunnel(proxy);
        ownAddress = onAnInterface(plain.getLocalAddress()) ? plain.getLocalAddress() : null;
        plain.setSoTimeout(HANDSHAKE_MILLIS);
        try {
            Socket socket = server.secure() ? handshake(plain) : plain;
            InputStream in = socket.getInputStream();
            OutputStream out = new QuietOutput(socket.getOutputStream());
            if (server.webSocket()) {
                WebSocketHandshake.open(in, out, server, random);
                WebSocketOutput frames = new WebSocketOutput(out, random);
                in = new WebSocketInput(in, frames);
                out = frames;
            }
            streams = new Streams(
                    new PacketGuard(new BufferedInputStream(in), config.maxPacketBytes(), events::isWanted), out);
            plain.setSoTimeout(0);
        } catch (IOException e) {
            close(plain);
            throw e;
        }
    }

    /** Returns what the broker answered to CONNECT; empty before that. */
    Optional<BrokerReason> greeting() {
        Streams current = streams;
        return current == null ? Optional.empty() : current.in.greeting();
    }

    /** Returns why the broker refused or ended the connection; empty if it didn't say. */
    Optional<BrokerReason> refusal() {
        Streams current = streams;
        return current == null
                ? Optional.empty()
                : current.in.farewell().or(current.in::greeting).filter(BrokerReason::isRefusal);
    }

    /** Returns how many messages that nobody wants were dropped since it was asked before. */
    long dropped() {
        Streams current = streams;
        return current == null ? 0 : current.in.dropped();
    }

    /** Tells whether the address that this end of the connection had is no longer the device's: nothing can come through then. */
    boolean lostItsAddress() {
        InetAddress own = ownAddress;
        return own != null && !onAnInterface(own);
    }

    private static boolean onAnInterface(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            log.debug("the network interfaces can't be read", e);
            return true;
        }
    }

    /** Closes the connection under everybody's feet: reads, writes and a connect under way fail at once. */
    void kill() {
        killed = true;
        close(tcp);
    }

    /** Called by Paho when it shuts down. */
    @Override
    public void stop() {
        spoken.countDown();
        kill();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Ear(open().in);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Mouth(open().out);
    }

    @Override
    public String getServerURI() {
        return server.uri();
    }

    private Streams open() throws SocketException {
        Streams current = streams;
        if (current == null) {
            throw new SocketException("not connected");
        }
        return current;
    }

    private Socket connect(String host, int port) throws IOException {
        IOException failure = new SocketException("the name has no address");
        InetAddress[] addresses = resolver.resolve(host);
        int millis = Math.min(CONNECT_MILLIS, ALL_ADDRESSES_MILLIS / Math.max(1, addresses.length));
        for (InetAddress address : addresses) {
            Socket attempt = new QuietSocket();
            tcp = attempt;
            try {
                if (killed) {
                    throw new SocketException("closed while connecting");
                }
                attempt.setTcpNoDelay(true);
                attempt.setKeepAlive(true);
                attempt.connect(new InetSocketAddress(address, port), millis);
                return attempt;
            } catch (IOException e) {
                close(attempt);
                failure = e;
            }
        }
        throw failure;
    }

    /** The proxy resolves the broker's name, so that a device needs no DNS for it. */
    private Socket tunnel(HttpProxy proxy) throws IOException {
        Socket plain;
        try {
            plain = connect(proxy.host(), proxy.port());
        } catch (IOException e) {
            throw new LinkException(
                    LinkFailure.Kind.PROXY_UNREACHABLE, proxy.host() + ":" + proxy.port() + ": " + e.getMessage(), e);
        }
        try {
            plain.setSoTimeout(HANDSHAKE_MILLIS);
            Map<String, String> fields = new TreeMap<>(Map.of("Host", server.authority()));
            proxy.credentials()
                    .ifPresent(credentials -> fields.put("Proxy-Authorization", "Basic " + basic(credentials)));
            plain.getOutputStream().write(HttpHead.request("CONNECT " + server.authority(), fields));
            HttpHead answer = HttpHead.read(plain.getInputStream());
            LinkFailure.Kind refusal = switch (answer.status()) {
                case 401, 407 -> LinkFailure.Kind.PROXY_LOGIN; // Tinyproxy answers 401 to a wrong password
                case 500, 502, 503, 504 -> LinkFailure.Kind.PROXY_FAILED;
                default -> LinkFailure.Kind.PROXY_REFUSED;
            };
            if (answer.status() / 100 != 2) {
                throw new LinkException(refusal, answer.statusLine());
            }
            return plain;
        } catch (IOException e) {
            close(plain);
            throw e;
        }
    }

    private static String basic(Credentials credentials) {
        byte[] user = (credentials.user() + ":").getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.passwordUtf8();
        byte[] both = Arrays.copyOf(user, user.length + password.length);
        System.arraycopy(password, 0, both, user.length, password.length);
        return Base64.getEncoder().encodeToString(both);
    }

    private Socket handshake(Socket plain) throws IOException {
        SSLContext tls = context();
        // The last one is resumed. An older one that stayed there would hold every later one: the JDK makes a resumed
        // session its child.
        tls.getClientSessionContext().setSessionCacheSize(1);
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, server.host(), server.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        try {
            secure.startHandshake();
        } catch (SocketException | EOFException e) {
            throw new SSLException("the broker hung up during the handshake: " + e.getMessage(), e);
        }
        SSLSession session = secure.getSession();
        events.secured(chain(session.getLocalCertificates()), brokersChain(session));
        return secure;
    }

    private SSLContext context() throws IOException {
        TlsContexts contexts = config.tls().orElseThrow(() -> new SSLException("no TLS context"));
        try {
            return contexts.context(events::noticed);
        } catch (IOException | GeneralSecurityException e) {
            throw new LinkException(LinkFailure.Kind.OUR_FILES, String.valueOf(e.getMessage()), e);
        }
    }

    private static List<X509Certificate> brokersChain(SSLSession session) {
        try {
            return chain(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private static List<X509Certificate> chain(Certificate @Nullable [] certificates) {
        return certificates == null
                ? List.of()
                : Stream.of(certificates)
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .toList();
    }

    private static void close(@Nullable Socket socket) {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("a socket didn't close cleanly", e);
        }
    }

    /**
     * Hears nothing before something was said. A broker never speaks first; but Paho waits for ever for its receiver to run if
     * that fails within the first 100 ms, as it does when the broker refuses our certificate.
     */
    private final class Ear extends FilterInputStream {
        Ear(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            awaitSpoken();
            return notTheEnd(super.read());
        }

        @Override
        public int read(byte[] dst, int offset, int count) throws IOException {
            awaitSpoken();
            return notTheEnd(super.read(dst, offset, count));
        }

        /** Paho asks this first, and a closed socket would answer with a failure. */
        @Override
        public int available() throws IOException {
            return spoken.getCount() > 0 ? 0 : super.available();
        }

        /** Paho makes an {@link EOFException} of an end and of a malformed packet alike. */
        private int notTheEnd(int read) throws SocketException {
            if (read < 0) {
                throw new SocketException("end of stream");
            }
            return read;
        }

        private void awaitSpoken() throws InterruptedIOException {
            try {
                spoken.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted before the first packet");
            }
        }
    }

    private final class Mouth extends FilterOutputStream {
        Mouth(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] src, int offset, int count) throws IOException {
            spoken.countDown();
            out.write(src, offset, count);
        }
    }

    /** The socket beneath TLS: here it is the handshake whose last words find the broker gone. */
    private static final class QuietSocket extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            return new QuietOutput(super.getOutputStream());
        }
    }

    /**
     * Swallows what can't be written. A broker that refuses our certificate hangs up while we still write, and the write would
     * fail with a broken pipe; the alert that says why lies unread behind it. Reading finds the alert, or else the end of the
     * connection: so it is always reading that fails.
     */
    private static class QuietOutput extends FilterOutputStream {
        QuietOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] src, int offset, int count) {
            try {
                out.write(src, offset, count);
            } catch (IOException e) {
                log.debug("couldn't write: {}", e.toString());
            }
        }
    }
}
