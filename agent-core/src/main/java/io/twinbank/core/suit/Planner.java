// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Follows the update procedure of a manifest (payload-fetch, install, validate, the shared sequence before each) for one
 * device and bank, without executing anything. Parameters keep their values from section to section, and those that a
 * branch of a try-each set before it failed. Used once.
 */
final class Planner {
    private record Fetch(PayloadLocation payload, PayloadEncoding encoding, long sizeBytes, Digest digest) {}

    private final Authentic authentic;
    private final SuitManifest manifest;
    private final Target target;
    private final Limits limits;

    private final Map<ParameterCode, SuitParameter.Known> parameters = new EnumMap<>(ParameterCode.class);
    private final Set<CommandCode> held = EnumSet.noneOf(CommandCode.class);
    private final Set<SuitSection> matched = EnumSet.noneOf(SuitSection.class);
    private Optional<Fetch> fetch = Optional.empty();
    private SuitSection section = SuitSection.PAYLOAD_FETCH;
    private Optional<Boolean> softFailure = Optional.empty();
    private int executed;

    Planner(Authentic authentic, Target target, Limits limits) {
        this.authentic = authentic;
        this.manifest = authentic.manifest();
        this.target = target;
        this.limits = limits;
    }

    InstallPlan plan() throws RejectedException {
        ComponentId component = manifest.components().get(0);
        if (!target.components().contains(component)) {
            throw new RejectedException(RejectReason.UNSUPPORTED, "component", component, target.components());
        }
        follow(SuitSection.PAYLOAD_FETCH);
        follow(SuitSection.INSTALL);
        Fetch found = fetch.orElseThrow(() -> unsupported("a manifest without " + CommandCode.FETCH));
        if (matched.isEmpty()) {
            throw unsupported("a fetch without " + CommandCode.IMAGE_MATCH + " after it");
        }
        follow(SuitSection.VALIDATE);
        if (!matched.contains(SuitSection.VALIDATE)) {
            throw unsupported("a manifest without " + CommandCode.IMAGE_MATCH + " in " + SuitSection.VALIDATE);
        }
        for (CommandCode identity : List.of(CommandCode.VENDOR_IDENTIFIER, CommandCode.CLASS_IDENTIFIER)) {
            if (!held.contains(identity)) {
                throw unsupported("a manifest without " + identity);
            }
        }
        return new InstallPlan(
                component,
                target.bank(),
                found.payload(),
                found.encoding(),
                found.sizeBytes(),
                found.digest(),
                number(ParameterCode.SECURITY_VERSION).orElse(0L),
                manifest.sequence(),
                authentic.manifestDigest());
    }

