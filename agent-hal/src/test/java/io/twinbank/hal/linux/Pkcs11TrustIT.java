// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStoreException;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs({Part.SOFTHSM, Part.P11TOOL})
class Pkcs11TrustIT {
    @TempDir
    Path folder;

    private Pkcs11Token token;

    @BeforeEach
    void openToken() throws Exception {
        token = SoftHsm.openEmpty(folder);
    }

    @Test
    void factoryPolicy_trustedCertificates_areAnchorsByTheirLabels() throws Exception {
        byte[] alice = trust("twinbank:root,firmware:alice");
        byte[] bob = trust("twinbank:all:bob");
        trust("other:all:carol");
        SelfSigned.makeKey(token, "twinbank:all:device");
        RootOfTrust root = token.rootOfTrust("twinbank:", Map.of(Role.FIRMWARE, Rule.of(2)));

        TrustPolicy policy = root.factoryPolicy();

        assertEquals(2, policy.anchors().size());
        assertEquals(
                new TrustAnchor("bob", bob, EnumSet.allOf(Role.class)),
                policy.anchors().get(0));
        assertEquals(
                new TrustAnchor("alice", alice, Set.of(Role.ROOT, Role.FIRMWARE)),
                policy.anchors().get(1));
        assertEquals(Rule.of(2), policy.rule(Role.FIRMWARE));
        assertFalse(root.canBind());
        assertEquals(
                HalException.Kind.UNSUPPORTED,
                assertThrows(HalException.class, root::bound).kind());
    }

    @Test
    void factoryPolicy_labelWithoutRoles_isRefused() throws Exception {
        trust("twinbank:alice");

        String message = refusal(Map.of());

        assertTrue(message.contains("found label 'twinbank:alice', expected roles and a name"), message);
    }

    @Test
    void factoryPolicy_noTrustedCertificate_isRefused() throws Exception {
        SelfSigned.makeKey(token, "twinbank:all:device");

        String message = refusal(Map.of());

        assertTrue(message.contains("found no key with role root among 0, expected at least one"), message);
    }

    @Test
    void factoryPolicy_thresholdAboveTheKeys_isRefused() throws Exception {
        trust("twinbank:all:alice");

        String message = refusal(Map.of(Role.FIRMWARE, Rule.of(2)));

        assertTrue(message.contains("FIRMWARE: 2 keys can't be met by 1 anchors"), message);
    }

    @Test
    void factoryPolicy_certificateOfTheUser_isNotTrusted() throws Exception {
        trust("twinbank:all:alice");
        Certificate own = SelfSigned.of("mallory", SelfSigned.generate("secp256r1"), Security.getProvider("SunEC"));

        assertThrows(KeyStoreException.class, () -> token.keyStore().setCertificateEntry("twinbank:all:mallory", own));

        assertEquals(
                1,
                token.rootOfTrust("twinbank:", Map.of())
                        .factoryPolicy()
                        .anchors()
                        .size());
    }

    @Test
    void factoryPolicy_zeroizedToken_isStillThere() throws Exception {
        byte[] alice = trust("twinbank:all:alice");
        SelfSigned.makeKey(token, "device");

        token.keys("device").zeroize();

        assertArrayEquals(
                alice,
                token.rootOfTrust("twinbank:", Map.of())
                        .factoryPolicy()
                        .anchors()
                        .get(0)
                        .key());
    }

    private String refusal(Map<Role, Rule> rules) {
        HalException refused = assertThrows(
                HalException.class, () -> token.rootOfTrust("twinbank:", rules).factoryPolicy());
        assertEquals(HalException.Kind.IO, refused.kind());
        return refused.getMessage();
    }

    /** Lets the security officer trust a new key; returns it. */
    private byte[] trust(String label) throws Exception {
        KeyPair pair = SelfSigned.generate("secp256r1");
        byte[] certificate =
                SelfSigned.of(label, pair, Security.getProvider("SunEC")).getEncoded();
        Path pem = Files.writeString(
                folder.resolve("trusted.pem"),
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                        + "\n-----END CERTIFICATE-----\n");
        SoftHsm.run(
                Part.P11TOOL.path().toString(),
                "--provider",
                SoftHsm.LIBRARY,
                "--so-login",
                "--set-so-pin",
                SoftHsm.SO_PIN,
                "--write",
                "--load-certificate",
                pem.toString(),
                "--label",
                label,
                "--mark-trusted",
                "--batch",
                "pkcs11:token=" + SoftHsm.LABEL);
        token.reload(); // SoftHSM misses what another process wrote if this one writes before it looks
        return pair.getPublic().getEncoded();
    }
}
