// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The abstract machine of draft-ietf-suit-manifest-37 (sections 6.4 to 6.7): which command comes next, on which component,
 * with which parameters. What conditions and directives come to is not its business. It executes one command after the
 * other, so strict-order only forbids here. Used once.
 */
final class Interpreter {
    /** What conditions and directives come to. */
    interface Effects {
        /** Returns why a condition doesn't hold; throws if the manifest can't be followed any further. */
        Optional<Rejection> check(SuitCommand.Condition condition, Context context) throws RejectedException;

        void execute(SuitCommand.Directive directive, Context context) throws RejectedException;
    }

    /**
     * Where a condition or directive is executed.
     *
     * @param section the section that is followed
     * @param component the index of the current component
     * @param parameters its parameters
     * @param soft whether the sequence goes on elsewhere if a condition doesn't hold
     */
    record Context(SuitSection section, int component, Parameters parameters, boolean soft) {}

    /** What belongs to one execution of a sequence, and ends with it. */
    private static final class Frame {
        private List<Integer> selected;
        private Optional<Boolean> softFailure; // empty where it must not be set
        private boolean strictOrder = true;
        private Optional<Integer> indexMayBeSet = Optional.empty(); // how many times, where that is limited
        private final Set<Integer> targets = new HashSet<>();
        private final Set<Integer> sources = new HashSet<>();

        private Frame(List<Integer> selected, Optional<Boolean> softFailure) {
            this.selected = selected;
            this.softFailure = softFailure;
        }

        private boolean soft() {
            return softFailure.orElse(false);
        }
    }

    private final SuitManifest manifest;
    private final Limits limits;
    private final Effects effects;
    private final List<Parameters> parameters; // cleared once, before everything (section 6.1)
    private SuitSection section = SuitSection.PAYLOAD_FETCH;
    private int executed;

    Interpreter(SuitManifest manifest, Limits limits, Effects effects) {
        this.manifest = manifest;
        this.limits = limits;
        this.effects = effects;
        this.parameters = Stream.generate(Parameters::new)
                .limit(manifest.components().size())
                .toList();
    }

