// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Explanation;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.ParameterCode;
import io.twinbank.core.suit.SuitCommand;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitParameter;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a manifest comes to on a device that it is for, as the device's own code plans it for each bank. */
final class ManifestImages {
    private static final UUID ANY = new UUID(0, 0);

    /**
     * What a component becomes.
     *
     * @param component which
     * @param payload where its bytes are
     * @param digest what they hash to
     * @param sizeBytes how many there are
     * @param securityVersion the image's security version
     * @param routes other ways to the same bytes
     */
    record Image(
            ComponentId component,
            String payload,
            Digest digest,
            long sizeBytes,
            long securityVersion,
            List<RouteCost> routes) {
        static Image of(InstallStep step) {
            return new Image(
                    step.component(),
                    step.payload().toString(),
                    step.digest(),
                    step.sizeBytes(),
                    step.securityVersion(),
                    RouteCost.of(step));
        }
    }

    private ManifestImages() {}

    /** Returns each image with the banks that it is for; where there is no plan for one bank, those for the other. */
    static Map<Image, Set<BankId>> of(SuitEnvelope envelope, SuitManifest manifest) throws RejectedException {
        DeviceIdentity device = new DeviceIdentity(
                id(manifest, ParameterCode.VENDOR_ID),
                id(manifest, ParameterCode.CLASS_ID),
                id(manifest, ParameterCode.DEVICE_ID),
                "any");
        Map<Image, Set<BankId>> images = new LinkedHashMap<>();
        @Nullable RejectedException last = null;
        for (BankId bank : BankId.values()) {
            Explanation explanation = new ManifestVerifier(Envelopes.LIMITS)
                    .explain(envelope, new Target(device, manifest.components(), bank));
            if (explanation.rejection().isPresent()) {
                last = new RejectedException(explanation.rejection().get());
            }
            explanation
                    .plan()
                    .ifPresent(plan -> plan.steps()
                            .forEach(step -> images.computeIfAbsent(Image.of(step), i -> new TreeSet<>())
                                    .add(bank)));
        }
        if (images.isEmpty() && last != null) {
            throw last;
        }
        return images;
    }

    /** Returns the routes of all images; none where there is no plan. */
    static List<RouteCost> routes(SuitEnvelope envelope, SuitManifest manifest) {
        try {
            return of(envelope, manifest).keySet().stream()
                    .flatMap(image -> image.routes().stream())
                    .distinct()
                    .toList();
        } catch (RejectedException e) {
            return List.of();
        }
    }

    private static UUID id(SuitManifest manifest, ParameterCode code) {
        return Stream.concat(Stream.of(manifest.shared()), manifest.sequences().values().stream())
                .flatMap(List::stream)
                .flatMap(ManifestImages::withNested)
                .filter(SuitCommand.SetParameters.class::isInstance)
                .flatMap(set -> ((SuitCommand.SetParameters) set).parameters().stream())
                .filter(parameter -> parameter instanceof SuitParameter.Id id && id.code() == code)
                .map(parameter -> ((SuitParameter.Id) parameter).value())
                .findFirst()
                .orElse(ANY);
    }

    private static Stream<SuitCommand> withNested(SuitCommand command) {
        Stream<SuitCommand> nested = command instanceof SuitCommand.TryEach tryEach
                ? tryEach.branches().stream().flatMap(List::stream)
                : command instanceof SuitCommand.RunSequence run ? run.commands().stream() : Stream.of();
        return Stream.concat(Stream.of(command), nested.flatMap(ManifestImages::withNested));
    }
}
