// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstallableTest {
    private static final ComponentId KERNEL = ComponentId.of("kernel");
    private static final ComponentId OS = ComponentId.of("os");
    private static final ComponentId DEVICE_TREE = ComponentId.of("dtb");
    private static final ComponentId CONFIG = ComponentId.of("config");
    private static final Digest DIGEST = Digest.sha256Of(new byte[1]);
    private static final PayloadLocation REMOTE = new PayloadLocation.Remote(URI.create("https://updates.example/x"));

    private static InstallStep step(ComponentId component, long securityVersion) {
        return new InstallStep(component, REMOTE, 1, DIGEST, securityVersion, PayloadEncoding.IDENTITY);
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
                DIGEST);
    }

    private static Rejection refused(InstallPlan plan, ComponentId... inBanks) {
        return assertThrows(RejectedException.class, () -> Installable.require(plan, List.of(inBanks)))
                .rejection();
    }

    @Test
    void require_allComponentsOfTheBankAndOneBeside_isInstallable() {
        assertDoesNotThrow(
                () -> Installable.require(plan(step(OS, 2), step(CONFIG, 0), step(KERNEL, 2)), List.of(KERNEL, OS)));
    }

    @Test
    void require_someComponentsOfTheBankMissing_isUnsupportedAndNamesThem() {
        Rejection rejection = refused(plan(step(OS, 2), step(CONFIG, 2)), KERNEL, OS, DEVICE_TREE);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("[os, config]", rejection.found());
        assertEquals("all that a bank has; missing are [kernel, dtb]", rejection.expected());
    }

    @Test
    void require_imagesOfTwoSecurityVersions_isUnsupportedAndTellsThem() {
        Rejection rejection = refused(plan(step(KERNEL, 2), step(OS, 3)), KERNEL, OS);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("security versions of [kernel, os]", rejection.detail());
        assertEquals("[2, 3]", rejection.found());
        assertEquals("the same for all: a bank has one", rejection.expected());
    }

    @Test
    void require_onlyOneImageStatesItsSecurityVersion_isUnsupported() {
        Rejection rejection = refused(plan(step(KERNEL, 0), step(OS, 3)), KERNEL, OS);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("[0, 3]", rejection.found());
    }

    @Test
    void require_imageThatIsCopied_isUnsupported() {
        InstallStep copy =
                new InstallStep(OS, new PayloadLocation.Component(CONFIG), 1, DIGEST, 0, PayloadEncoding.IDENTITY);

        Rejection rejection = refused(plan(step(CONFIG, 0), copy), OS);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("a copy of config", rejection.found());
    }
}
