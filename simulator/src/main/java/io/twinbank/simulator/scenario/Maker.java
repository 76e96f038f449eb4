// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.airlift.compress.zstd.ZstdCompressor;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.internal.index.BlockIndexMaker;
import io.twinbank.core.internal.index.FetchPlan;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.core.suit.Route;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.SimulatedKeys;
import io.twinbank.simulator.boot.SimImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The maker of simulated firmware. Its keys are printed here, so that a schedule means the same everywhere: they sign
 * nothing but simulations.
 */
final class Maker {
    private static final String IMAGE_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIGp/4SHNMhlpvy6n1wH6n//7M/QRGvGmUTOpfbs9kDfI";
    private static final String IMAGE_PUBLIC = "MCowBQYDK2VwAyEApeqa3+pvYDjL2kjRgS0Ul4K1DJgTTARukc1gV6Dl88I=";
    private static final String FIRMWARE_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIExq/zZAAbGy6wmxovucQoPIdnwPqyMfJ8FQp9cDqooa";
    private static final String FIRMWARE_PUBLIC = "MCowBQYDK2VwAyEARteBO3uFNgdt+ppSqx6NyEpqqDR7O3Ui+RSrjfrLVW4=";

    private static final String ROOT_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIKDsuzAuAZ/JMDuEpIGhuOiBvEbL+b1rFzDvMY8F73gO";
    private static final String ROOT_PUBLIC = "MCowBQYDK2VwAyEAvmP66ePAkw0zIrjsTV1ydrOxZLlxX5gUjptJOCqLSos=";
    private static final String SECOND_ROOT_PRIVATE =
            "MC4CAQAwBQYDK2VwBCIEIBVNnr+3cDLTjT59BxtTeVKZAkl4ggn56lAVGU+ajO0J";
    private static final String SECOND_ROOT_PUBLIC = "MCowBQYDK2VwAyEAheTP1yqojVuJoWGXWxxYB6gsICA9y1ebtNOa22F0agw=";
    private static final String OPERATOR_PRIVATE = "MC4CAQAwBQYDK2VwBCIEIFagonye9nQ35rs4V/QrFdmtwbyZ2yQA+q24pePhEvLp";
    private static final String OPERATOR_PUBLIC = "MCowBQYDK2VwAyEA7HgOm2vES8in1TNrXPiCH7ARc75dqOjbrkYJbJTCesc=";
    private static final String SECOND_FIRMWARE_PRIVATE =
            "MC4CAQAwBQYDK2VwBCIEIG2naBXEy4BjmkdRg/pGsPhAHL2Crv8tjrKXLP9pbiGC";
    private static final String SECOND_FIRMWARE_PUBLIC = "MCowBQYDK2VwAyEA4m4alyEgNzT9rRU/AKOAZHL5hKUbyJSO8boN836q0Mo=";

    private static final String STRANGER_PRIVATE = "MC4CAQAwBQYDK2VwBCIEINW/vaXB6KnP1knJzOUoSYnWaHMRRgBR0yHR4rjYNZyB";
    private static final String STRANGER_PUBLIC = "MCowBQYDK2VwAyEAR8FJp9LI5OrsYpNd2ODtHjN1/hqWNMWJpIKOyaVZlvI=";

    /** Not expired before the end of time: what the clock says has no part in these stories. */
    private static final long ISSUED = 1_700_000_000;

    private static final long EXPIRES = 253_402_300_799L;

    /** One nonce for all is as good as one key for all: there is no secret here. */
    private static final int IV_BYTES = 12;

    /** In a COSE_Sign1, from its protected header on. */
    private static final int KEY_ID_AT = 8;

    private static final int MAC_AT = KEY_ID_AT + 32 + 3;

    private static final int CHUNK_BYTES = 3000;
    static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;

    /** Checkpoints lie in the middle of frames, too. */
    static final int FRAME_BYTES = 8192;

    static final DeviceIdentity IDENTITY =
            new DeviceIdentity(uuid("vendor"), uuid("class"), uuid("device"), "simulated-gateway");

