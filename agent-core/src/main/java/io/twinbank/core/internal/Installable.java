// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.ComponentId;
import java.util.List;

/** Which plans the engine can carry out, of all that a manifest can come to. */
final class Installable {
    private Installable() {}

    /**
     * Refuses a plan that can't be carried out.
     *
     * @param inBanks the components that the board has in banks
     */
    static void require(InstallPlan plan, List<ComponentId> inBanks) throws RejectedException {
        if (plan.bringsImage()) {
            requireWholeBank(plan.steps(), inBanks);
            requireOneSecurityVersion(plan.images());
        }
        for (InstallStep step : plan.steps()) {
            if (!plan.bringsImage() && step.securityVersion() != 0) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "security version of " + step.component(),
                        step.securityVersion(),
                        "none without an image, as no boot loader would compare it");
            }
            if (step.payload() instanceof PayloadLocation.Component source) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "payload of " + step.component(),
                        "a copy of " + source.component(),
                        "one that is fetched or written");
            }
        }
    }

    /** What isn't brought would stay as the bank's last image left it, spoilt or of another release. */
    private static void requireWholeBank(List<InstallStep> steps, List<ComponentId> inBanks) throws RejectedException {
        List<ComponentId> written = steps.stream().map(InstallStep::component).toList();
        List<ComponentId> missing =
                inBanks.stream().filter(each -> !written.contains(each)).toList();
        if (!missing.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "components that the manifest writes",
                    written,
                    "all that a bank has; missing are " + missing);
        }
    }

    /** The boot loader reads one in each bank, and the counter follows that. */
    private static void requireOneSecurityVersion(List<InstallStep> images) throws RejectedException {
        List<Long> versions = images.stream().map(InstallStep::securityVersion).toList();
        if (versions.stream().distinct().count() > 1) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "security versions of "
                            + images.stream().map(InstallStep::component).toList(),
                    versions,
                    "the same for all: a bank has one");
        }
    }
}
