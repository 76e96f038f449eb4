// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.hal.ComponentId;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What fetch, write and copy of a manifest come to (draft-ietf-suit-manifest-37, section 8.4.10): one step for each component
 * that is written, its size and digest known before a byte moves.
 */
final class InstallSteps {
    private static final long EMERGENCY = 1;

    private final SuitEnvelope envelope;
    private final List<ComponentId> components;
    private final Map<Integer, InstallStep> steps = new LinkedHashMap<>(); // in the order of execution
    private final Map<Integer, Set<SuitSection>> matched = new HashMap<>();
    private final Map<Integer, Parameters> parameters = new HashMap<>();
    private final Set<Integer> copied = new HashSet<>();

    InstallSteps(SuitEnvelope envelope, List<ComponentId> components) {
        this.envelope = envelope;
        this.components = components;
    }

    Optional<InstallStep> of(int component) {
        return Optional.ofNullable(steps.get(component));
    }

    /** Notes that a section holds the device to what a step promises. */
    void matched(int component, SuitSection section) {
        matched.computeIfAbsent(component, c -> new HashSet<>()).add(section);
    }

    void add(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        InstallStep earlier = steps.get(context.component());
        if (earlier != null) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    where(directive, context),
                    earlier.component() + " written again",
                    "each component written once");
        }
        parameters.put(context.component(), context.parameters());
        steps.put(
                context.component(),
                switch (directive.code()) {
                    case FETCH -> fetch(directive, context);
                    case WRITE -> write(directive, context);
                    default -> copy(directive, context);
                });
    }

    /** Returns the steps with what was set until the end; refuses them unless each is matched after it, and in validate what isn't only copied on. */
    List<InstallStep> finish() throws RejectedException {
        if (steps.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "a manifest without " + CommandCode.FETCH + ", " + CommandCode.WRITE + " or " + CommandCode.COPY);
        }
        List<InstallStep> finished = new ArrayList<>();
        for (int component : steps.keySet()) {
            Set<SuitSection> sections = matched.getOrDefault(component, Set.of());
            boolean staged = copied.contains(component);
            if (staged ? sections.isEmpty() : !sections.contains(SuitSection.VALIDATE)) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        components.get(component) + " written without " + CommandCode.IMAGE_MATCH + " after it"
                                + (staged ? "" : " in " + SuitSection.VALIDATE));
            }
            long version = Objects.requireNonNull(parameters.get(component))
                    .number(ParameterCode.SECURITY_VERSION)
                    .orElse(0L);
            finished.add(Objects.requireNonNull(steps.get(component)).withSecurityVersion(version));
        }
        return finished;
    }

    /** Of what is set for the components the most careful counts. */
    int rollout() throws RejectedException {
        long least = InstallPlan.ALL_DEVICES;
        for (Parameters each : parameters.values()) {
            least = Math.min(
                    least, bounded(each, ParameterCode.ROLLOUT, InstallPlan.ALL_DEVICES, InstallPlan.ALL_DEVICES));
        }
        return Math.toIntExact(least);
    }

    /** Only what all components agree on is an emergency. */
    boolean emergency() throws RejectedException {
        boolean all = true;
        for (Parameters each : parameters.values()) {
            all &= bounded(each, ParameterCode.URGENCY, EMERGENCY, 0) == EMERGENCY;
        }
        return all;
    }

    private static long bounded(Parameters parameters, ParameterCode code, long most, long otherwise)
            throws RejectedException {
        long value = parameters.number(code).orElse(otherwise);
        if (value > most) {
            throw new RejectedException(RejectReason.UNSUPPORTED, code.toString(), value, "0 to " + most);
        }
        return value;
    }

    private InstallStep fetch(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        Parameters parameters = context.parameters();
        Digest digest = digest(directive, context);
        long size = size(directive, context);
        SuitParameter.Text uri = parameters
                .find(ParameterCode.URI, SuitParameter.Text.class)
                .orElseThrow(() -> lacks(directive, context, ParameterCode.URI));
        int arguments = parameters
                .bytes(ParameterCode.FETCH_ARGUMENTS)
                .map(Slice::length)
                .orElse(0);
        if (arguments > 0) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    ParameterCode.FETCH_ARGUMENTS + " of " + where(directive, context),
                    arguments + " bytes",
                    "none: no source of payloads takes any");
        }
        PayloadEncoding encoding = encoding(context, size);
        if (uri.value().startsWith("#")) {
            requireNoRoutes(directive, context, "a payload in the envelope");
            PayloadLocation payload = integrated(uri.value(), encoding, size, digest);
            return step(context, payload, size, digest, encoding);
        }
        URI remote = Route.absolute(uri.value(), "uri (21) at byte " + uri.offset(), "an absolute URI, or #name");
        return new InstallStep(
                components.get(context.component()),
                new PayloadLocation.Remote(remote),
                size,
                digest,
                0,
                encoding,
                routes(context, size));
    }

    private List<Route> routes(Interpreter.Context context, long sizeBytes) throws RejectedException {
        Optional<SuitParameter.Routes> parameter =
                context.parameters().find(ParameterCode.ROUTES, SuitParameter.Routes.class);
        List<Route> routes = new ArrayList<>();
        if (parameter.isPresent()) {
            for (SuitParameter.Routes.Way way : parameter.get().value()) {
                int number = routes.size() + 1;
                PayloadEncoding encoding = encoding(way.steps(), way.encryption(), ChunkHashes.name(number));
                encoding.require(sizeBytes, "route " + number + " of " + ParameterCode.ROUTES);
                routes.add(new Route(way.uri(), encoding));
            }
        }
        return routes;
    }

    /** Where nothing is fetched, there is nothing to save. */
    private static void requireNoRoutes(SuitCommand.Directive directive, Interpreter.Context context, String of)
            throws RejectedException {
        if (context.parameters()
                .find(ParameterCode.ROUTES, SuitParameter.Routes.class)
                .isPresent()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    ParameterCode.ROUTES + " of " + where(directive, context),
                    of,
                    "a payload that is fetched from elsewhere");
        }
    }

    /** Content of the manifest is as authentic as its size and digest would be, so it may do without them. */
    private InstallStep write(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        Slice content = context.parameters()
                .bytes(ParameterCode.CONTENT)
                .orElseThrow(() -> lacks(directive, context, ParameterCode.CONTENT));
        requireNoRoutes(directive, context, "content of the manifest");
        PayloadLocation payload = new PayloadLocation.Content(content.toByteArray());
        boolean encoded = context.parameters()
                        .find(ParameterCode.ENCRYPTION_INFO, SuitParameter.Encryption.class)
                        .isPresent()
                || steps(context).frames().isPresent();
        long size = encoded
                ? size(directive, context)
                : context.parameters().number(ParameterCode.IMAGE_SIZE).orElse((long) content.length());
        Digest digest = encoded
                ? digest(directive, context)
                : context.parameters().digest().orElseGet(() -> Digest.sha256Of(content.toByteArray()));
        PayloadEncoding encoding = encoding(context, size);
        requirePayload(where(directive, context), content, encoding, size, digest);
        return step(context, payload, size, digest, encoding);
    }

    /** A copy that isn't decrypted has the size and digest of its source. */
    private InstallStep copy(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        long source = context.parameters()
                .number(ParameterCode.SOURCE_COMPONENT)
                .orElseThrow(() -> lacks(directive, context, ParameterCode.SOURCE_COMPONENT));
        requireNoRoutes(directive, context, "another component");
        if (source >= components.size() || source == context.component()) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    ParameterCode.SOURCE_COMPONENT + " of " + where(directive, context),
                    source,
                    "another component, less than " + components.size());
        }
        Optional<InstallStep> written = of((int) source);
        Digest digest = digest(directive, context);
        long size = size(directive, context);
        PayloadEncoding encoding = encoding(context, size);
        if (written.isPresent()
                && encoding.equals(PayloadEncoding.IDENTITY)
                && (written.get().sizeBytes() != size || !written.get().digest().equals(digest))) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    where(directive, context),
                    size + " bytes, " + digest,
                    "what " + written.get().component() + " is: "
                            + written.get().sizeBytes() + " bytes, "
                            + written.get().digest());
        }
        copied.add((int) source);
        PayloadLocation payload = new PayloadLocation.Component(components.get((int) source));
        return step(context, payload, size, digest, encoding);
    }

    private InstallStep step(
            Interpreter.Context context, PayloadLocation payload, long size, Digest digest, PayloadEncoding encoding) {
        return new InstallStep(components.get(context.component()), payload, size, digest, 0, encoding);
    }

    private static Digest digest(SuitCommand.Directive directive, Interpreter.Context context)
            throws RejectedException {
        return context.parameters().digest().orElseThrow(() -> lacks(directive, context, ParameterCode.IMAGE_DIGEST));
    }

    private static long size(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        long size = context.parameters()
                .number(ParameterCode.IMAGE_SIZE)
                .orElseThrow(() -> lacks(directive, context, ParameterCode.IMAGE_SIZE));
        if (size == 0) {
            throw new RejectedException(RejectReason.UNSUPPORTED, ParameterCode.IMAGE_SIZE.toString(), 0, "at least 1");
        }
        return size;
    }

    private PayloadEncoding encoding(Interpreter.Context context, long sizeBytes) throws RejectedException {
        Optional<CoseEncrypt> encryption = context.parameters()
                .find(ParameterCode.ENCRYPTION_INFO, SuitParameter.Encryption.class)
                .map(SuitParameter.Encryption::value);
        PayloadEncoding encoding = encoding(steps(context), encryption, ChunkHashes.NAME);
        encoding.require(sizeBytes, ParameterCode.PAYLOAD_ENCODING.toString());
        return encoding;
    }

    private PayloadEncoding encoding(PayloadEncoding.Steps steps, Optional<CoseEncrypt> encryption, String hashes)
            throws RejectedException {
        Optional<ChunkHashes> chunkHashes = steps.chunkHashes().isPresent()
                ? Optional.of(chunkHashes(steps.chunkHashes().get(), hashes))
                : Optional.empty();
        return new PayloadEncoding(encryption, steps.sealedChunkBytes(), chunkHashes, steps.frames(), steps.index());
    }

    private static PayloadEncoding.Steps steps(Interpreter.Context context) {
        return context.parameters()
                .find(ParameterCode.PAYLOAD_ENCODING, SuitParameter.Encoding.class)
                .map(SuitParameter.Encoding::steps)
                .orElse(PayloadEncoding.Steps.NONE);
    }

    private ChunkHashes chunkHashes(ChunkHashes.Reference reference, String name) throws RejectedException {
        Slice hashes = envelope.payloads().get(name);
        if (hashes == null) {
            throw new RejectedException(
                    RejectReason.PAYLOAD_UNAVAILABLE,
                    "hashes of chunks in the envelope",
                    "payloads " + envelope.payloads().keySet(),
                    name);
        }
        return reference.require(hashes.toByteArray(), name);
    }

    private PayloadLocation integrated(String name, PayloadEncoding encoding, long size, Digest digest)
            throws RejectedException {
        Map<String, Slice> payloads = envelope.payloads();
        Slice payload = payloads.get(name);
        if (payload == null) {
            throw new RejectedException(
                    RejectReason.PAYLOAD_UNAVAILABLE, "integrated payload", name, "one of " + payloads.keySet());
        }
        requirePayload("integrated payload " + name, payload, encoding, size, digest);
        return new PayloadLocation.Integrated(name, payload.toByteArray());
    }

    /** The size is that of what is here; the digest, of the plaintext, can be compared only where that is the same. */
    private static void requirePayload(
            String what, Slice payload, PayloadEncoding encoding, long sizeBytes, Digest digest)
            throws RejectedException {
        long size = encoding.encodedBytes(sizeBytes);
        if (payload.length() != size || size == 0) {
            throw new RejectedException(
                    payload.length() > size ? RejectReason.PAYLOAD_LONG : RejectReason.PAYLOAD_SHORT,
                    what,
                    payload.length() + " bytes",
                    Math.max(1, size) + " bytes");
        }
        Digest found = digest.of(payload);
        if (encoding.equals(PayloadEncoding.IDENTITY) && !found.equals(digest)) {
            throw new RejectedException(RejectReason.PAYLOAD_DIGEST, what, found, digest);
        }
    }

    private static RejectedException lacks(
            SuitCommand.Directive directive, Interpreter.Context context, ParameterCode code) {
        return new RejectedException(
                RejectReason.UNSUPPORTED, where(directive, context), "no " + code, "it set before");
    }

    private static String where(SuitCommand.Directive directive, Interpreter.Context context) {
        return directive.name() + " in " + context.section() + " at byte " + directive.offset();
    }
}
