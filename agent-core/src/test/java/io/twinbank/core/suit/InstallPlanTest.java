// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstallPlanTest {
    private static final ComponentId CONFIG = ComponentId.of("config");
    private static final Digest KERNEL_DIGEST = Digest.sha256Of(new byte[] {1});
    private static final Digest OS_DIGEST = Digest.sha384Of(new byte[] {2});
    private static final InstallStep KERNEL = step(ComponentId.of("kernel"), 300, KERNEL_DIGEST, 2);
    private static final InstallStep OS = step(ComponentId.of("os"), 70_000, OS_DIGEST, 3);

    private static InstallStep step(ComponentId component, long sizeBytes, Digest digest, long securityVersion) {
        PayloadLocation payload = new PayloadLocation.Remote(URI.create("https://updates.example/" + component));
        return new InstallStep(component, payload, sizeBytes, digest, securityVersion, PayloadEncoding.IDENTITY);
    }

    private static InstallPlan plan(InstallStep... steps) {
        return new InstallPlan(
                List.of(steps),
                List.of(CONFIG),
                List.of(),
                BankId.B,
                Optional.empty(),
                InstallPlan.ALL_DEVICES,
                false,
                1,
                Digest.sha256(new byte[32]));
    }

    @Test
    void imageDigest_ofOneImage_isItsOwn() {
        InstallPlan plan = plan(OS, step(CONFIG, 5, KERNEL_DIGEST, 0));

        assertEquals(OS_DIGEST, plan.imageDigest());
        assertEquals(70_000, plan.sizeBytes());
        assertEquals(List.of(OS), plan.images());
    }

    @Test
    void imageDigest_ofSeveralImages_isTheDocumentedEncodingsSha256() {
        HexFormat hex = HexFormat.of();
        String os = "83" + "81426f73" + "1a00011170" + "82382a5830" + hex.formatHex(OS_DIGEST.bytes());
        String kernel = "83" + "81466b65726e656c" + "19012c" + "822f5820" + hex.formatHex(KERNEL_DIGEST.bytes());

        Digest joint = plan(KERNEL, OS).imageDigest();

        assertEquals(Digest.sha256Of(hex.parseHex("82" + os + kernel)), joint);
    }

    @Test
    void imageDigest_ofSeveralImages_dependsOnThemAndNotOnTheirOrder() {
        Digest joint = plan(KERNEL, OS).imageDigest();

        assertEquals(joint, plan(OS, step(CONFIG, 5, OS_DIGEST, 0), KERNEL).imageDigest());
        assertNotEquals(
                joint, plan(step(KERNEL.component(), 301, KERNEL_DIGEST, 2), OS).imageDigest());
        assertNotEquals(
                joint, plan(step(KERNEL.component(), 300, OS_DIGEST, 2), OS).imageDigest());
        assertNotEquals(
                joint,
                plan(step(ComponentId.of("dtb"), 300, KERNEL_DIGEST, 2), OS).imageDigest());
    }

    @Test
    void sizeBytes_ofSeveralImages_isTheirSumWithoutWhatIsBesideTheBank() {
        assertEquals(70_300, plan(KERNEL, step(CONFIG, 5, OS_DIGEST, 0), OS).sizeBytes());
    }

    @Test
    void securityVersion_ofSeveralImages_isTheHighest() {
        assertEquals(3, plan(KERNEL, OS).securityVersion());
    }

    @Test
    void image_ofSeveral_throws() {
        assertThrows(IllegalStateException.class, () -> plan(KERNEL, OS).image());
    }
}
