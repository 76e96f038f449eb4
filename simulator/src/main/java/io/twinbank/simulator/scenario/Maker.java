// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedKeys;
import io.twinbank.simulator.boot.SimImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The maker of simulated firmware. Its keys are printed here, so that a schedule means the same everywhere: they sign
 * nothing but simulations.
 */
final class Maker {
    private static final String IMAGE_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIGp/4SHNMhlpvy6n1wH6n//7M/QRGvGmUTOpfbs9kDfI";
    private static final String IMAGE_PUBLIC = "MCowBQYDK2VwAyEApeqa3+pvYDjL2kjRgS0Ul4K1DJgTTARukc1gV6Dl88I=";
    private static final String FIRMWARE_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIExq/zZAAbGy6wmxovucQoPIdnwPqyMfJ8FQp9cDqooa";
    private static final String FIRMWARE_PUBLIC = "MCowBQYDK2VwAyEARteBO3uFNgdt+ppSqx6NyEpqqDR7O3Ui+RSrjfrLVW4=";

    /** One nonce for all is as good as one key for all: there is no secret here. */
    private static final int IV_BYTES = 12;

    private static final int CHUNK_BYTES = 3000;
    static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;

    static final DeviceIdentity IDENTITY =
            new DeviceIdentity(uuid("vendor"), uuid("class"), uuid("device"), "simulated-gateway");

    private final KeyFactory keys;
    private final PrivateKey imageKey;
    private final SigningKey firmwareKey;
    final PublicKey imagePublicKey;
    final TrustPolicy trustPolicy;

    Maker() {
        try {
            keys = KeyFactory.getInstance("Ed25519");
            imageKey = privateKey(IMAGE_PRIVATE);
            imagePublicKey = publicKey(IMAGE_PUBLIC);
            PublicKey firmware = publicKey(FIRMWARE_PUBLIC);
            firmwareKey = SigningKey.of(privateKey(FIRMWARE_PRIVATE), firmware);
            trustPolicy = TrustPolicy.anyOf(new TrustAnchor("firmware", firmware.getEncoded(), Set.of(Role.FIRMWARE)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 17 on has Ed25519", e);
        }
    }

    private PrivateKey privateKey(String base64) throws GeneralSecurityException {
        return keys.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private PublicKey publicKey(String base64) throws GeneralSecurityException {
        return keys.generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static UUID uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes firmware whose body is drawn from its version, so that no two have a block in common. */
    Firmware make(SimImage.Spec spec, long sequence, int imageBytes) {
        return make(spec, sequence, imageBytes, 0, PayloadEncoding.IDENTITY);
    }

    /** Makes firmware that may be encrypted, and whose manifest may claim a higher security version than its image has. */
    Firmware make(SimImage.Spec spec, long sequence, int imageBytes, long claimedMore, PayloadEncoding encoding) {
        byte[] body = new byte[imageBytes - SimImage.HEADER_BYTES];
        new SplittableRandom(spec.version().hashCode()).nextBytes(body);
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        try {
            SimImage.write(image, spec, () -> new ByteArrayInputStream(body), imageKey);
            byte[] bytes = image.toByteArray();
            byte[] envelope = new EnvelopeBuilder(
                            SimulatedBoard.COMPONENT, sequence, IDENTITY.vendorId(), IDENTITY.classId())
                    .securityVersion(spec.securityVersion() + claimedMore)
                    .image(new EnvelopeBuilder.Image(
                            Digest.sha256Of(bytes),
                            bytes.length,
                            Firmware.uriOf(spec.version()).toString(),
                            encoding))
                    .sign(firmwareKey);
            return new Firmware(spec, sequence, bytes, payload(bytes, encoding), envelope);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("firmware " + spec + " can't be made", e);
        }
    }

    private static byte[] payload(byte[] image, PayloadEncoding encoding) throws IOException, GeneralSecurityException {
        if (encoding.equals(PayloadEncoding.IDENTITY)) {
            return image;
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        PayloadEncryptor.encrypt(
                encoding, SimulatedKeys.contentKey(), new ByteArrayInputStream(image), image.length, payload);
        return payload.toByteArray();
    }

    /** Encrypts for every simulated board, in chunks that end nowhere near an erase unit's end. */
    static PayloadEncoding encrypted() {
        try {
            Recipient anyBoard = Recipient.of("simulated", SimulatedKeys.contentKey(), SimulatedKeys.contentKey());
            CoseEncrypt info = CoseEncrypt.of(ContentAlgorithm.A128GCM, new byte[IV_BYTES], List.of(anyBoard));
            return new PayloadEncoding(Optional.of(info), OptionalInt.of(CHUNK_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }
}