    private final KeyFactory keys;
    private final PrivateKey imageKey;
    private final SigningKey firmwareKey;
    private final SigningKey secondFirmwareKey;
    private final SigningKey rootKey;
    private final SigningKey secondRootKey;
    private final SigningKey operatorKey;
    private final SigningKey strangerKey;
    private final TrustAnchor firmwareAnchor;
    private final TrustAnchor secondFirmwareAnchor;
    private final TrustAnchor operatorAnchor;
    private final List<TrustAnchor> rootAnchors;
    final PublicKey imagePublicKey;

    Maker() {
        try {
            keys = KeyFactory.getInstance("Ed25519");
            imageKey = privateKey(IMAGE_PRIVATE);
            imagePublicKey = publicKey(IMAGE_PUBLIC);
            firmwareKey = signingKey(FIRMWARE_PRIVATE, FIRMWARE_PUBLIC);
            secondFirmwareKey = signingKey(SECOND_FIRMWARE_PRIVATE, SECOND_FIRMWARE_PUBLIC);
            rootKey = signingKey(ROOT_PRIVATE, ROOT_PUBLIC);
            secondRootKey = signingKey(SECOND_ROOT_PRIVATE, SECOND_ROOT_PUBLIC);
            operatorKey = signingKey(OPERATOR_PRIVATE, OPERATOR_PUBLIC);
            strangerKey = signingKey(STRANGER_PRIVATE, STRANGER_PUBLIC);
            operatorAnchor = anchor("operator", OPERATOR_PUBLIC, Role.COMMAND);
            firmwareAnchor = anchor("firmware", FIRMWARE_PUBLIC, Role.FIRMWARE);
            secondFirmwareAnchor = anchor("second firmware", SECOND_FIRMWARE_PUBLIC, Role.FIRMWARE);
            rootAnchors = List.of(
                    anchor("root", ROOT_PUBLIC, Role.ROOT), anchor("second root", SECOND_ROOT_PUBLIC, Role.ROOT));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 17 on has Ed25519", e);
        }
    }

    private SigningKey signingKey(String privateKey, String publicKey) throws GeneralSecurityException {
        return SigningKey.of(privateKey(privateKey), publicKey(publicKey));
    }

    private TrustAnchor anchor(String name, String publicKey, Role role) throws GeneralSecurityException {
        return new TrustAnchor(name, publicKey(publicKey).getEncoded(), Set.of(role));
    }

    /**
     * Whom its devices believe when they leave the factory: only those whose keys may be rotated know root keys, and only those
     * that are commanded know an operator.
     */
    TrustPolicy factoryPolicy(boolean rotates, boolean commanded) {
        if (commanded) {
            return new TrustPolicy(
                    List.of(firmwareAnchor, operatorAnchor),
                    Map.of(Role.FIRMWARE, Rule.of(1), Role.COMMAND, Rule.of(1)),
                    Set.of());
        }
        return rotates ? policy(firmwareAnchor, Set.of()) : TrustPolicy.anyOf(firmwareAnchor);
    }

    /** Signs a command for its devices. */
    byte[] command(long sequence, Command command) {
        return command(sequence, command, operatorKey);
    }

    /** Makes one that somebody else has signed. */
    byte[] forgedCommand(long sequence, Command command) {
        return command(sequence, command, firmwareKey);
    }

