// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.agentd.config.GatewayConfig.HostPort;
import io.twinbank.agentd.config.GatewayConfig.Http;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the file says about how payloads are fetched. */
final class HttpReader {
    private static final Pattern HOST_PORT = Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\]):(\\d{1,5})");

    private final Values values;

    HttpReader(ConfigFile file) {
        this.values = new Values(file);
    }

    Http http() {
        return new Http(
                proxy(values, ConfigKey.HTTP_PROXY),
                login(values, ConfigKey.HTTP_PROXY, ConfigKey.HTTP_PROXY_LOGIN),
                values.read(ConfigKey.HTTP_MIRRORS, "PREFIX REPLACEMENT, both https", HttpReader::mirrors)
                        .orElse(List.of()),
                values.words(ConfigKey.HTTP_REDIRECT_HOSTS),
                values.read(ConfigKey.HTTP_RANGE_BYTES, "a number of bytes such as 4M", Bytes::parse)
                        .orElse(0L));
    }

    static Optional<HostPort> proxy(Values values, ConfigKey key) {
        return values.read(key, "HOST:PORT", HttpReader::hostPort);
    }

    static Optional<Path> login(Values values, ConfigKey proxy, ConfigKey login) {
        if (values.has(login) && !values.has(proxy)) {
            values.wrong(login, "no proxy", proxy.text() + " beside it");
        }
        values.path(login)
                .filter(file -> !Files.isRegularFile(file))
                .ifPresent(file -> values.wrong(login, file.toString(), "a file that exists"));
        return values.path(login);
    }

    private static HostPort hostPort(String text) {
        Matcher form = HOST_PORT.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > 65_535) {
            throw new IllegalArgumentException(text);
        }
        return new HostPort(form.group(1), Integer.parseInt(form.group(2)));
    }

    private static List<Http.Mirror> mirrors(String text) {
        return Stream.of(text.split(";", -1)).map(HttpReader::mirror).toList();
    }

    private static Http.Mirror mirror(String text) {
        List<URI> both =
                Stream.of(text.trim().split("\\s+", -1)).map(URI::create).toList();
        boolean secure = both.stream().allMatch(uri -> "https".equals(uri.getScheme()) && uri.getHost() != null);
        if (both.size() != 2 || !secure) {
            throw new IllegalArgumentException(text);
        }
        return new Http.Mirror(both.get(0), both.get(1));
    }
}
