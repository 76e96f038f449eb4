// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * The sockets of one connection: TLS 1.3, the host's name checked whatever the process's defaults are, and the plain socket
 * underneath handed out, because closing that is the only way to end a connect, a handshake or a read at once.
 */
final class TlsSockets extends SSLSocketFactory {
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final SSLSocketFactory factory;
    private final Supplier<Socket> plain;
    private final Consumer<Socket> sockets;

    /**
     * Makes the sockets.
     *
     * @param factory makes the secure ones
     * @param plain makes those underneath, not connected
     * @param sockets is told of each plain one
     */
    TlsSockets(SSLSocketFactory factory, Supplier<Socket> plain, Consumer<Socket> sockets) {
        this.factory = factory;
        this.plain = plain;
        this.sockets = sockets;
    }

    @Override
    public Socket createSocket() {
        Socket socket = plain.get();
        sockets.accept(socket);
        return socket;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        SSLSocket secure = (SSLSocket) factory.createSocket(connected, host, port, autoClose);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        return secure;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw unused();
    }

    private static IOException unused() {
        return new IOException("only sockets that connect later are handed out");
    }
}
