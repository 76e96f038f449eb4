// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.gateway.InstalledEnvelope;
import io.twinbank.core.json.JsonWriter;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a bank holds, as its installed envelope says. The bank itself isn't read: that takes as long as hashing an image.
 *
 * @param bank which
 * @param version of the image; empty if the manifest doesn't tell, or there is none
 * @param sequence of the manifest
 * @param digest of the image
 * @param securityVersion as the boot loader reads it; empty if the bank can't be loaded
 */
record BankReport(
        BankId bank,
        Optional<String> version,
        OptionalLong sequence,
        Optional<String> digest,
        OptionalLong securityVersion) {
    /** A component's version, in the texts of a manifest. */
    private static final int TEXT_VERSION = 6;

    static BankReport read(Platform board, BankId bank) throws HalException {
        OptionalLong securityVersion = board.bootControl().securityVersion(bank);
        Optional<InstalledEnvelope> installed =
                InstalledEnvelope.read(board.stateStore(), board.identity(), board.components(), bank);
        return new BankReport(
                bank,
                installed.flatMap(each -> version(each.manifest())),
                installed
                        .map(each -> OptionalLong.of(each.manifest().sequence()))
                        .orElse(OptionalLong.empty()),
                installed
                        .map(InstalledEnvelope::plan)
                        .filter(InstallPlan::bringsImage)
                        .map(plan -> plan.imageDigest().toString()),
                securityVersion);
    }

    private static Optional<String> version(SuitManifest manifest) {
        return manifest.version()
                .map(SuitVersion::toString)
                .or(() -> manifest.text().stream()
                        .filter(text -> text.component().isPresent() && text.key() == TEXT_VERSION)
                        .map(SuitManifest.Text::value)
                        .findFirst());
    }

    void write(JsonWriter json) {
        json.field("bank", bank.name());
        Json.text(json, "version", version);
        if (sequence.isPresent()) {
            json.field("sequence", sequence.getAsLong());
        } else {
            json.nullField("sequence");
        }
        Json.text(json, "digest", digest);
        if (securityVersion.isPresent()) {
            json.field("securityVersion", securityVersion.getAsLong());
        } else {
            json.nullField("securityVersion");
        }
    }

    String words() {
        if (sequence.isEmpty()) {
            return bank + ", "
                    + (securityVersion.isPresent() ? "an image that no update brought" : "nothing that boots");
        }
        return bank + ", " + version.map(each -> "version " + each + ", ").orElse("") + "sequence "
                + sequence.getAsLong()
                + (securityVersion.isPresent()
                        ? ", security version " + securityVersion.getAsLong()
                        : ", spoilt: the boot loader can't load it")
                + digest.map(each -> ", " + each).orElse("");
    }
}