    private void follow(SuitSection next) throws RejectedException {
        section = next;
        if (manifest.missing().contains(next)) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "severed " + next, "nothing in the envelope", "its commands");
        }
        List<SuitCommand> commands = manifest.sequences().getOrDefault(next, List.of());
        if (!commands.isEmpty()) {
            for (SuitCommand command : manifest.shared()) {
                execute(command);
            }
            for (SuitCommand command : commands) {
                execute(command);
            }
        }
    }

    /** Returns why the sequence ended early, if it did so softly. */
    private Optional<Rejection> nested(List<SuitCommand> commands, boolean soft) throws RejectedException {
        Optional<Boolean> outer = softFailure;
        softFailure = Optional.of(soft);
        try {
            for (SuitCommand command : commands) {
                Optional<Rejection> failed = execute(command);
                if (failed.isPresent()) {
                    return failed;
                }
            }
            return Optional.empty();
        } finally {
            softFailure = outer;
        }
    }

    /** Returns why a condition failed, if failing is soft here; elsewhere it ends everything. */
    private Optional<Rejection> execute(SuitCommand command) throws RejectedException {
        executed++;
        if (executed > limits.commands()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "number of executed commands",
                    executed,
                    "at most " + limits.commands());
        }
        if (command instanceof SuitCommand.Condition condition) {
            Optional<Rejection> failed = check(condition);
            if (failed.isEmpty()) {
                held.add(condition.code());
            } else if (!softFailure.orElse(false)) {
                throw new RejectedException(failed.get());
            }
            return failed;
        } else if (command instanceof SuitCommand.SetParameters set) {
            for (SuitParameter parameter : set.parameters()) {
                set((SuitParameter.Known) parameter, set);
            }
        } else if (command instanceof SuitCommand.TryEach tryEach) {
            tryEach(tryEach);
        } else if (command instanceof SuitCommand.RunSequence run) {
            nested(run.commands(), false);
        } else if (command instanceof SuitCommand.Directive) {
            fetch(command.offset());
        }
        return Optional.empty();
    }

    private void set(SuitParameter.Known parameter, SuitCommand by) throws RejectedException {
        if (parameter.code() == ParameterCode.SOFT_FAILURE) {
            if (softFailure.isEmpty()) {
                throw new RejectedException(
                        RejectReason.MALFORMED,
                        parameter.name() + " at byte " + by.offset(),
                        "it in " + section,
                        "it in a try-each or run-sequence");
            }
            softFailure = Optional.of(((SuitParameter.Flag) parameter).value());
        } else {
            parameters.put(parameter.code(), parameter);
        }
    }

    private void tryEach(SuitCommand.TryEach tryEach) throws RejectedException {
        List<Rejection> failed = new ArrayList<>();
        for (List<SuitCommand> branch : tryEach.branches()) {
            Optional<Rejection> rejection = nested(branch, true);
            if (rejection.isEmpty()) {
                return;
            }
            failed.add(rejection.get());
        }
        if (!tryEach.orNothing()) {
            boolean alike = failed.stream().map(Rejection::reason).distinct().count() == 1;
            throw new RejectedException(
                    alike
                            ? failed.get(failed.size() - 1)
                            : Rejection.of(
                                    RejectReason.CONDITION_FAILED,
                                    "no branch of try-each at byte " + tryEach.offset() + " holds: " + failed));
        }
    }

    private Optional<Rejection> check(SuitCommand.Condition condition) throws RejectedException {
        return switch (condition.code()) {
            case VENDOR_IDENTIFIER ->
                identity(condition, ParameterCode.VENDOR_ID, target.identity().vendorId(), RejectReason.WRONG_VENDOR);
            case CLASS_IDENTIFIER ->
                identity(condition, ParameterCode.CLASS_ID, target.identity().classId(), RejectReason.WRONG_CLASS);
            case DEVICE_IDENTIFIER ->
                identity(condition, ParameterCode.DEVICE_ID, target.identity().deviceId(), RejectReason.WRONG_DEVICE);
            case COMPONENT_SLOT -> slot(condition);
            case IMAGE_MATCH -> imageMatch(condition);
            default -> failure(condition, "it", "never");
        };
    }

    private Optional<Rejection> identity(
            SuitCommand.Condition condition, ParameterCode code, UUID own, RejectReason reason) {
        if (!(parameters.get(code) instanceof SuitParameter.Id id)) {
            return lacks(condition, code);
        }
        return id.value().equals(own)
                ? Optional.empty()
                : Optional.of(Rejection.of(reason, "for another device: " + code, id.value(), own));
    }

    private Optional<Rejection> slot(SuitCommand.Condition condition) {
        Optional<Long> slot = number(ParameterCode.COMPONENT_SLOT);
        if (slot.isEmpty()) {
            return lacks(condition, ParameterCode.COMPONENT_SLOT);
        }
        long expected = Target.slot(target.bank());
        return slot.get() == expected
                ? Optional.empty()
                : failure(condition, slot.get(), expected + ", bank " + target.bank());
    }

    /** The image isn't there yet, so this can only hold the agent to check it later: against what the fetch promised. */
    private Optional<Rejection> imageMatch(SuitCommand.Condition condition) throws RejectedException {
        Optional<Digest> digest = digest();
        if (digest.isEmpty()) {
            return lacks(condition, ParameterCode.IMAGE_DIGEST);
        }
        Fetch fetched = fetch.orElseThrow(() ->
                unsupported(condition.name() + " before any fetch in " + section + " at byte " + condition.offset()));
        if (!digest.get().equals(fetched.digest())) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    condition.name() + " of another digest than was fetched, at byte " + condition.offset(),
                    digest.get(),
                    fetched.digest());
        }
        matched.add(section);
        return Optional.empty();
    }

    private void fetch(int offset) throws RejectedException {
        if (fetch.isPresent()) {
            throw new RejectedException(RejectReason.UNSUPPORTED, "number of fetches", "another at byte " + offset, 1);
        }
        Digest digest = digest().orElseThrow(() -> fetchLacks(ParameterCode.IMAGE_DIGEST, offset));
        long size = number(ParameterCode.IMAGE_SIZE).orElseThrow(() -> fetchLacks(ParameterCode.IMAGE_SIZE, offset));
        if (!(parameters.get(ParameterCode.URI) instanceof SuitParameter.Text uri)) {
            throw fetchLacks(ParameterCode.URI, offset);
        }
        if (size == 0) {
            throw new RejectedException(RejectReason.UNSUPPORTED, ParameterCode.IMAGE_SIZE.toString(), 0, "at least 1");
        }
        PayloadEncoding encoding = encoding();
        encoding.require(size);
        PayloadLocation payload = uri.value().startsWith("#")
                ? integrated(uri.value(), encoding, size, digest)
                : new PayloadLocation.Remote(remote(uri));
        fetch = Optional.of(new Fetch(payload, encoding, size, digest));
    }

    private PayloadEncoding encoding() {
        return new PayloadEncoding(
                parameters.get(ParameterCode.ENCRYPTION_INFO) instanceof SuitParameter.Encryption encryption
                        ? Optional.of(encryption.value())
                        : Optional.empty(),
                parameters.get(ParameterCode.PAYLOAD_ENCODING) instanceof SuitParameter.Encoding encoding
                        ? encoding.sealedChunkBytes()
                        : OptionalInt.empty());
    }

    private PayloadLocation integrated(String name, PayloadEncoding encoding, long imageBytes, Digest digest)
            throws RejectedException {
        long size = encoding.encodedBytes(imageBytes);
        Map<String, Slice> payloads = authentic.envelope().payloads();
        Slice payload = payloads.get(name);
        if (payload == null) {
            throw new RejectedException(
                    RejectReason.PAYLOAD_UNAVAILABLE, "integrated payload", name, "one of " + payloads.keySet());
        }
        if (payload.length() != size) {
            throw new RejectedException(
                    payload.length() < size ? RejectReason.PAYLOAD_SHORT : RejectReason.PAYLOAD_LONG,
                    "integrated payload " + name,
                    payload.length() + " bytes",
                    size + " bytes");
        }
        Digest found = digest.of(payload);
        if (encoding.equals(PayloadEncoding.IDENTITY) && !found.equals(digest)) {
            throw new RejectedException(RejectReason.PAYLOAD_DIGEST, "integrated payload " + name, found, digest);
        }
        return new PayloadLocation.Integrated(name, payload.toByteArray());
    }

    private static URI remote(SuitParameter.Text uri) throws RejectedException {
        try {
            URI parsed = new URI(uri.value());
            if (parsed.isAbsolute()) {
                return parsed;
            }
        } catch (URISyntaxException e) {
            throw malformedUri(uri);
        }
        throw malformedUri(uri);
    }

    private Optional<Long> number(ParameterCode code) {
        return parameters.get(code) instanceof SuitParameter.Numeric number
                ? Optional.of(number.value())
                : Optional.empty();
    }

    private Optional<Digest> digest() {
        return parameters.get(ParameterCode.IMAGE_DIGEST) instanceof SuitParameter.Hash hash
                ? Optional.of(hash.value())
                : Optional.empty();
    }

    private Optional<Rejection> lacks(SuitCommand.Condition condition, ParameterCode code) {
        return failure(condition, "no " + code, "it set before");
    }

    private Optional<Rejection> failure(SuitCommand.Condition condition, Object found, Object expected) {
        return Optional.of(Rejection.of(
                RejectReason.CONDITION_FAILED,
                condition.name() + " in " + section + " at byte " + condition.offset(),
                found,
                expected));
    }

    private RejectedException fetchLacks(ParameterCode code, int offset) {
        return new RejectedException(
                RejectReason.UNSUPPORTED,
                CommandCode.FETCH + " in " + section + " at byte " + offset,
                "no " + code,
                "it set before");
    }

    private static RejectedException malformedUri(SuitParameter.Text uri) {
        return new RejectedException(
                RejectReason.MALFORMED, "uri (21) at byte " + uri.offset(), uri.value(), "an absolute URI, or #name");
    }

    private static RejectedException unsupported(String what) {
        return new RejectedException(RejectReason.UNSUPPORTED, what);
    }
}
