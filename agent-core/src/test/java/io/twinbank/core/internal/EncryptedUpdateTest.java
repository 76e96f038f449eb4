// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadEncryptor;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped agent on a fake board gets encrypted updates. */
class EncryptedUpdateTest {
    private static final SecretKey KEK = new SecretKeySpec(new byte[16], "AES");
    private static final SecretKey CONTENT_KEY =
            new SecretKeySpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "AES");

    private final FakeDeviceKeys keys = new FakeDeviceKeys().kek("fleet", new byte[16]);
    private Gateway gateway;

    @BeforeEach
    void boot() throws HalException {
        gateway = new Gateway(board -> board.keys(keys));
        gateway.board.trace().clear();
        gateway.board.bootControl().load(BankId.B, 2);
    }

    private static PayloadEncoding encoding(int chunkBytes) throws Exception {
        CoseEncrypt info = CoseEncrypt.of(
                ContentAlgorithm.A128GCM, new byte[12], List.of(Recipient.of("fleet", KEK, CONTENT_KEY)));
        return new PayloadEncoding(
                Optional.of(info), chunkBytes > 0 ? OptionalInt.of(chunkBytes) : OptionalInt.empty());
    }

    private static byte[] envelope(PayloadEncoding encoding) {
        return Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(Gateway.NEW_IMAGE),
                        Gateway.NEW_IMAGE.length,
                        "https://updates.example/os.img",
                        encoding)));
    }

    private static byte[] encrypt(PayloadEncoding encoding) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PayloadEncryptor.encrypt(
                encoding, CONTENT_KEY, new ByteArrayInputStream(Gateway.NEW_IMAGE), Gateway.NEW_IMAGE.length, out);
        return out.toByteArray();
    }

    private Outcome.Rejected rejected() {
        return assertInstanceOf(Outcome.Rejected.class, gateway.outcomes().get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096})
    void offer_encrypted_isInstalledAsAnyOther(int chunkBytes) throws Exception {
        PayloadEncoding encoding = encoding(chunkBytes);
        gateway.served = encrypt(encoding);
        gateway.boot();

        gateway.offer(envelope(encoding));
        gateway.pass(Duration.ofSeconds(6));
        BankId running = gateway.boot();
        gateway.pass(Duration.ofSeconds(6));

        assertEquals(BankId.B, running);
        assertArrayEquals(
                Gateway.NEW_IMAGE, Arrays.copyOf(gateway.board.bank(BankId.B).content(), Gateway.NEW_IMAGE.length));
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_forOtherDevices_isRefusedBeforeAnythingIsErased() throws Exception {
        keys.zeroize();

        gateway.offer(envelope(encoding(4096)));

        assertEquals(RejectReason.DECRYPTION_FAILED, rejected().rejection().reason());
        assertEquals("[fleet by A128KW]", rejected().rejection().found());
        assertEquals(List.of("store OUTCOMES"), gateway.board.trace().steps());
    }

    @Test
    void offer_keyStoreInTrouble_isJudgedOnceItWorks() throws Exception {
        gateway.served = encrypt(encoding(4096));
        gateway.boot();
        keys.fail(Optional.of(new HalException(HalException.Kind.TIMEOUT, "token is busy")));

        gateway.offer(envelope(encoding(4096)));
        assertEquals(List.of(), gateway.outcomes());
        keys.fail(Optional.empty());
        gateway.pass(Duration.ofMinutes(20));

        assertEquals(BankId.B, gateway.board.boot().orElseThrow());
    }

    /**
     * The plaintext of one message is in the bank before its tag was seen. The bank was invalidated before the first byte, it
     * is never verified, let alone armed, and stays invalid.
     */
    @Test
    void download_oneMessageWithAWrongTag_neverVerifiesNorArms() throws Exception {
        PayloadEncoding encoding = encoding(0);
        gateway.served = encrypt(encoding);
        gateway.served[gateway.served.length - 1] ^= 1;
        gateway.boot();
        gateway.board.trace().clear();

        gateway.offer(envelope(encoding));
        gateway.pass(Duration.ofMinutes(1));

        assertEquals(RejectReason.DECRYPTION_FAILED, rejected().rejection().reason());
        List<String> steps = gateway.board.trace().steps();
        int invalidated = steps.indexOf("invalidate B");
        assertTrue(invalidated >= 0, steps.toString());
        assertTrue(
                steps.stream().limit(invalidated).noneMatch(step -> step.startsWith("write bank")), steps.toString());
        assertFalse(steps.contains("armTrial B"), steps.toString());
        assertTrue(gateway.events.stream()
                .noneMatch(event ->
                        event instanceof AgentEvent.StateChanged change && change.to() == UpdateState.VERIFYING));
        assertEquals(BankId.A, gateway.board.boot().orElseThrow());
    }

    /** Else tampering with an encrypted payload would be a way to block a fix. */
    @Test
    void download_tampered_isTriedAgainAnHourLater() throws Exception {
        PayloadEncoding encoding = encoding(4096);
        gateway.served = encrypt(encoding);
        gateway.served[100] ^= 1;
        gateway.boot();

        gateway.offer(envelope(encoding));
        gateway.pass(Duration.ofSeconds(10));
        assertEquals(1, gateway.outcomes().size());
        gateway.pass(Duration.ofHours(1));

        assertEquals(RejectReason.DECRYPTION_FAILED, rejected().rejection().reason());
        assertEquals(2, gateway.outcomes().size());
    }

    @Test
    void resume_theKeyIsGone_isRefused() throws Exception {
        PayloadEncoding encoding = encoding(4096);
        gateway.agent.offer(new Offer.Envelope(envelope(encoding)));
        while (gateway.agent.status().state() != UpdateState.DOWNLOADING) {
            gateway.scheduler.step();
        }
        keys.zeroize();

        gateway.boot();
        gateway.pass(Duration.ofMinutes(1));

        assertEquals(RejectReason.DECRYPTION_FAILED, rejected().rejection().reason());
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }
}
