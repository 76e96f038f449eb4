// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseMac0;
import io.twinbank.core.cose.CoseSign;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Collections;
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
    void verify_mac_isUnsupportedAlgorithm() throws Exception {
        SigningKey shared = TestKeys.of(CoseKey.Type.HMAC_256);
        TrustPolicy policy =
                TrustPolicy.anyOf(POLICY.anchors().get(0), shared.publicKey().anchor("mac", Role.FIRMWARE));

        Rejection rejection = refused(CoseMac0.tagDetached(shared, PAUSE.encode()), policy);

        assertEquals(RejectReason.UNSUPPORTED_ALGORITHM, rejection.reason());
        assertEquals("COSE_Mac0 (tag 17)", rejection.found());
        assertEquals("COSE_Sign1 (tag 18) or COSE_Sign (tag 98)", rejection.expected());
        assertThrows(IllegalArgumentException.class, () -> SignedCommand.sign(PAUSE, shared));
        assertThrows(IllegalArgumentException.class, () -> SignedCommand.sign(PAUSE, OPERATOR, shared));
    }

    @Test
    void verify_revokedKey_isRevoked() throws Exception {
        String operator = OPERATOR.publicKey().toString();
        TrustPolicy revoked = new TrustPolicy(POLICY.anchors(), Map.of(), Set.of(operator));

        Rejection rejection = refused(SignedCommand.sign(PAUSE, OPERATOR), revoked);

        assertEquals(RejectReason.REVOKED, rejection.reason());
        assertEquals(operator, rejection.found());
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

    private static TrustPolicy operators(Rule rule, TrustAnchor... anchors) {
        return new TrustPolicy(List.of(anchors), Map.of(Role.COMMAND, rule));
    }

    private static TrustPolicy twoOperators() {
        return operators(
                Rule.of(2),
                anchor("operator", OPERATOR_PAIR, Role.COMMAND),
                anchor("second operator", SECOND_PAIR, Role.COMMAND));
    }

    @Test
    void verify_oneSignerWhereTwoAreNeeded_isBelowTheThreshold() throws Exception {
        Rejection rejection = refused(SignedCommand.sign(PAUSE, OPERATOR), twoOperators());

        assertEquals(RejectReason.THRESHOLD_NOT_MET, rejection.reason());
        assertEquals("1", rejection.found());
        assertEquals("at least 2 keys", rejection.expected());
    }

    @Test
    void verify_twoSignersWhereTwoAreNeeded_isTheOrder() throws Exception {
        byte[] command = SignedCommand.sign(PAUSE, OPERATOR, key(SECOND_PAIR));

        assertEquals(PAUSE, SignedCommand.verify(command, twoOperators()));
        assertEquals(98, CBORObject.DecodeFromBytes(command).getMostInnerTag().ToInt32Checked(), "a COSE_Sign");
    }

    @Test
    void verify_oneSignerTwice_countsOnce() throws Exception {
        Rejection rejection = refused(SignedCommand.sign(PAUSE, OPERATOR, OPERATOR), twoOperators());

        assertEquals(RejectReason.THRESHOLD_NOT_MET, rejection.reason());
        assertEquals("1", rejection.found());
    }

    @Test
    void verify_strangersSignatureBesideAGoodOne_isTheOrder() throws Exception {
        assertEquals(PAUSE, SignedCommand.verify(SignedCommand.sign(PAUSE, MAKER, OPERATOR), POLICY));
    }

    @Test
    void verify_hybridRule_takesAClassicAndAPostQuantumKey() throws Exception {
        SigningKey postQuantum = TestKeys.of(CoseKey.Type.ML_DSA_44);
        TrustPolicy hybrid = operators(
                Rule.hybrid(1),
                anchor("operator", OPERATOR_PAIR, Role.COMMAND),
                new TrustAnchor(
                        "post-quantum operator", postQuantum.publicKey().subjectPublicKeyInfo(), Set.of(Role.COMMAND)));

        Rejection rejection = refused(SignedCommand.sign(PAUSE, OPERATOR), hybrid);

        assertEquals(RejectReason.THRESHOLD_NOT_MET, rejection.reason());
        assertEquals("1 classic and 0 post-quantum", rejection.found());
        assertEquals(PAUSE, SignedCommand.verify(SignedCommand.sign(PAUSE, OPERATOR, postQuantum), hybrid));
    }

    @Test
    void verify_oneOfTwoSignaturesSpoilt_isBelowTheThreshold() throws Exception {
        byte[] command = SignedCommand.sign(PAUSE, OPERATOR, key(SECOND_PAIR));
        command[command.length - 1] ^= 1;

        assertEquals(
                RejectReason.THRESHOLD_NOT_MET, refused(command, twoOperators()).reason());
    }

    @Test
    void verify_nineSignatures_isLimitExceeded() throws Exception {
        List<SigningKey> nine = Collections.nCopies(9, OPERATOR);
        byte[] format = "twinbank-command".getBytes(StandardCharsets.US_ASCII);

        Rejection rejection = refused(CoseSign.signAttached(nine, PAUSE.encode(), format), POLICY);

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals("9", rejection.found());
        assertEquals("at most 8", rejection.expected());
        assertEquals(
                "keys: 1 to 8, not 9",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SignedCommand.sign(PAUSE, nine.toArray(SigningKey[]::new)))
                        .getMessage());
    }

    @Test
    void verify_tooLarge_isRefusedByItsSize() {
        Rejection rejection = refused(new byte[SignedCommand.MAX_BYTES + 1], POLICY);

        assertEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason());
        assertEquals("49153", rejection.found());
    }
}
