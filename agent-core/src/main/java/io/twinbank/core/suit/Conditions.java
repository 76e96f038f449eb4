// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the conditions of a manifest come to on one device (draft-ietf-suit-manifest-37, section 8.4.9). Those about the
 * device and the bank are decided; those about a component that an earlier step writes, by what that step promises. The
 * answers to all others change with time, so they become requirements of the plan, and must not choose a branch.
 */
final class Conditions {
    private final Target target;
    private final List<ComponentId> components;
    private final InstallSteps steps;
    private final Set<CommandCode> held = EnumSet.noneOf(CommandCode.class);
    private final List<Requirement> requirements = new ArrayList<>();

    Conditions(Target target, List<ComponentId> components, InstallSteps steps) {
        this.target = target;
        this.components = components;
        this.steps = steps;
    }

    List<Requirement> requirements() {
        return requirements;
    }

    boolean held(CommandCode code) {
        return held.contains(code);
    }

    Optional<Rejection> check(SuitCommand.Condition condition, Interpreter.Context context) throws RejectedException {
        Optional<Rejection> failed = decide(condition, context);
        if (failed.isEmpty()) {
            held.add(condition.code());
        }
        return failed;
    }

    private Optional<Rejection> decide(SuitCommand.Condition condition, Interpreter.Context context)
            throws RejectedException {
        return switch (condition.code()) {
            case VENDOR_IDENTIFIER ->
                identity(
                        condition,
                        context,
                        ParameterCode.VENDOR_ID,
                        target.identity().vendorId(),
                        RejectReason.WRONG_VENDOR);
            case CLASS_IDENTIFIER ->
                identity(
                        condition,
                        context,
                        ParameterCode.CLASS_ID,
                        target.identity().classId(),
                        RejectReason.WRONG_CLASS);
            case DEVICE_IDENTIFIER ->
                identity(
                        condition,
                        context,
                        ParameterCode.DEVICE_ID,
                        target.identity().deviceId(),
                        RejectReason.WRONG_DEVICE);
            case COMPONENT_SLOT -> slot(condition, context);
            case IMAGE_MATCH, IMAGE_NOT_MATCH -> {
                Optional<Digest> digest = context.parameters().digest();
                yield digest.isPresent()
                        ? image(condition, context, digest.get())
                        : lacks(condition, context, ParameterCode.IMAGE_DIGEST);
            }
            case CHECK_CONTENT -> {
                Optional<Slice> content = context.parameters().bytes(ParameterCode.CONTENT);
                yield content.isPresent()
                        ? image(condition, context, digestOf(content.get(), context))
                        : lacks(condition, context, ParameterCode.CONTENT);
            }
            case USE_BEFORE ->
                require(
                        condition,
                        context,
                        ParameterCode.USE_BEFORE,
                        context.parameters().number(ParameterCode.USE_BEFORE).map(Requirement.UseBefore::new));
            case UPDATE_AUTHORIZED ->
                require(
                        condition,
                        context,
                        ParameterCode.UPDATE_PRIORITY,
                        context.parameters()
                                .number(ParameterCode.UPDATE_PRIORITY)
                                .map(Requirement.Authorization::new));
            case VERSION ->
                require(
                        condition,
                        context,
                        ParameterCode.VERSION,
                        context.parameters()
                                .find(ParameterCode.VERSION, SuitParameter.Version.class)
                                .map(version -> new Requirement.InstalledVersion(
                                        components.get(context.component()), version.value())));
            default -> failure(condition, context, "it", "never");
        };
    }

    /** What doesn't change on a device is decided when a manifest is planned. */
    static boolean decidedAtOnce(CommandCode code) {
        return switch (code) {
            case VENDOR_IDENTIFIER, CLASS_IDENTIFIER, DEVICE_IDENTIFIER, COMPONENT_SLOT -> true;
            default -> false;
        };
    }