    private static byte[] command(long sequence, Command command, SigningKey key) {
        try {
            return SignedCommand.sign(
                    new Order(sequence, EXPIRES, io.twinbank.core.command.Recipient.device(IDENTITY.name()), command),
                    key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("command " + sequence + " can't be signed", e);
        }
    }

    /** Returns the digest of an envelope's manifest. */
    static Digest manifestDigest(byte[] envelope) {
        try {
            return SuitEnvelope.decode(envelope, Limits.standard()).manifestDigest();
        } catch (RejectedException e) {
            throw new IllegalStateException("an envelope of the maker's can't be read", e);
        }
    }

    private TrustPolicy policy(TrustAnchor firmware, Set<String> revoked) {
        return policy(firmware, revoked, rootAnchors.size());
    }

    private TrustPolicy policy(TrustAnchor firmware, Set<String> revoked, int roots) {
        List<TrustAnchor> anchors = new ArrayList<>(rootAnchors);
        anchors.add(firmware);
        return new TrustPolicy(anchors, Map.of(Role.ROOT, Rule.of(roots), Role.FIRMWARE, Rule.of(1)), revoked);
    }

    /**
     * Makes the trust manifest that revokes some manifests and, unless that stays, the first firmware key, and names the second
     * one; both root keys sign it.
     */
    byte[] rotation(long version, boolean keyStays, List<Digest> manifests) {
        TrustPolicy policy = keyStays
                ? policy(firmwareAnchor, Set.of())
                : policy(secondFirmwareAnchor, Set.of(CoseKey.of(firmwareAnchor).toString()));
        return trustManifest(new TrustSet(version, ISSUED, EXPIRES, policy, manifests), rootKey, secondRootKey);
    }

    /** Makes one that contents itself with one root key, which has signed twice in place of two. */
    byte[] forgedRotation(long version) {
        TrustPolicy policy = policy(firmwareAnchor, Set.of(), 1);
        return trustManifest(new TrustSet(version, ISSUED, EXPIRES, policy, List.of()), rootKey, rootKey);
    }

    private static byte[] trustManifest(TrustSet set, SigningKey... keys) {
        try {
            return TrustManifest.sign(set, IDENTITY.vendorId(), IDENTITY.classId(), Map.of(), keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(set + " can't be signed", e);
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

    /**
     * How firmware is made.
     *
     * @param claimedMore how much higher the manifest's security version is than its image's
     * @param encoding how its payload becomes the image
     * @param old what a shortcut needs
     * @param second whether the second key signs it
     * @param link a trust manifest that comes with it
     * @param component whether a component beside the banks comes with it
     * @param partitioned whether it comes in two parts, the kernel and the rest
     */
    record Making(
            long claimedMore,
            Encoding encoding,
            Optional<Firmware> old,
            boolean second,
            Optional<byte[]> link,
            boolean component,
            boolean partitioned) {
        static Making plain(boolean component, boolean partitioned) {
            return new Making(0, Encoding.PLAIN, Optional.empty(), false, Optional.empty(), component, partitioned);
        }
    }

    /** A third of an image, which ends in the middle of a write unit. */
    static int kernelBytes(int imageBytes) {
        return imageBytes / 3;
    }

    /** Makes firmware whose body is drawn from its version, so that no two have a block in common. */
    Firmware make(SimImage.Spec spec, long sequence, int imageBytes, Making how) {
        return make(spec, sequence, imageBytes, how, imageKey, how.second() ? secondFirmwareKey : firmwareKey);
    }

    /** Makes an update of the component beside the banks, without an image. */
    ComponentUpdate makeAlone(ScenarioBuilder.Alone what, long sequence) {
        byte[] content = ComponentUpdate.contentOf(what.version(), what.behaviour());
        try {
            byte[] envelope = new EnvelopeBuilder(
                            SimulatedComponent.ID, sequence, IDENTITY.vendorId(), IDENTITY.classId())
                    .image(new EnvelopeBuilder.Image(Digest.sha256Of(content), content.length, "#component"))
                    .integratedPayload("#component", content)
                    .sign(firmwareKey);
            String manifest = HexFormat.of().formatHex(manifestDigest(envelope).bytes());
            return new ComponentUpdate(what.version(), what.behaviour(), what.before(), sequence, manifest, envelope);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("components " + what.version() + " can't be made", e);
        }
    }

    /** Makes what a stranger would like to have installed. */
    Forgery forge(SimImage.Spec spec, long sequence, int imageBytes, Making how) {
        try {
            Firmware byStranger = make(spec, sequence, imageBytes, how, privateKey(STRANGER_PRIVATE), strangerKey);
            byte[] envelope = withMac(byStranger.envelope());
            return new Forgery(byStranger, envelope, anchor("stranger", STRANGER_PUBLIC, Role.FIRMWARE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("forgery " + spec + " can't be made", e);
        }
    }

    /**
     * Puts a MAC, by the maker's public key, in the place of the signature: a COSE_Sign1 of {@code [h'a101..', {4: key id}, nil,
     * signature]} becomes {@code [h'a0', {1: 7, 4: key id}, nil, mac]}, which is as long.
     */
    private byte[] withMac(byte[] envelope) throws GeneralSecurityException {
        byte[] forged = envelope.clone();
        int at = HexFormat.of().formatHex(envelope).indexOf("d28443a101") / 2 + 2;
        System.arraycopy(HexFormat.of().parseHex("41a0a20107"), 0, forged, at, 5);
        byte[] keyId = firmwareKey.publicKey().thumbprint();
        System.arraycopy(keyId, 0, forged, at + KEY_ID_AT, keyId.length);
        CborWriter digest = new CborWriter();
        manifestDigest(envelope).encode(digest);
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(firmwareAnchor.key(), mac.getAlgorithm()));
        byte[] value = mac.doFinal(new CborWriter()
                .array(a -> a.text("Signature1")
                        .bytes(new byte[] {(byte) 0xa0})
                        .bytes(new byte[0])
                        .bytes(digest.toByteArray()))
                .toByteArray());
        System.arraycopy(value, 0, forged, at + MAC_AT, value.length);
        return forged;
    }

    private Firmware make(
            SimImage.Spec spec,
            long sequence,
            int imageBytes,
            Making how,
            PrivateKey imageSigner,
            SigningKey manifestSigner) {
        byte[] body = body(spec, imageBytes, how);
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        try {
            SimImage.write(image, spec, () -> new ByteArrayInputStream(body), imageSigner);
            byte[] bytes = image.toByteArray();
            int kernel = how.partitioned() ? kernelBytes(imageBytes) : 0;
            Framed framed = framed(bytes, how);
            Optional<Way> shortcut = shortcut(bytes, spec.version(), how);
            EnvelopeBuilder.Image os = image(
                    Arrays.copyOfRange(bytes, kernel, bytes.length),
                    Firmware.uriOf(spec.version()),
                    framed.encoding(),
                    shortcut.map(Way::route).stream().toList());
            EnvelopeBuilder builder = new EnvelopeBuilder(
                            kernel > 0 ? SimulatedBoard.KERNEL : SimulatedBoard.COMPONENT,
                            sequence,
                            IDENTITY.vendorId(),
                            IDENTITY.classId())
                    .securityVersion(spec.securityVersion() + how.claimedMore());
            if (kernel > 0) {
                builder.image(image(
                                Arrays.copyOf(bytes, kernel),
                                Firmware.kernelUriOf(spec.version()),
                                framed.encoding(),
                                List.of()))
                        .component(SimulatedBoard.COMPONENT, os);
            } else {
                builder.image(os);
            }
            if (how.component()) {
                byte[] component = Firmware.componentOf(spec.version());
                builder.component(
                                SimulatedComponent.ID,
                                new EnvelopeBuilder.Image(Digest.sha256Of(component), component.length, "#component"))
                        .integratedPayload("#component", component);
            }
            framed.encoding()
                    .chunkHashes()
                    .ifPresent(hashes -> builder.integratedPayload(ChunkHashes.NAME, hashes.bytes()));
            shortcut.flatMap(each -> each.route().encoding().chunkHashes())
                    .ifPresent(hashes -> builder.integratedPayload(ChunkHashes.name(1), hashes.bytes()));
            how.link().ifPresent(link -> builder.integratedPayload("#trust-" + Scenario.TRUST_VERSION, link));
            byte[] envelope = builder.sign(manifestSigner);
            return new Firmware(spec, sequence, bytes, framed.payload(), shortcut.map(Way::shortcut), envelope);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("firmware " + spec + " can't be made", e);
        }
    }

    /**
     * Half as large when it is compressed. Where there is a shortcut, the middle third is new: of a delta the others are where they were; with
     * an index the begin is the old one's end, and the end its begin.
     */
    private static byte[] body(SimImage.Spec spec, int imageBytes, Making how) {
        byte[] body = new byte[imageBytes - SimImage.HEADER_BYTES];
        new SplittableRandom(spec.version().hashCode()).nextBytes(body);
        for (int i = 0; how.encoding() == Encoding.COMPRESSED && i < body.length; i++) {
            body[i] &= 0x0f;
        }
        int third = body.length / 3;
        if (how.encoding() == Encoding.DELTA) {
            byte[] old = how.old().orElseThrow().image();
            System.arraycopy(old, SimImage.HEADER_BYTES, body, 0, third);
            System.arraycopy(old, SimImage.HEADER_BYTES + 2 * third, body, 2 * third, body.length - 2 * third);
        } else if (how.encoding() == Encoding.INDEXED) {
            byte[] old = how.old().orElseThrow().image();
            System.arraycopy(old, old.length - third, body, 0, third);
            System.arraycopy(old, SimImage.HEADER_BYTES, body, body.length - third, third);
        }
        return body;
    }

    private static EnvelopeBuilder.Image image(byte[] bytes, URI uri, PayloadEncoding encoding, List<Route> routes) {
        return new EnvelopeBuilder.Image(Digest.sha256Of(bytes), bytes.length, uri.toString(), encoding, routes);
    }

    /** A payload, and how it becomes the image. */
    private record Framed(PayloadEncoding encoding, byte[] payload) {}

    private static Framed framed(byte[] image, Making how) throws IOException, GeneralSecurityException {
        return switch (how.encoding()) {
            case PLAIN, DELTA, INDEXED -> new Framed(PayloadEncoding.IDENTITY, image);
            case ENCRYPTED -> new Framed(encrypted(), payload(image, encrypted()));
            case COMPRESSED -> compressed(image);
        };
    }

    private static Framed compressed(byte[] image) throws IOException {
        ZstdCompressor compressor = new ZstdCompressor();
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int[] lengths = new int[(image.length - 1) / FRAME_BYTES + 1];
        byte[] encoded = new byte[compressor.maxCompressedLength(FRAME_BYTES)];
        for (int i = 0; i < lengths.length; i++) {
            int length = Math.min(FRAME_BYTES, image.length - i * FRAME_BYTES);
            lengths[i] = compressor.compress(image, i * FRAME_BYTES, length, encoded, 0, encoded.length);
            frames.write(encoded, 0, lengths[i]);
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(FrameTable.encode(FRAME_BYTES, lengths));
        payload.writeBytes(frames.toByteArray());
        return hashed(payload.toByteArray(), new Frames(Frames.Codec.ZSTD, FRAME_BYTES, payload.size()));
    }

    /** A way that fetches less, and what is fetched on it. */
    private record Way(Route route, Firmware.Shortcut shortcut) {}

    private static Optional<Way> shortcut(byte[] image, String version, Making how) throws IOException {
        URI uri = Firmware.shortcutUriOf(version);
        return switch (how.encoding()) {
            case PLAIN, ENCRYPTED, COMPRESSED -> Optional.empty();
            case DELTA -> Optional.of(delta(how.old().orElseThrow().image(), image, uri));
            case INDEXED -> Optional.of(indexed(image, Firmware.uriOf(version), uri));
        };
    }

    private static Way delta(byte[] old, byte[] image, URI uri) throws IOException {
        byte[] payload = DeltaPayload.of(old, image, FRAME_BYTES);
        Frames.Base base = new Frames.Base(Digest.sha256Of(old), old.length);
        Framed framed = hashed(payload, new Frames(Frames.Codec.DELTA, FRAME_BYTES, payload.length, Optional.of(base)));
        return new Way(new Route(uri, framed.encoding()), new Firmware.Shortcut(payload, payload.length));
    }

    private static Way indexed(byte[] image, URI imageUri, URI uri) throws IOException {
        byte[] index = new BlockIndexMaker(BlockIndex.MIN_BLOCK_BYTES, Optional.empty())
                .make(new ByteArrayInputStream(image), image.length, done -> {})
                .encode();
        IndexReference reference = new IndexReference(Digest.sha256Of(index), index.length, uri);
        return new Way(
                new Route(imageUri, PayloadEncoding.by(reference)),
                new Firmware.Shortcut(index, index.length + missingBytes(image.length)));
    }

    /** The head, the new third, and what is left of blocks at its ends and at those of the others; all of a small image, for small gaps are fetched along. */
    private static int missingBytes(int imageBytes) {
        int third = (imageBytes - SimImage.HEADER_BYTES) / 3;
        int found = third - 2 * BlockIndex.MIN_BLOCK_BYTES;
        return found <= FetchPlan.USUAL_GAP_BYTES ? imageBytes : imageBytes - 2 * found;
    }

    private static Framed hashed(byte[] payload, Frames frames) throws IOException {
        ChunkHashes hashes = ChunkHashes.of(new ByteArrayInputStream(payload), ChunkHashes.MIN_CHUNK_BYTES);
        return new Framed(PayloadEncoding.IDENTITY.with(hashes).with(frames), payload);
    }

    private static byte[] payload(byte[] image, PayloadEncoding encoding) throws IOException, GeneralSecurityException {
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
