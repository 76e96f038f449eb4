// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.cose.Recipient;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;

/** A vendor with keys, a device, and an envelope that fits it. */
final class Fixtures {
    static final ComponentId OS = ComponentId.of("os");
    static final UUID VENDOR = Uuids.vendorId("vendor.example");
    static final UUID CLASS = Uuids.classId(VENDOR, "gateway-1");
    static final UUID DEVICE = Uuids.deviceId(CLASS, "0001");
    static final KeyPair P256 = generate("EC");
    static final KeyPair ED25519 = generate("Ed25519");
    static final KeyPair STRANGER = generate("EC");
    static final SigningKey KEY = signingKey(P256);
    static final SigningKey SECOND_KEY = signingKey(ED25519);
    static final SigningKey STRANGERS_KEY = signingKey(STRANGER);
    static final byte[] PAYLOAD = "firmware".getBytes(StandardCharsets.UTF_8);
    static final EnvelopeBuilder.Image IMAGE =
            new EnvelopeBuilder.Image(Digest.sha256Of(PAYLOAD), PAYLOAD.length, "https://updates.example/os.img");

    static final CoseEncrypt ENCRYPTION = encryption(ContentAlgorithm.A128GCM, new byte[12]);

    private Fixtures() {}

    static CoseEncrypt encryption(ContentAlgorithm algorithm, byte[] iv) {
        SecretKeySpec key = new SecretKeySpec(new byte[algorithm.keyBytes()], "AES");
        try {
            return CoseEncrypt.of(
                    algorithm, iv, List.of(Recipient.of("fleet", new SecretKeySpec(new byte[16], "AES"), key)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static EnvelopeBuilder builder() {
        return new EnvelopeBuilder(OS, 7, VENDOR, CLASS);
    }

    static byte[] good() {
        return sign(builder().image(IMAGE));
    }

    static byte[] sign(EnvelopeBuilder builder, SigningKey... keys) {
        try {
            return builder.sign(keys.length == 0 ? new SigningKey[] {KEY} : keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TrustPolicy policy() {
        return TrustPolicy.anyOf(anchor("first", P256), anchor("second", ED25519));
    }

    static TrustPolicy twoOfTwo() {
        return new TrustPolicy(policy().anchors(), Map.of(Role.FIRMWARE, Rule.of(2)));
    }

    static TrustAnchor anchor(String name, KeyPair pair, Role... roles) {
        Set<Role> all = roles.length == 0 ? Set.of(Role.FIRMWARE) : Set.copyOf(Arrays.asList(roles));
        return new TrustAnchor(name, pair.getPublic().getEncoded(), all);
    }

    static Target target(BankId bank) {
        return new Target(new DeviceIdentity(VENDOR, CLASS, DEVICE, "gateway-0001"), List.of(OS), bank);
    }

    static SigningKey signingKey(KeyPair pair) {
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    private static KeyPair generate(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 255);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
