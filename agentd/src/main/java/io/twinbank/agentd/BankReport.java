// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.io.IOException;
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
        if (board.stateStore().load(StateKey.manifest(bank)) instanceof StateStore.Found found) {
            try {
                ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
                Authentic stored = verifier.reopen(found.record());
                SuitManifest manifest = stored.manifest();
                InstallPlan plan = verifier.plan(
                        stored,
                        new Target(
                                board.identity(),
                                board.components(),
                                manifest.components().stream()
                                        .filter(each -> !board.components().contains(each))
                                        .toList(),
                                bank));
                return new BankReport(
                        bank,
                        version(manifest),
                        OptionalLong.of(manifest.sequence()),
                        plan.bringsImage() ? Optional.of(plan.imageDigest().toString()) : Optional.empty(),
                        securityVersion);
            } catch (RejectedException e) {
                return new BankReport(bank, Optional.empty(), OptionalLong.empty(), Optional.empty(), securityVersion);
            }
        }
        return new BankReport(bank, Optional.empty(), OptionalLong.empty(), Optional.empty(), securityVersion);
    }

    private static Optional<String> version(SuitManifest manifest) {
        return manifest.version()
                .map(SuitVersion::toString)
                .or(() -> manifest.text().stream()
                        .filter(text -> text.component().isPresent() && text.key() == TEXT_VERSION)
                        .map(SuitManifest.Text::value)
                        .findFirst());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStringField("bank", bank.name());
        Json.text(json, "version", version);
        if (sequence.isPresent()) {
            json.writeNumberField("sequence", sequence.getAsLong());
        } else {
            json.writeNullField("sequence");
        }
        Json.text(json, "digest", digest);
        if (securityVersion.isPresent()) {
            json.writeNumberField("securityVersion", securityVersion.getAsLong());
        } else {
            json.writeNullField("securityVersion");
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
