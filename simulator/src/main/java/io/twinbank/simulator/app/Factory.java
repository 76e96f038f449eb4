// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.publisher.Keys;
import io.twinbank.publisher.MeasuredImage;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/** The maker of the firmware: signs images for the boot loader and manifests for the agent. */
final class Factory {
    static final String VENDOR = "demo.twinbank.example";
    static final String MODEL = "gw-100";
    static final String SERIAL = "0001";

    private final KeyPair imageKey = Keys.generate(Keys.Algorithm.ED25519);
    private final KeyPair rootKey = Keys.generate(Keys.Algorithm.ED25519);
    private KeyPair manifestKey = Keys.generate(Keys.Algorithm.P256);
    private long trustVersion = 0;
    private final LongFunction<PayloadServer.Payload> bodies;
    private final Map<String, Firmware> built = new HashMap<>();
    private long sequence = 1;

    /**
     * Makes a factory.
     *
     * @param bodies makes an image's body of its number
     */
    Factory(LongFunction<PayloadServer.Payload> bodies) {
        this.bodies = bodies;
    }

    /**
     * Firmware that was built.
     *
     * @param version for people
     * @param sequence its manifest's number
     * @param securityVersion the anti-rollback number
     * @param image its size and digest
     * @param payload its bytes
     */
    record Firmware(
            String version, long sequence, long securityVersion, MeasuredImage image, PayloadServer.Payload payload) {
        String file() {
            return "fw-" + version + ".img";
        }

        Firmware withSequence(long other) {
            return new Firmware(version, other, securityVersion, image, payload);
        }
    }

    /** Builds the next version. */
    Firmware build(long securityVersion, Behaviour behaviour) throws IOException, GeneralSecurityException {
        return build(securityVersion, behaviour, bodies.apply(sequence));
    }

    /** Builds the next version of what was built before, a twentieth of which is new. */
    Firmware buildFrom(Firmware old) throws IOException, GeneralSecurityException {
        PayloadServer.Payload body = Bodies.from(old.payload(), SimImage.HEADER_BYTES);
        long size = body.sizeBytes();
        return build(
                old.securityVersion(),
                Behaviour.WORKS,
                Bodies.replaced(body, size / 3, Bodies.random(sequence, size / 20)));
    }

    /** Returns what was built under a version. */
    Firmware built(String version) {
        return Objects.requireNonNull(built.get(version), version);
    }

    private Firmware build(long securityVersion, Behaviour behaviour, PayloadServer.Payload body)
            throws IOException, GeneralSecurityException {
        String version = "1." + sequence + ".0";
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        SimImage.Header header;
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            header = SimImage.write(
                    out,
                    new SimImage.Spec(version, securityVersion, behaviour),
                    () -> body.open(0),
                    imageKey.getPrivate());
        }
        Firmware firmware = new Firmware(
                version,
                sequence++,
                securityVersion,
                new MeasuredImage(Digest.sha256(sha256.digest()), header.imageBytes()),
                Bodies.concat(header.encoded(), body));
        built.put(version, firmware);
        return firmware;
    }

    /** Signs the manifest of firmware for this demo's gateways. */
    byte[] envelope(Firmware firmware, URI uri) throws GeneralSecurityException {
        return envelope(firmware, uri, MODEL, manifestKey);
    }

    /** Signs the manifest of firmware for a model's gateways. */
    byte[] envelope(Firmware firmware, URI uri, String model, KeyPair key) throws GeneralSecurityException {
        return builder(firmware, firmware.image().at(uri.toString()), model).sign(signingKey(key));
    }

    /** Begins the manifest of firmware. */
    EnvelopeBuilder builder(Firmware firmware, EnvelopeBuilder.Image image, String model) {
        UUID vendorId = Uuids.vendorId(VENDOR);
        String description = "Twinbank demo firmware " + firmware.version();
        return new EnvelopeBuilder(
                        SimulatedBoard.COMPONENT, firmware.sequence(), vendorId, Uuids.classId(vendorId, model))
                .securityVersion(firmware.securityVersion())
                .image(image)
                .text(new SuitManifest.Text("en", Optional.empty(), 1, description));
    }

    KeyPair manifestKey() {
        return manifestKey;
    }

    static SigningKey signingKey(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    /** Makes a new key for manifests, and signs the trust set that revokes the old one. */
    byte[] rotateManifestKey() throws GeneralSecurityException {
        String old = signingKey(manifestKey).publicKey().toString();
        manifestKey = Keys.generate(Keys.Algorithm.P256);
        return trustSet(List.of(manifestAnchor()), Rule.of(1), Set.of(old));
    }

    /** Signs the trust set by which a classic and a post-quantum key have to sign each manifest. */
    byte[] demandPostQuantum(CoseKey postQuantum) throws GeneralSecurityException {
        TrustAnchor second = new TrustAnchor(
                "demo firmware, post-quantum", postQuantum.subjectPublicKeyInfo(), Set.of(Role.FIRMWARE));
        return trustSet(List.of(manifestAnchor(), second), new Rule(1, true), Set.of());
    }

    private byte[] trustSet(List<TrustAnchor> firmware, Rule rule, Set<String> revoked)
            throws GeneralSecurityException {
        List<TrustAnchor> anchors = new ArrayList<>(List.of(rootAnchor()));
        anchors.addAll(firmware);
        Instant now = Instant.now();
        TrustSet set = new TrustSet(
                ++trustVersion,
                now.getEpochSecond(),
                now.plus(Duration.ofDays(365)).getEpochSecond(),
                new TrustPolicy(anchors, Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, rule), revoked),
                List.of());
        UUID vendorId = Uuids.vendorId(VENDOR);
        return TrustManifest.sign(set, vendorId, Uuids.classId(vendorId, MODEL), Map.of(), signingKey(rootKey));
    }

    private TrustAnchor rootAnchor() {
        return new TrustAnchor("demo root", rootKey.getPublic().getEncoded(), Set.of(Role.ROOT));
    }

    private TrustAnchor manifestAnchor() {
        return new TrustAnchor("demo firmware", manifestKey.getPublic().getEncoded(), Set.of(Role.FIRMWARE));
    }

    PublicKey imageKey() {
        return imageKey.getPublic();
    }

    /** What a gateway is given in the factory. */
    TrustPolicy trustPolicy() {
        return TrustPolicy.anyOf(rootAnchor(), manifestAnchor());
    }
}