    /** Follows a section, and before it the shared sequence (section 8.4.5); nothing if the manifest doesn't have it. */
    void follow(SuitSection next) throws RejectedException {
        section = next;
        if (manifest.missing().contains(next)) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "severed " + next, "nothing in the envelope", "its commands");
        }
        List<SuitCommand> commands = manifest.sequences().getOrDefault(next, List.of());
        if (!commands.isEmpty()) {
            // Only one component is selected by itself; several have to be (section 6.2).
            List<Integer> selected = manifest.components().size() == 1 ? List.of(0) : List.of();
            run(manifest.shared(), new Frame(selected, Optional.empty()));
            run(commands, new Frame(selected, Optional.empty()));
        }
    }

    /** Returns why the sequence ended early; only a soft failure ends no more than its sequence. */
    private Optional<Rejection> run(List<SuitCommand> commands, Frame frame) throws RejectedException {
        for (SuitCommand command : commands) {
            if (command instanceof SuitCommand.SetComponentIndex selection) {
                count();
                select(selection, frame);
            } else {
                if (frame.selected.isEmpty()) {
                    throw malformed(command, "before any component is selected", CommandCode.SET_COMPONENT_INDEX);
                }
                for (int component : List.copyOf(frame.selected)) { // once for each, like a loop (section 6.5)
                    Optional<Rejection> failed = execute(command, component, frame);
                    if (failed.isPresent()) {
                        return failed;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Rejection> execute(SuitCommand command, int component, Frame frame) throws RejectedException {
        count();
        Context context = new Context(section, component, parameters.get(component), frame.soft());
        if (command instanceof SuitCommand.Condition condition) {
            Optional<Rejection> failed = effects.check(condition, context);
            if (failed.isPresent() && !frame.soft()) {
                throw new RejectedException(failed.get());
            }
            return failed;
        } else if (command instanceof SuitCommand.SetParameters set) {
            override(set, context.parameters(), frame);
        } else if (command instanceof SuitCommand.TryEach tryEach) {
            tryEach(tryEach, component);
        } else if (command instanceof SuitCommand.RunSequence sequence) {
            runSequence(sequence, component, frame);
        } else if (command instanceof SuitCommand.Directive directive) {
            requireOrder(directive, context, frame);
            effects.execute(directive, context);
        }
        return Optional.empty();
    }

    /** set-component-index (section 8.4.10.1): a number, a list, or true for all in the order of the manifest. */
    private void select(SuitCommand.SetComponentIndex selection, Frame frame) throws RejectedException {
        if (frame.indexMayBeSet.isPresent()) {
            int left = frame.indexMayBeSet.get();
            if (left == 0) {
                throw malformed(selection, "in a sequence that may run beside others", "one component");
            }
            frame.indexMayBeSet = Optional.of(left - 1);
        }
        frame.selected =
                selection.all() ? IntStream.range(0, parameters.size()).boxed().toList() : selection.indexes();
    }

    /** override-parameters (section 8.4.10.3): two of them belong to the sequence, the others to the component. */
    private void override(SuitCommand.SetParameters set, Parameters current, Frame frame) throws RejectedException {
        for (SuitParameter parameter : set.parameters()) {
            SuitParameter.Known known = (SuitParameter.Known) parameter;
            if (known instanceof SuitParameter.Flag flag && flag.code() == ParameterCode.SOFT_FAILURE) {
                if (frame.softFailure.isEmpty()) {
                    throw new RejectedException(
                            RejectReason.MALFORMED,
                            flag.name() + " at byte " + set.offset(),
                            "it in " + section,
                            "it in a try-each or run-sequence");
                }
                frame.softFailure = Optional.of(flag.value());
            } else if (known instanceof SuitParameter.Flag flag && flag.code() == ParameterCode.STRICT_ORDER) {
                frame.strictOrder = flag.value();
                if (frame.strictOrder) { // all that went before is done, so what follows can't race with it
                    frame.targets.clear();
                    frame.sources.clear();
                }
            } else {
                current.put(known);
            }
        }
    }

    /** try-each (section 8.4.10.2): the first sequence that succeeds ends it; it fails as a directive does: for good. */
    private void tryEach(SuitCommand.TryEach tryEach, int component) throws RejectedException {
        List<Rejection> failed = new ArrayList<>();
        for (List<SuitCommand> branch : tryEach.branches()) {
            Optional<Rejection> rejection = run(branch, new Frame(List.of(component), Optional.of(true)));
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

    /**
     * run-sequence (sections 8.4.10.7 and 6.7): a soft failure only ends the sequence. Without strict order, sequences may
     * run beside each other, each on one component: that of the loop, or that which its first command selects.
     */
    private void runSequence(SuitCommand.RunSequence sequence, int component, Frame outer) throws RejectedException {
        Frame frame = new Frame(List.of(component), Optional.of(false));
        if (!outer.strictOrder) {
            boolean looped = outer.selected.size() > 1;
            if (!looped && !(sequence.commands().get(0) instanceof SuitCommand.SetComponentIndex)) {
                throw malformed(
                        sequence.commands().get(0),
                        "first in a sequence that may run beside others",
                        CommandCode.SET_COMPONENT_INDEX);
            }
            frame.indexMayBeSet = Optional.of(looped ? 0 : 1);
        }
        run(sequence.commands(), frame);
    }

    /** Without strict order, no component of a sequence may be both written and read (section 6.7). */
    private static void requireOrder(SuitCommand.Directive directive, Context context, Frame frame)
            throws RejectedException {
        if (frame.strictOrder || directive.code() == CommandCode.WAIT) {
            return;
        }
        frame.targets.add(context.component());
        if (directive.code() == CommandCode.COPY) {
            context.parameters()
                    .number(ParameterCode.SOURCE_COMPONENT)
                    .ifPresent(index -> frame.sources.add(index.intValue()));
        }
        for (int index : frame.targets) {
            if (frame.sources.contains(index)) {
                throw malformed(
                        directive,
                        "component " + index + " written and read",
                        "one of the two, as " + ParameterCode.STRICT_ORDER + " is false");
            }
        }
    }

    private void count() throws RejectedException {
        executed++;
        if (executed > limits.commands()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "number of executed commands",
                    executed,
                    "at most " + limits.commands());
        }
    }

    private static RejectedException malformed(SuitCommand command, Object found, Object expected) {
        return new RejectedException(
                RejectReason.MALFORMED, command.name() + " at byte " + command.offset(), found, expected);
    }
}
