// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedComponent;
import io.twinbank.simulator.VirtualTime;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;

/**
 * Makes boards, and offers for them: of a component beside the banks, which is installed without a reset, or of an image that is
 * too large, which is refused. The keys are fresh ones; nothing that a run does depends on them.
 */
final class OfferMaker {
    private static final int IMAGE_BYTES = 4096;
    private static final long TOO_LARGE = 1L << 40;

    private final DeviceIdentity identity =
            new DeviceIdentity(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3), "simulated-gateway");
    private final KeyPair imageKeys;
    /** A shared key: MACs take a hundredth of the time of signatures, and are believed and doubted like them. */
    private final byte[] key = CoseKey.newShared(new SecureRandom());

    OfferMaker() {
        try {
            imageKeys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 17 on has Ed25519", e);
        }
    }

    String deviceId() {
        return identity.name();
    }

    SimulatedBoard board(VirtualTime time) {
        TrustAnchor anchor = new TrustAnchor("maker", key, Set.of(Role.FIRMWARE));
        try {
            SimulatedBoard board = SimulatedBoard.builder(
                            identity, TrustPolicy.anyOf(anchor), imageKeys.getPublic(), time::nanos)
                    .imageBytes(IMAGE_BYTES)
                    .build();
            ByteArrayOutputStream image = new ByteArrayOutputStream();
            SimImage.write(
                    image,
                    new SimImage.Spec("1.0", 1, Behaviour.WORKS),
                    () -> new ByteArrayInputStream(new byte[IMAGE_BYTES - SimImage.HEADER_BYTES]),
                    imageKeys.getPrivate());
            board.install(BankId.A, new ByteArrayInputStream(image.toByteArray()), new byte[0]);
            return board;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the board can't be made", e);
        }
    }

    Offer make(long sequence, boolean installable) {
        byte[] content = Long.toString(sequence).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.sha256Of(content);
        try {
            EnvelopeBuilder builder = new EnvelopeBuilder(
                    installable ? SimulatedComponent.ID : SimulatedBoard.COMPONENT,
                    sequence,
                    identity.vendorId(),
                    identity.classId());
            if (installable) {
                builder.image(new EnvelopeBuilder.Image(digest, content.length, "#content"))
                        .integratedPayload("#content", content);
            } else {
                builder.securityVersion(1)
                        .image(new EnvelopeBuilder.Image(digest, TOO_LARGE, "https://updates.example/os.img"));
            }
            return new Offer(sequence, installable, builder.sign(SigningKey.of(CoseKey.shared(key))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("offer " + sequence + " can't be made", e);
        }
    }
}
