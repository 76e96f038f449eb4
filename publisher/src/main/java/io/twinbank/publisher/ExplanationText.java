// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Explanation;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.BankId;

/** Writes what a manifest would come to on a device, in words. */
final class ExplanationText {
    private final StringBuilder out = new StringBuilder();

    private ExplanationText() {}

    static String of(BankId bank, Explanation explanation) {
        ExplanationText text = new ExplanationText();
        text.explanation(bank, explanation);
        return text.out.toString();
    }

    private void explanation(BankId bank, Explanation explanation) {
        line("on this device, with bank " + bank + " to be written");
        for (Explanation.Followed checked : explanation.checked()) {
            line("    " + result(checked)
                    + checked.command().name() + " of " + checked.component() + " in " + checked.section()
                    + checked.failed()
                            .map(why -> ": found " + why.found() + ", expected " + why.expected())
                            .orElse(""));
        }
        explanation.plan().ifPresent(this::plan);
        explanation.rejection().ifPresent(why -> line("    REFUSED     " + why));
    }

    private static String result(Explanation.Followed checked) {
        if (checked.failed().isPresent()) {
            return "FAILS       ";
        }
        return checked.decided() ? "holds       " : "later       ";
    }

    private void plan(InstallPlan plan) {
        plan.requirements().forEach(requirement -> line("    if          " + requirement));
        int number = 1;
        for (InstallStep step : plan.steps()) {
            line("    step " + number++ + "      " + deed(step));
            RouteCost.of(step).forEach(route -> line("    or by       " + route.words()));
        }
        if (plan.rollout() < InstallPlan.ALL_DEVICES) {
            line("    rollout     to " + new Share(plan.rollout()) + " of the devices at first");
        }
        if (plan.emergency()) {
            line("    emergency   passes what a site lets an emergency pass");
        }
        plan.version().ifPresent(version -> line("    afterwards  version " + version));
    }

    static String deed(InstallStep step) {
        PayloadEncoding encoding = step.encoding();
        String image = step.component() + ", " + step.sizeBytes() + " bytes, " + step.digest()
                + (step.securityVersion() == 0 ? "" : ", security version " + step.securityVersion());
        String decoded = encoding.equals(PayloadEncoding.IDENTITY)
                ? ""
                : (encoding.encryption().isPresent()
                                ? ", decrypting "
                                : encoding.frames().isPresent() ? ", decoding " : ", checking ")
                        + encoding.encodedBytes(step.sizeBytes()) + " bytes of " + encoding;
        return source(step.payload()) + decoded + ", and write it to " + image;
    }

    private static String source(PayloadLocation payload) {
        if (payload instanceof PayloadLocation.Remote remote) {
            return "fetch " + remote.uri();
        } else if (payload instanceof PayloadLocation.Integrated integrated) {
            return "take " + integrated.name() + " of the envelope";
        } else if (payload instanceof PayloadLocation.Component component) {
            return "copy what " + component.component() + " holds";
        }
        return "take the content of the manifest";
    }

    private void line(String text) {
        out.append(Words.printable(text)).append('\n');
    }
}
