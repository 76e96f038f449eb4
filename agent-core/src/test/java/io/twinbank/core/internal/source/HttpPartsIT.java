// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.PayloadSource.Request;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.linux.Pkcs11Token;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against nginx, squid and a token. */
@Tag("slow")
@Needs(Part.NGINX)
class HttpPartsIT {
    private static final String PIN = "5678";

    @TempDir
    static Path folder;

    private static TestKeys keys;
    private static Path own;
    private static final byte[] PAYLOAD = new byte[300_000];

    @TempDir
    Path squidFolder;

    @BeforeAll
    static void prepare() throws Exception {
        keys = new TestKeys(folder);
        keys.make("server", "client", "stranger");
        own = keys.writePem("server", true);
        new SplittableRandom(1).nextBytes(PAYLOAD);
        Files.createDirectories(folder.resolve("www"));
        Files.write(folder.resolve("www/image"), PAYLOAD);
    }

    private static RealServer nginx(Path clients) throws Exception {
        return RealServer.nginx(folder, own, clients);
    }

    private static RealServer nginx() throws Exception {
        return nginx(keys.writePem("client", false));
    }

    @Test
    void nginx_clientCertificate_rangesOfOneVersionAreOnePayload() throws Exception {
        try (RealServer nginx = nginx()) {
            PayloadSource source = builder("client").rangeBytes(100_000).build();
            Optional<String> version;
            try (PayloadSource.Stream stream = source.open(request(nginx.uri("/image"), 0, Optional.empty()))) {
                assertArrayEquals(PAYLOAD, HttpSourceTest.drain(stream));
                version = stream.validator();
            }

            assertTrue(version.orElseThrow().startsWith("\""), "nginx gives a strong entity tag");
            assertArrayEquals(
                    Arrays.copyOfRange(PAYLOAD, 123_457, PAYLOAD.length),
                    read(source, nginx.uri("/image"), 123_457, version));
            String log = Files.readString(folder.resolve("access.log"));
            assertTrue(log.contains("\" 206 100000 "), log);
        }
    }

    /** nginx closes a connection after a thousand requests, and says so with the last. */
    @Test
    void nginx_manyRanges_goByTwoConnections() throws Exception {
        Files.deleteIfExists(folder.resolve("access.log"));
        int ranges = 1500;
        try (RealServer nginx = nginx();
                PayloadSource.Stream stream = builder("client")
                        .build()
                        .open(new Request(nginx.uri("/image"), 0, 10, PAYLOAD.length, Optional.empty()))) {
            for (int i = 0; i < ranges; i++) {
                int from = i * 199;
                assertTrue(stream.turnTo(from, from + 10));
                assertArrayEquals(Arrays.copyOfRange(PAYLOAD, from, from + 10), HttpSourceTest.drain(stream));
            }

            assertEquals(10L * ranges, stream.transferredBytes());
        }
        List<String> log = Files.readAllLines(folder.resolve("access.log"));
        assertEquals(ranges, log.size());
        assertEquals(
                2,
                log.stream()
                        .map(line -> line.substring(line.indexOf(" connection ")))
                        .distinct()
                        .count());
    }

    @Test
    void nginx_otherVersion_isChanged() throws Exception {
        try (RealServer nginx = nginx()) {
            PayloadException refusal = assertThrows(
                    PayloadException.class,
                    () -> read(builder("client").build(), nginx.uri("/image"), 5, Optional.of("\"older\"")));

            assertEquals(PayloadException.Kind.CHANGED, refusal.kind());
        }
    }

    /** nginx lets everybody shake hands, and answers then; so does HTTP in general. */
    @Test
    void nginx_noOrUnknownClientCertificate_isRefused() throws Exception {
        try (RealServer nginx = nginx()) {
            for (List<String> client : List.of(List.<String>of(), List.of("stranger"))) {
                SSLContext context = keys.context(client, "server");
                IOException trouble = assertThrows(
                        IOException.class,
                        () -> read(
                                HttpPayloads.builder().sslContext(context).build(),
                                nginx.uri("/image"),
                                0,
                                Optional.empty()));
                assertTrue(String.valueOf(trouble.getMessage()).endsWith("status 400"), trouble.toString());
            }
        }
    }

    @Test
    void nginx_notThere_isFinal() throws Exception {
        try (RealServer nginx = nginx()) {
            PayloadException refusal = assertThrows(
                    PayloadException.class,
                    () -> read(builder("client").build(), nginx.uri("/absent"), 0, Optional.empty()));

            assertEquals(PayloadException.Kind.FINAL, refusal.kind());
        }
    }

