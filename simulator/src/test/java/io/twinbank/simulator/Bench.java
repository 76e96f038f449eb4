// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Keys, an identity, and images for tests. */
final class Bench {
    final KeyPair imageKeys = newKeys();
    final KeyPair firmwareKeys = newKeys();
    final VirtualTime time = new VirtualTime();
    final DeviceIdentity identity = new DeviceIdentity(
            UUID.nameUUIDFromBytes(bytes("vendor")),
            UUID.nameUUIDFromBytes(bytes("class")),
            UUID.nameUUIDFromBytes(bytes("device")),
            "gateway-1");

    SimulatedBoardBuilder board() {
        return board(time::nanos);
    }

    SimulatedBoardBuilder board(LongSupplier nanos) {
        TrustAnchor anchor =
                new TrustAnchor("firmware", firmwareKeys.getPublic().getEncoded(), Set.of(Role.FIRMWARE));
        return SimulatedBoard.builder(identity, TrustPolicy.anyOf(anchor), imageKeys.getPublic(), nanos);
    }

    /** A board that runs bank A; the other bank is as given, and the security versions are 1. */
    SimulatedBoard bootedBoard() throws IOException {
        SimulatedBoard board = board().build();
        install(board, BankId.B, image(1));
        install(board, BankId.A, image(1));
        board.boot();
        return board;
    }

    /** A board that runs bank A, and has nothing in the other. */
    SimulatedBoard bootedBoard(SimulatedBoardBuilder builder) throws IOException {
        SimulatedBoard board = builder.build();
        install(board, BankId.A, image(1));
        board.boot();
        return board;
    }

    static void install(SimulatedBoard board, BankId bank, byte[] image) throws IOException {
        board.install(bank, new ByteArrayInputStream(image), new byte[0]);
    }

    byte[] image(long securityVersion) {
        return image(new SimImage.Spec("1." + securityVersion, securityVersion, Behaviour.WORKS), 5000);
    }

    byte[] image(SimImage.Spec spec, int bodyBytes) {
        byte[] body = new byte[bodyBytes];
        new Random(spec.version().hashCode()).nextBytes(body);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SimImage.write(out, spec, () -> new ByteArrayInputStream(body), imageKeys.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KeyPair newKeys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
