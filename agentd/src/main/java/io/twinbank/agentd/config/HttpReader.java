// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.agentd.config.GatewayConfig.Http;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
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
        if (values.has(ConfigKey.HTTP_PROXY_LOGIN) && !values.has(ConfigKey.HTTP_PROXY)) {
            values.wrong(ConfigKey.HTTP_PROXY_LOGIN, "no proxy", "http.proxy beside it");
        }
        values.path(ConfigKey.HTTP_PROXY_LOGIN)
                .filter(file -> !Files.isRegularFile(file))
                .ifPresent(file -> values.wrong(ConfigKey.HTTP_PROXY_LOGIN, file.toString(), "a file that exists"));
        return new Http(
                values.read(ConfigKey.HTTP_PROXY, "HOST:PORT", HttpReader::hostPort),
                values.path(ConfigKey.HTTP_PROXY_LOGIN),
                values.read(ConfigKey.HTTP_MIRRORS, "PREFIX REPLACEMENT, both https", HttpReader::mirrors)
                        .orElse(List.of()),
                values.words(ConfigKey.HTTP_REDIRECT_HOSTS),
                values.read(ConfigKey.HTTP_RANGE_BYTES, "a number of bytes such as 4M", Bytes::parse)
                        .orElse(0L));
    }

    private static Http.HostPort hostPort(String text) {
        Matcher form = HOST_PORT.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > 65_535) {
            throw new IllegalArgumentException(text);
        }
        return new Http.HostPort(form.group(1), Integer.parseInt(form.group(2)));
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