    /** The device's own value of what a condition compares; empty where there is none yet. */
    Optional<SuitParameter.Known> measured(SuitCommand.Condition condition, Interpreter.Context context) {
        int at = condition.offset();
        return switch (condition.code()) {
            case VENDOR_IDENTIFIER ->
                Optional.of(new SuitParameter.Id(
                        at, ParameterCode.VENDOR_ID, target.identity().vendorId()));
            case CLASS_IDENTIFIER ->
                Optional.of(new SuitParameter.Id(
                        at, ParameterCode.CLASS_ID, target.identity().classId()));
            case DEVICE_IDENTIFIER ->
                Optional.of(new SuitParameter.Id(
                        at, ParameterCode.DEVICE_ID, target.identity().deviceId()));
            case COMPONENT_SLOT ->
                Optional.of(new SuitParameter.Numeric(at, ParameterCode.COMPONENT_SLOT, Target.slot(target.bank())));
            case IMAGE_MATCH, IMAGE_NOT_MATCH, CHECK_CONTENT ->
                steps.of(context.component())
                        .map(step -> new SuitParameter.Hash(at, ParameterCode.IMAGE_DIGEST, step.digest()));
            default -> Optional.empty();
        };
    }

    private static Optional<Rejection> identity(
            SuitCommand.Condition condition,
            Interpreter.Context context,
            ParameterCode code,
            UUID own,
            RejectReason reason) {
        Optional<SuitParameter.Id> id = context.parameters().find(code, SuitParameter.Id.class);
        if (id.isEmpty()) {
            return lacks(condition, context, code);
        }
        return id.get().value().equals(own)
                ? Optional.empty()
                : Optional.of(Rejection.of(
                        reason, "for another device: " + code, id.get().value(), own));
    }

    /** The slot is the one to be written, not the one that runs. */
    private Optional<Rejection> slot(SuitCommand.Condition condition, Interpreter.Context context) {
        Optional<Long> slot = context.parameters().number(ParameterCode.COMPONENT_SLOT);
        if (slot.isEmpty()) {
            return lacks(condition, context, ParameterCode.COMPONENT_SLOT);
        }
        long expected = Target.slot(target.bank());
        return slot.get() == expected
                ? Optional.empty()
                : failure(condition, context, slot.get(), expected + ", bank " + target.bank());
    }

    private Optional<Rejection> image(SuitCommand.Condition condition, Interpreter.Context context, Digest digest)
            throws RejectedException {
        boolean wanted = condition.code() != CommandCode.IMAGE_NOT_MATCH;
        Optional<InstallStep> step = steps.of(context.component());
        if (step.isEmpty()) {
            return require(
                    condition, context, new Requirement.Image(components.get(context.component()), digest, wanted));
        }
        Digest promised = step.get().digest();
        if (promised.equals(digest) != wanted) {
            return failure(condition, context, promised + ", as is written before", (wanted ? "" : "not ") + digest);
        }
        if (wanted) {
            steps.matched(context.component(), context.section());
        }
        return Optional.empty();
    }

    /** Contents are the same if their digests are, and those are compared in constant time. */
    private Digest digestOf(Slice content, Interpreter.Context context) {
        return steps.of(context.component())
                .map(step -> step.digest().of(content))
                .orElseGet(() -> Digest.sha256Of(content.toByteArray()));
    }

    private Optional<Rejection> require(
            SuitCommand.Condition condition,
            Interpreter.Context context,
            ParameterCode code,
            Optional<? extends Requirement> requirement)
            throws RejectedException {
        return requirement.isPresent()
                ? require(condition, context, requirement.get())
                : lacks(condition, context, code);
    }

    private Optional<Rejection> require(
            SuitCommand.Condition condition, Interpreter.Context context, Requirement requirement)
            throws RejectedException {
        if (context.soft()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    where(condition, context),
                    "it where failing is soft: which branch is taken could change after a power cut",
                    "it where soft-failure (13) is false");
        }
        if (!requirements.contains(requirement)) {
            requirements.add(requirement);
        }
        return Optional.empty();
    }

    private static Optional<Rejection> lacks(
            SuitCommand.Condition condition, Interpreter.Context context, ParameterCode code) {
        return failure(condition, context, "no " + code, "it set before");
    }

    private static Optional<Rejection> failure(
            SuitCommand.Condition condition, Interpreter.Context context, Object found, Object expected) {
        return Optional.of(Rejection.of(RejectReason.CONDITION_FAILED, where(condition, context), found, expected));
    }

    private static String where(SuitCommand.Condition condition, Interpreter.Context context) {
        return condition.name() + " in " + context.section() + " at byte " + condition.offset();
    }
}
