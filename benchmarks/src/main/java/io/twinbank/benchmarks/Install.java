// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.linux.FileFlashBank;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Installs one image by the agent: envelope verified, payload by HTTP into the other bank, synced, and read back whole. The
 * gate is shut, so it ends where the reset would come.
 *
 * <pre>
 * encrypt FOLDER IMAGE ENCODING PAYLOAD   makes the payload: by ctr, or in chunks of 16 KiB that are sealed by gcm or chacha
 * prepare FOLDER IMAGE ENCODING URL       makes the banks, and the signed envelope for the encoding, or for plain
 * run FOLDER                              installs; says the most memory that the process had
 * ready FOLDER                            starts the agent, and ends when it has looked at the board and takes offers
 * read URL                                reads a payload by HTTPS and drops it: what the JDK alone takes
 * </pre>
 *
 * <p>Properties of a run: {@code bank=direct} for a bank past the kernel's cache, {@code tls=FOLDER} for TLS with a device's own key ({@code
 * device.key} and {@code device.crt}, of P-256, and the server's {@code server.crt}, all PEM), {@code events} to have what happens written.
 */
public final class Install {
    private static final String ENVELOPE = "envelope";
    private static final String KEY = "key";
    private static final char[] PASSWORD = "benchmark".toCharArray();
    private static final int SEALED_CHUNK_BYTES = 16 << 10;

    private Install() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "encrypt" -> encrypt(Path.of(args[2]), encoding(args[3]), Path.of(args[4]));
            case "ready" -> ready(Path.of(args[1]));
            case "read" -> read(args[1]);
            case "prepare" -> prepare(Path.of(args[1]), Path.of(args[2]), encoding(args[3]), args[4]);
            default -> run(Path.of(args[1]));
        }
    }

    private static PayloadEncoding encoding(String name) throws GeneralSecurityException {
        return switch (name) {
            case "plain" -> PayloadEncoding.IDENTITY;
            case "ctr" -> encrypted(ContentAlgorithm.A128CTR, OptionalInt.empty());
            case "gcm" -> encrypted(ContentAlgorithm.A128GCM, OptionalInt.of(SEALED_CHUNK_BYTES));
            case "chacha" -> encrypted(ContentAlgorithm.CHACHA20_POLY1305, OptionalInt.of(SEALED_CHUNK_BYTES));
            default -> throw new IllegalArgumentException("encoding: plain, ctr, gcm or chacha, not " + name);
        };
    }

    private static PayloadEncoding encrypted(ContentAlgorithm algorithm, OptionalInt chunkBytes)
            throws GeneralSecurityException {
        SecretKey contentKey = contentKey(algorithm);
        Recipient recipient = Recipient.of(FileBoard.KEK_NAME, FileBoard.KEK, contentKey);
        byte[] iv = new byte[algorithm.ivBytes()]; // one message by a key of a benchmark: no secret is at stake
        return new PayloadEncoding(Optional.of(CoseEncrypt.of(algorithm, iv, List.of(recipient))), chunkBytes);
    }

    private static SecretKey contentKey(ContentAlgorithm algorithm) {
        return new SecretKeySpec(new byte[algorithm.keyBytes()], "AES");
    }

    private static void encrypt(Path image, PayloadEncoding encoding, Path payload)
            throws IOException, GeneralSecurityException {
        ContentAlgorithm algorithm = encoding.encryption().orElseThrow().algorithm();
        try (InputStream in = Files.newInputStream(image);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(payload), 1 << 20)) {
            PayloadEncryptor.encrypt(encoding, contentKey(algorithm), in, Files.size(image), out);
        }
    }

    private static void prepare(Path folder, Path image, PayloadEncoding encoding, String url)
            throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        long size;
        try (InputStream in = new DigestInputStream(Files.newInputStream(image), sha256)) {
            size = in.transferTo(OutputStream.nullOutputStream());
        }
        long capacity = (size + 0xffff) / 0x10000 * 0x10000;
        create(FileBoard.bankFile(folder, BankId.A), 0x10000);
        create(FileBoard.bankFile(folder, BankId.B), capacity);
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] envelope = new EnvelopeBuilder(
                        FileBoard.OS, 2, FileBoard.IDENTITY.vendorId(), FileBoard.IDENTITY.classId())
                .securityVersion(0)
                .image(new EnvelopeBuilder.Image(Digest.sha256(sha256.digest()), size, url, encoding))
                .sign(SigningKey.of(pair.getPrivate(), pair.getPublic()));
        Files.write(folder.resolve(ENVELOPE), envelope);
        Files.write(folder.resolve(KEY), pair.getPublic().getEncoded());
    }

    private static void create(Path bank, long capacity) throws HalException {
        if (!Files.exists(bank)) {
            FileFlashBank.create(bank, capacity);
        }
    }

    private static void run(Path folder) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        try (OtaAgent agent = agent(folder, event -> tell(event, end))) {
            agent.start();
            agent.offer(new Offer.Envelope(Files.readAllBytes(folder.resolve(ENVELOPE))));
            String how = end.get();
            if (!"staged".equals(how)) {
                throw new IllegalStateException(how);
            }
        }
        System.out.println(mostMemory());
    }

    private static void ready(Path folder) throws Exception {
        CompletableFuture<AgentEvent> started = new CompletableFuture<>();
        try (OtaAgent agent = agent(folder, event -> {
            if (event instanceof AgentEvent.Started) {
                started.complete(event);
            }
        })) {
            agent.start();
            started.get();
        }
    }

    private static OtaAgent agent(Path folder, Consumer<AgentEvent> listener)
            throws IOException, GeneralSecurityException {
        TrustAnchor anchor =
                new TrustAnchor("benchmark", Files.readAllBytes(folder.resolve(KEY)), Set.of(Role.FIRMWARE));
        return OtaAgent.builder()
                .platform(new FileBoard(folder, TrustPolicy.anyOf(anchor)))
                .payloadSource(payloads())
                .installGate(() -> false)
                .onEvent(listener)
                .build();
    }

    private static void read(String url) throws IOException, GeneralSecurityException {
        HttpsURLConnection connection =
                (HttpsURLConnection) URI.create(url).toURL().openConnection();
        connection.setSSLSocketFactory(
                mutual(Path.of(System.getProperty("tls"))).getSocketFactory());
        byte[] buffer = new byte[512 << 10];
        long bytes = 0;
        try (InputStream in = connection.getInputStream()) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                bytes += got;
            }
        }
        System.out.println(bytes);
    }

    private static PayloadSource payloads() throws IOException, GeneralSecurityException {
        HttpPayloads payloads = HttpPayloads.builder().allowHttp(true);
        String tls = System.getProperty("tls");
        return (tls == null ? payloads : payloads.sslContext(mutual(Path.of(tls)))).build();
    }

    /** TLS with the device's key and certificate, and trust in one server's. */
    private static SSLContext mutual(Path folder) throws IOException, GeneralSecurityException {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        KeyStore store = KeyStore.getInstance("JKS"); // the one that derives no key from its password, which takes long
        store.load(null, null);
        try (InputStream device = Files.newInputStream(folder.resolve("device.crt"));
                InputStream server = Files.newInputStream(folder.resolve("server.crt"))) {
            Certificate[] chain = {certificates.generateCertificate(device)};
            store.setKeyEntry("device", privateKey(folder.resolve("device.key")), PASSWORD, chain);
            store.setCertificateEntry("server", certificates.generateCertificate(server));
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(store, PASSWORD);
        TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
        others.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    private static PrivateKey privateKey(Path pem) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(pem).replaceAll("-----[A-Z ]*-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    }

    private static String mostMemory() throws IOException {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.filter(line -> line.startsWith("VmHWM:")).findFirst().orElse("VmHWM: unknown");
        }
    }

    private static void tell(AgentEvent event, CompletableFuture<String> end) {
        if (Boolean.getBoolean("events") && !(event instanceof AgentEvent.Progress)) {
            System.err.println(System.currentTimeMillis() + " ms: " + event);
        }
        if (event instanceof AgentEvent.StateChanged change && change.to() == UpdateState.STAGED) {
            end.complete("staged");
        } else if (event instanceof AgentEvent.Ended ended) {
            end.complete(ended.outcome().toString());
        }
    }
}
