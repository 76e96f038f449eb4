// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.GatewayConfig.Http;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.agentd.gateway.Tls;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Where payloads come from, as the configuration says. */
final class Payloads {
    private Payloads() {}

    /** By HTTPS, with the gateway's own key where it has one. */
    static PayloadSource byHttp(Gateway gateway) throws IOException {
        Http config = gateway.config().http();
        HttpPayloads payloads = HttpPayloads.builder();
        if (gateway.tlsKeys().length > 0) {
            payloads.sslContext(Tls.context(Optional.empty(), gateway.tlsKeys()));
        }
        if (config.proxy().isPresent()) {
            Http.HostPort proxy = config.proxy().get();
            if (config.login().isPresent()) {
                login(payloads, proxy, config.login().get());
            } else {
                payloads.proxy(proxy.host(), proxy.port());
            }
        }
        config.mirrors().forEach(mirror -> payloads.mirror(mirror.prefix(), mirror.replacement()));
        config.redirectHosts().forEach(payloads::allowHost);
        if (config.rangeBytes() > 0) {
            payloads.rangeBytes(config.rangeBytes());
        }
        return payloads.build();
    }

    private static void login(HttpPayloads payloads, Http.HostPort proxy, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] line = Arrays.copyOf(text.array(), text.limit());
        int colon = 0;
        while (colon < line.length && line[colon] != ':') {
            colon++;
        }
        int end = colon;
        while (end < line.length && line[end] != '\n' && line[end] != '\r') {
            end++;
        }
        if (colon == line.length) {
            throw new IOException("http.proxy.login " + file + ": found no colon, expected USER:PASSWORD");
        }
        String user = new String(line, 0, colon);
        payloads.proxy(proxy.host(), proxy.port(), user, Arrays.copyOfRange(line, colon + 1, end));
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(text.array(), '\0');
        Arrays.fill(line, '\0');
    }
}
