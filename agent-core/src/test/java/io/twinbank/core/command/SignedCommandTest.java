// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may command a device. */
class SignedCommandTest {
    private static final KeyPair OPERATOR_PAIR = generate();
    private static final KeyPair SECOND_PAIR = generate();
    private static final KeyPair MAKER_PAIR = generate();
    private static final SigningKey OPERATOR = key(OPERATOR_PAIR);
    private static final SigningKey MAKER = key(MAKER_PAIR);
    private static final Order PAUSE =
            new Order(7, 1_893_456_000, Recipient.device("gateway-0001"), new Command.Pause());
    private static final TrustPolicy POLICY = TrustPolicy.anyOf(
            anchor("operator", OPERATOR_PAIR, Role.COMMAND), anchor("maker", MAKER_PAIR, Role.FIRMWARE, Role.ROOT));

    private static SigningKey key(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TrustAnchor anchor(String name, KeyPair pair, Role first, Role... others) {
        return new TrustAnchor(name, pair.getPublic().getEncoded(), EnumSet.of(first, others));
    }

    private static Rejection refused(byte[] command, TrustPolicy policy) {
        return assertThrows(RejectedException.class, () -> SignedCommand.verify(command, policy))
                .rejection();
    }

    @Test
    void verify_operatorsCommand_isTheOrder() throws Exception {
        assertEquals(PAUSE, SignedCommand.verify(SignedCommand.sign(PAUSE, OPERATOR), POLICY));
    }

    @Test
    void verify_anyByteChanged_isRefusedOrTheSameOrder() throws Exception {
        byte[] command = SignedCommand.sign(PAUSE, OPERATOR);
        int unsignedLabel = 7;

        for (int i = 0; i < command.length; i++) {
            byte[] changed = command.clone();
            changed[i] ^= 1;
            if (i == unsignedLabel) {
                // The key id becomes a header that nobody asks for, and every known key is tried.
                assertEquals(PAUSE, SignedCommand.verify(changed, POLICY));
            } else {
                assertThrows(RejectedException.class, () -> SignedCommand.verify(changed, POLICY), "byte " + i);
            }
        }
    }

    @Test
    void verify_cutAnywhere_isRefused() throws Exception {
        byte[] command = SignedCommand.sign(PAUSE, OPERATOR);

        for (int length = 0; length < command.length; length++) {
            byte[] cut = Arrays.copyOf(command, length);
            assertThrows(RejectedException.class, () -> SignedCommand.verify(cut, POLICY), length + " bytes");
        }
    }

    @Test
    void verify_keyThatMaySignFirmwareOnly_isUnknown() throws Exception {
        Rejection rejection = refused(SignedCommand.sign(PAUSE, MAKER), POLICY);

        assertEquals(RejectReason.UNKNOWN_KEY, rejection.reason());
        assertEquals(MAKER.publicKey().toString(), rejection.found());
    }

    @Test
    void verify_revokedKey_isUnknown() throws Exception {
        TrustPolicy revoked = new TrustPolicy(
                POLICY.anchors(), Map.of(), Set.of(OPERATOR.publicKey().toString()));

        assertEquals(
                RejectReason.UNKNOWN_KEY,
                refused(SignedCommand.sign(PAUSE, OPERATOR), revoked).reason());
    }

    @Test
    void verify_signatureOfSomethingElseThanACommand_isBad() throws Exception {
        byte[] signedForAnotherPurpose = CoseSign1.signAttached(OPERATOR, PAUSE.encode(), new byte[0]);

        assertEquals(
                RejectReason.BAD_SIGNATURE,
                refused(signedForAnotherPurpose, POLICY).reason());
    }

    @Test
    void verify_detachedPayload_isMalformed() throws Exception {
        Rejection rejection = refused(CoseSign1.signDetached(OPERATOR, PAUSE.encode()), POLICY);

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("null", rejection.found());
    }

    @Test
    void verify_oneSignerWhereTwoAreNeeded_isBelowTheThreshold() throws Exception {
        TrustPolicy twoOperators = new TrustPolicy(
                List.of(
                        anchor("operator", OPERATOR_PAIR, Role.COMMAND),
                        anchor("second operator", SECOND_PAIR, Role.COMMAND)),
                Map.of(Role.COMMAND, Rule.of(2)));

        Rejection rejection = refused(SignedCommand.sign(PAUSE, OPERATOR), twoOperators);

        assertEquals(RejectReason.THRESHOLD_NOT_MET, rejection.reason());
        assertEquals("1", rejection.found());
    }

    @Test
    void verify_tooLarge_isRefusedByItsSize() {
        Rejection rejection = refused(new byte[SignedCommand.MAX_BYTES + 1], POLICY);

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals("16385", rejection.found());
    }
}
