// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

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
    /** How much a device fetches again after a reset, and holds in memory. */
    private static final int CHUNK_BYTES = 64 << 10;

    enum Method {
        CHUNKS(ContentAlgorithm.A128GCM),
        CTR(ContentAlgorithm.A128CTR),
        GCM(ContentAlgorithm.A128GCM),
        CHACHA(ContentAlgorithm.CHACHA20_POLY1305);

        private final ContentAlgorithm algorithm;

        Method(ContentAlgorithm algorithm) {
            this.algorithm = algorithm;
        }
    }

    @Option(
            names = "--encrypt-for",
            paramLabel = "DEVICE.pub.pem",
            description = "encrypt the image for this device's key, P-256 or X25519; several times for several devices")
    private List<Path> devices = List.of();

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

    /** Returns what devices fetch: the image, or where its encrypted form is. */
    Path payload(Path image) {
        if (devices.isEmpty()) {
            return image;
        }
        return out != null ? out : image.resolveSibling(image.getFileName() + ".enc");
    }

    /** Encrypts the image, if that is asked for. */
    PayloadEncoding encrypt(Path image, long imageBytes) throws IOException, GeneralSecurityException {
        if (devices.isEmpty()) {
            return PayloadEncoding.IDENTITY;
        }
        if (devices.size() > CoseEncrypt.MAX_RECIPIENTS) {
            throw new IOException(
                    devices.size() + " devices are too many for one manifest: at most " + CoseEncrypt.MAX_RECIPIENTS);
        }
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[method.algorithm.keyBytes()];
        random.nextBytes(secret);
        SecretKey contentKey = new SecretKeySpec(secret, "AES");
        Arrays.fill(secret, (byte) 0);
        List<Recipient> recipients = new ArrayList<>();
        for (Path device : devices) {
            recipients.add(Recipient.of(Keys.readAgreement(device), contentKey));
        }
        PayloadEncoding encoding = new PayloadEncoding(
                Optional.of(CoseEncrypt.of(method.algorithm, iv(random), recipients)),
                method == Method.CHUNKS ? OptionalInt.of(CHUNK_BYTES) : OptionalInt.empty());
        try (InputStream in = Files.newInputStream(image);
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(payload(image)), CHUNK_BYTES)) {
            PayloadEncryptor.encrypt(encoding, contentKey, in, imageBytes, file);
        }
        return encoding;
    }

    private byte[] iv(SecureRandom random) {
        if (method == Method.CHUNKS) {
            return SealedChunks.newIv(random);
        }
        byte[] iv = new byte[method.algorithm.ivBytes()];
        random.nextBytes(iv);
        return iv;
    }
}
