// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket under Paho, in place of Paho's own, for what that one can't do: TLS 1.3 only with the host name always checked,
 * every address of a name tried, packets limited ({@link PacketGuard}), no read time-out (Paho's once a second loses the
 * place when it falls into a length head), and a {@link #kill} that ends any of it at once.
 */
final class BrokerSocket implements NetworkModule {
    private static final Logger log = LoggerFactory.getLogger(BrokerSocket.class);
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(10).toMillis();
    private static final int HANDSHAKE_MILLIS = (int) Duration.ofSeconds(15).toMillis();

    private final MqttConfig config;
    private final CountDownLatch spoken = new CountDownLatch(1);
    private volatile @Nullable Socket tcp;
    private volatile @Nullable Socket socket;
    private volatile boolean killed;

    BrokerSocket(MqttConfig config) {
        this.config = config;
    }

    @Override
    public void start() throws IOException {
        Socket plain = connect();
        SSLContext tls = config.tls().orElse(null);
        socket = tls == null ? plain : handshake(tls, plain);
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
        return new Ear(new PacketGuard(open().getInputStream(), config.maxPacketBytes()));
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Mouth(open().getOutputStream());
    }

    @Override
    public String getServerURI() {
        return config.serverUri();
    }

    private Socket open() throws SocketException {
        Socket current = socket;
        if (current == null) {
            throw new SocketException("not connected");
        }
        return current;
    }

    private Socket connect() throws IOException {
        IOException failure = new SocketException("the name has no address");
        for (InetAddress address : InetAddress.getAllByName(config.host())) {
            Socket attempt = new QuietSocket();
            tcp = attempt;
            try {
                if (killed) {
                    throw new SocketException("closed while connecting");
                }
                attempt.setTcpNoDelay(true);
                attempt.setKeepAlive(true);
                attempt.connect(new InetSocketAddress(address, config.port()), CONNECT_MILLIS);
                return attempt;
            } catch (IOException e) {
                close(attempt);
                failure = e;
            }
        }
        throw failure;
    }

    private Socket handshake(SSLContext tls, Socket plain) throws IOException {
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, config.host(), config.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        plain.setSoTimeout(HANDSHAKE_MILLIS);
        try {
            secure.startHandshake();
            plain.setSoTimeout(0);
            return secure;
        } catch (SocketException | EOFException e) {
            close(plain);
            throw new SSLException("the broker hung up during the handshake: " + e.getMessage(), e);
        } catch (IOException e) {
            close(plain);
            throw e;
        }
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

    private final class Mouth extends QuietOutput {
        Mouth(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] src, int offset, int count) {
            spoken.countDown();
            super.write(src, offset, count);
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