    @Test
    @Needs(Part.SOFTHSM)
    void nginx_keyOnAToken_isTheClients() throws Exception {
        Pkcs11Token token = tokenWithKey();
        Certificate certificate = token.keyStore().getCertificate("device");
        Path clients =
                Files.writeString(folder.resolve("token.pem"), TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
        Security.addProvider(token.provider());
        try (RealServer nginx = nginx(clients)) {
            PayloadSource source = HttpPayloads.builder()
                    .sslContext(keys.context(token.keyStore(), "server"))
                    .rangeBytes(200_000)
                    .build();

            assertArrayEquals(PAYLOAD, read(source, nginx.uri("/image"), 0, Optional.empty()));
        } finally {
            Security.removeProvider(token.provider().getName());
        }
    }

    /** The key is made as an operator does it, and never leaves the token. */
    private static Pkcs11Token tokenWithKey() throws Exception {
        Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
        Path tokens = Files.createTempDirectory(configuration.getParent(), "softhsm");
        Files.writeString(
                configuration,
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
        String util = Part.SOFTHSM.path().toString();
        Matcher slot = Pattern.compile("slot ([0-9]+)\\s*$")
                .matcher(run((util + " --init-token --free --label http --so-pin 1234 --pin " + PIN).split(" ")));
        assertTrue(slot.find());
        Path p11 = Files.writeString(
                folder.resolve("p11.conf"),
                "name = Http\nlibrary = /usr/lib/softhsm/libsofthsm2.so\nslot = " + slot.group(1)
                        + "\nattributes(generate, CKO_PRIVATE_KEY, CKK_EC) = { CKA_TOKEN = true CKA_SIGN = true }\n");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run((keytool + " -genkeypair -alias device -keyalg EC -groupname secp256r1 -dname CN=device -validity 2"
                        + " -keystore NONE -storetype PKCS11 -storepass " + PIN
                        + " -addprovider SunPKCS11 -providerArg " + p11)
                .split(" "));
        return Pkcs11Token.open(p11, PIN.toCharArray());
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    @Needs(Part.SQUID)
    void squid_userAndPassword_everyRequestGoesThroughIt() throws Exception {
        try (RealServer nginx = nginx();
                RealServer squid = RealServer.squid(squidFolder, "device s3cret", nginx.port())) {
            PayloadSource source = builder("client")
                    .proxy("localhost", squid.port(), "device", "s3cret".toCharArray())
                    .rangeBytes(100_000)
                    .build();

            assertArrayEquals(PAYLOAD, read(source, nginx.uri("/image"), 0, Optional.empty()));

            squid.stop(); // its log is written at the end
            List<String> tunnels = Files.readAllLines(squidFolder.resolve("access.log")).stream()
                    .filter(line -> line.contains("CONNECT localhost:" + nginx.port() + " device"))
                    .toList();
            assertEquals(1, tunnels.size(), () -> "the three ranges go by one: " + tunnels);
        }
    }

    @Test
    @Needs(Part.SQUID)
    void squid_refuses_saysWhatToDo() throws Exception {
        try (RealServer nginx = nginx();
                RealServer squid = RealServer.squid(squidFolder, "device s3cret", nginx.port())) {
            String none = refusal(builder("client").proxy("localhost", squid.port()), nginx.uri("/image"));
            String wrong = refusal(
                    builder("client").proxy("localhost", squid.port(), "device", "wrong".toCharArray()),
                    nginx.uri("/image"));
            String elsewhere = refusal(
                    builder("client").proxy("localhost", squid.port(), "device", "s3cret".toCharArray()),
                    URI.create("https://localhost:1/image"));

            assertTrue(none.contains("with status 407: it wants a user and a password"), none);
            assertTrue(wrong.contains("with status 407: it doesn't accept the user or the password"), wrong);
            assertTrue(elsewhere.contains("with status 403: its rules forbid it"), elsewhere);
            assertFalse(wrong.contains("device"), wrong);
        }
    }

    @Test
    @Needs(Part.SQUID)
    void squid_serverBehindItIsGone_saysWhatToDo() throws Exception {
        try (RealServer nginx = nginx();
                RealServer squid = RealServer.squid(squidFolder, "device s3cret", nginx.port())) {
            nginx.kill();

            String gone = refusal(
                    builder("client").proxy("localhost", squid.port(), "device", "s3cret".toCharArray()),
                    nginx.uri("/image"));

            assertTrue(gone.contains("with status 503: it can't reach the host, or is in trouble itself"), gone);
        }
    }

    @Test
    @Needs(Part.SQUID)
    void squid_killedInTheMiddle_isATroubleThatPasses() throws Exception {
        try (RealServer nginx = nginx();
                RealServer squid = RealServer.squid(squidFolder, "device s3cret", nginx.port())) {
            PayloadSource source = builder("client")
                    .proxy("localhost", squid.port(), "device", "s3cret".toCharArray())
                    .build();
            try (PayloadSource.Stream stream = source.open(request(nginx.uri("/slow/image"), 0, Optional.empty()))) {
                ByteBuffer buffer = ByteBuffer.allocate(PAYLOAD.length);
                assertTrue(stream.read(buffer) > 0);

                squid.kill();

                assertThrows(IOException.class, () -> {
                    while (stream.read(buffer) >= 0) {
                        assertTrue(buffer.position() <= PAYLOAD.length);
                    }
                    throw new IOException("ended at " + buffer.position());
                });
                assertTrue(buffer.position() < PAYLOAD.length);
                assertArrayEquals(
                        Arrays.copyOf(PAYLOAD, buffer.position()), Arrays.copyOf(buffer.array(), buffer.position()));
            }
        }
    }

    private static HttpPayloads builder(String client) throws Exception {
        return HttpPayloads.builder().sslContext(keys.context(List.of(client), "server"));
    }

    private static Request request(URI uri, long offset, Optional<String> version) {
        return new Request(uri, offset, PAYLOAD.length, version);
    }

    private static byte[] read(PayloadSource source, URI uri, long offset, Optional<String> version)
            throws IOException {
        try (PayloadSource.Stream stream = source.open(request(uri, offset, version))) {
            return HttpSourceTest.drain(stream);
        }
    }

    private static String refusal(HttpPayloads builder, URI uri) {
        PayloadException refusal =
                assertThrows(PayloadException.class, () -> read(builder.build(), uri, 0, Optional.empty()));
        assertEquals(PayloadException.Kind.RETRY, refusal.kind(), refusal.getMessage());
        return String.valueOf(refusal.getMessage());
    }
}
