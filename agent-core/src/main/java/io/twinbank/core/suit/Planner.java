// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Follows the update procedure of a manifest (payload-fetch, install, validate) for one device and bank, without executing
 * anything: what comes out depends on the manifest, the device and the bank, and on nothing that changes. Used once.
 */
final class Planner implements Interpreter.Effects {
    private final Authentic authentic;
    private final SuitManifest manifest;
    private final Target target;
    private final Interpreter interpreter;
    private final InstallSteps steps;
    private final Conditions conditions;
    private final List<Requirement> waits = new ArrayList<>();
    private final List<Explanation.Followed> followed = new ArrayList<>();
    private Optional<Explanation.Lacking> lacking = Optional.empty();

    Planner(Authentic authentic, Target target, Limits limits) {
        this.authentic = authentic;
        this.manifest = authentic.manifest();
        this.target = target;
        this.interpreter = new Interpreter(manifest, limits, this);
        this.steps = new InstallSteps(authentic.envelope(), manifest.components());
        this.conditions = new Conditions(target, manifest.components(), steps);
    }

    InstallPlan plan() throws RejectedException {
        List<ComponentId> has = target.all();
        for (ComponentId component : manifest.components()) {
            if (!has.contains(component)) {
                int index = manifest.components().indexOf(component);
                lacking = Optional.of(
                        new Explanation.Lacking(SuitReason.COMPONENT_UNSUPPORTED, OptionalInt.empty(), index));
                throw new RejectedException(RejectReason.UNSUPPORTED, "component", component, has);
            }
        }
        interpreter.follow(SuitSection.PAYLOAD_FETCH);
        interpreter.follow(SuitSection.INSTALL);
        interpreter.follow(SuitSection.VALIDATE);
        List<InstallStep> found = steps.finish();
        for (CommandCode identity : List.of(CommandCode.VENDOR_IDENTIFIER, CommandCode.CLASS_IDENTIFIER)) {
            if (!conditions.held(identity)) {
                throw new RejectedException(RejectReason.UNSUPPORTED, "a manifest without " + identity);
            }
        }
        List<Requirement> requirements = new ArrayList<>(conditions.requirements());
        requirements.addAll(waits);
        return new InstallPlan(
                found,
                target.handled(),
                requirements,
                target.bank(),
                manifest.version(),
                steps.rollout(),
                steps.emergency(),
                manifest.sequence(),
                authentic.manifestDigest());
    }

    /** Plans, and tells how. */
    Explanation explain() {
        try {
            InstallPlan plan = plan();
            return new Explanation(followed, Optional.of(plan), Optional.empty(), Optional.empty());
        } catch (RejectedException e) {
            return new Explanation(followed, Optional.empty(), Optional.of(e.rejection()), lacking);
        }
    }

    @Override
    public Optional<Rejection> check(SuitCommand.Condition condition, Interpreter.Context context)
            throws RejectedException {
        Optional<SuitParameter.Known> measured = conditions.measured(condition, context);
        try {
            Optional<Rejection> failed = conditions.check(condition, context);
            note(condition, context, measured, failed);
            return failed;
        } catch (RejectedException e) {
            note(condition, context, measured, Optional.of(e.rejection()));
            throw e;
        }
    }

    private void note(
            SuitCommand.Reporting command,
            Interpreter.Context context,
            Optional<SuitParameter.Known> measured,
            Optional<Rejection> failed) {
        followed.add(new Explanation.Followed(
                context.section(),
                command,
                context.component(),
                manifest.components().get(context.component()),
                measured,
                failed.isPresent() || Conditions.decidedAtOnce(command.code()),
                failed));
    }

    @Override
    public void execute(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        try {
            carryOut(directive, context);
            note(directive, context, Optional.empty(), Optional.empty());
        } catch (RejectedException e) {
            note(directive, context, Optional.empty(), Optional.of(e.rejection()));
            throw e;
        }
    }

    private void carryOut(SuitCommand.Directive directive, Interpreter.Context context) throws RejectedException {
        if (directive.code() != CommandCode.WAIT) {
            steps.add(directive, context);
            return;
        }
        SuitParameter.Events events = context.parameters()
                .find(ParameterCode.WAIT_INFO, SuitParameter.Events.class)
                .orElseThrow(() -> new RejectedException(
                        RejectReason.UNSUPPORTED,
                        directive.name() + " in " + context.section() + " at byte " + directive.offset(),
                        "no " + ParameterCode.WAIT_INFO,
                        "it set before"));
        waits.addAll(events.value());
    }
}
