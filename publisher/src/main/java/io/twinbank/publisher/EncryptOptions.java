// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.AgreementKey;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SealedChunks;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a confidential payload: a content key of its own, wrapped for each device. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EncryptOptions {
    /** How much a device holds in memory, and fetches again where a byte is wrong; the tags add one part in 1024. */
    private static final int CHUNK_BYTES = 16 << 10;

    private static final int BUFFER_BYTES = 64 << 10;

    private static final String FLEET = "fleet:";

    enum Method {
        CHUNKS(ContentAlgorithm.A128GCM, ContentAlgorithm.A256GCM),
        CTR(ContentAlgorithm.A128CTR, ContentAlgorithm.A256CTR),
        GCM(ContentAlgorithm.A128GCM, ContentAlgorithm.A256GCM),
        CHACHA(ContentAlgorithm.CHACHA20_POLY1305, ContentAlgorithm.CHACHA20_POLY1305);

        private final ContentAlgorithm by128;
        private final ContentAlgorithm by256;

        Method(ContentAlgorithm by128, ContentAlgorithm by256) {
            this.by128 = by128;
            this.by256 = by256;
        }
    }

    @Option(
            names = "--encrypt-for",
            paramLabel = "KEY",
            description =
                    "encrypt the image for this device's key, P-256 or X25519 in a PEM file, or for all devices that hold"
                            + " an AES key: fleet:NAME=FILE, NAME being what they call it, FILE its 16 or 32 bytes; several"
                            + " times for several")
    private List<String> keys = List.of();

    @Option(
            names = "--encrypt-bits",
            paramLabel = "BITS",
            defaultValue = "128",
            description =
                    "128 or 256: of the AES key, and of the one that wraps it for a device; default ${DEFAULT-VALUE}")
    private int bits;

    @Option(
            names = "--encrypt-as",
            paramLabel = "METHOD",
            defaultValue = "chunks",
            description =
                    "chunks (AES-GCM, resumes after a reset), ctr (AES-CTR, the same without integrity of its own), gcm"
                            + " or chacha (one message, fetched anew after a reset); default ${DEFAULT-VALUE}")
    private Method method;

    @Option(
            names = "--encrypted-out",
            paramLabel = "FILE",
            description = "where to write the encrypted image, which is what devices fetch; default IMAGE.enc")
    private @Nullable Path out;

    /** Tells whether anything is to be encrypted. */
    boolean isWanted() {
        return !keys.isEmpty();
    }

    /** Tells whether what is encrypted authenticates by itself. */
    boolean authenticates() {
        return isWanted() && method != Method.CTR;
    }

    /** Returns what devices fetch: the image, or where its encrypted form is. */
    Path payload(Path image) {
        if (keys.isEmpty()) {
            return image;
        }
        return out != null ? out : image.resolveSibling(image.getFileName() + ".enc");
    }

    /** Encrypts a file by a key of its own, if that is asked for. */
    PayloadEncoding encrypt(Path image, long imageBytes, Path payload) throws IOException, GeneralSecurityException {
        if (keys.isEmpty()) {
            return PayloadEncoding.IDENTITY;
        }
        if (keys.size() > CoseEncrypt.MAX_RECIPIENTS) {
            throw new IOException(
                    keys.size() + " keys are too many for one manifest: at most " + CoseEncrypt.MAX_RECIPIENTS);
        }
        if (bits != 128 && bits != 256) {
            throw new IOException("--encrypt-bits must be 128 or 256: " + bits);
        }
        ContentAlgorithm algorithm = bits == 128 ? method.by128 : method.by256;
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[algorithm.keyBytes()];
        random.nextBytes(secret);
        SecretKey contentKey = new SecretKeySpec(secret, "AES");
        Arrays.fill(secret, (byte) 0);
        List<Recipient> recipients = new ArrayList<>();
        for (String key : keys) {
            recipients.add(recipient(key, contentKey));
        }
        PayloadEncoding encoding = new PayloadEncoding(
                Optional.of(CoseEncrypt.of(algorithm, iv(algorithm, random), recipients)),
                method == Method.CHUNKS ? OptionalInt.of(CHUNK_BYTES) : OptionalInt.empty());
        try (InputStream in = Files.newInputStream(image);
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(payload), BUFFER_BYTES)) {
            PayloadEncryptor.encrypt(encoding, contentKey, in, imageBytes, file);
        }
        return encoding;
    }

    private Recipient recipient(String key, SecretKey contentKey) throws IOException, GeneralSecurityException {
        if (!key.startsWith(FLEET)) {
            AgreementKey device = Keys.readAgreement(Path.of(key));
            return bits == 128 ? Recipient.of(device, contentKey) : Recipient.by256(device, contentKey);
        }
        int end = key.indexOf('=');
        if (end <= FLEET.length() || end == key.length() - 1) {
            throw new IOException("not a key of a fleet such as fleet:NAME=FILE: " + key);
        }
        byte[] kek = Files.readAllBytes(Path.of(key.substring(end + 1)));
        try {
            if (kek.length != 16 && kek.length != 32) {
                throw new IOException(key.substring(end + 1) + " holds no AES key: " + kek.length
                        + " bytes, not 16 or 32 (openssl rand -out FILE 32 makes one)");
            }
            return Recipient.of(key.substring(FLEET.length(), end), new SecretKeySpec(kek, "AES"), contentKey);
        } finally {
            Arrays.fill(kek, (byte) 0);
        }
    }

    private byte[] iv(ContentAlgorithm algorithm, SecureRandom random) {
        if (method == Method.CHUNKS) {
            return SealedChunks.newIv(random);
        }
        byte[] iv = new byte[algorithm.ivBytes()];
        random.nextBytes(iv);
        return iv;
    }
}
