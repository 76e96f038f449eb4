// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the agent does of all that a manifest can say. Everything else is refused, by name and before anything is
 * executed, whether it would be reached or not: a manifest that is half understood is not understood.
 */
final class Profile {
    private static final String SHARED = "the shared sequence (4)";

    private final SuitManifest manifest;
    private Optional<Explanation.Lacking> lacking = Optional.empty();

    Profile(SuitManifest manifest) {
        this.manifest = manifest;
    }

    static void check(SuitManifest manifest) throws RejectedException {
        new Profile(manifest).check();
    }

    /** What was refused last for not being known, if that was it. */
    Optional<Explanation.Lacking> lacking() {
        return lacking;
    }

    void check() throws RejectedException {
        for (SuitManifest.UnknownPart part : manifest.unknown()) {
            lacks(SuitReason.COMMAND_UNSUPPORTED, part.offset());
            throw unsupported(part.name(), "the manifest", part.offset());
        }
        if (manifest.components().isEmpty()) {
            throw new RejectedException(RejectReason.UNSUPPORTED, "number of components", 0, "at least 1");
        }
        sequence(SHARED, manifest.shared());
        requireSelection(SHARED, manifest.shared());
        for (Map.Entry<SuitSection, List<SuitCommand>> entry : new TreeMap<>(manifest.sequences()).entrySet()) {
            SuitSection section = entry.getKey();
            if (!section.supported()) {
                throw new RejectedException(RejectReason.UNSUPPORTED, "manifest section " + section);
            }
            sequence(section.toString(), entry.getValue());
            requireSelection(section.toString(), entry.getValue());
        }
        for (SuitSection section : manifest.missing()) {
            if (!section.supported()) {
                throw new RejectedException(RejectReason.UNSUPPORTED, "manifest section " + section);
            }
        }
    }

    private void sequence(String where, List<SuitCommand> commands) throws RejectedException {
        for (SuitCommand command : commands) {
            if (!(command instanceof SuitCommand.Known known)
                    || !known.code().supported()
                    || (known.code().kind() == CommandCode.Kind.DIRECTIVE && !directiveFits(known.code(), where))) {
                lacks(SuitReason.COMMAND_UNSUPPORTED, command.offset());
                throw unsupported(command.name(), where, command.offset());
            }
            if (command instanceof SuitCommand.TryEach tryEach) {
                for (List<SuitCommand> branch : tryEach.branches()) {
                    sequence(where, branch);
                }
            } else if (command instanceof SuitCommand.RunSequence run) {
                sequence(where, run.commands());
            } else if (command instanceof SuitCommand.SetParameters set) {
                parameters(where, set);
            } else if (command instanceof SuitCommand.SetComponentIndex selection) {
                selection(where, selection);
            }
        }
    }

    /** With more than one component each sequence says first which it is about (section 6.2). */
    private void requireSelection(String where, List<SuitCommand> commands) throws RejectedException {
        if (manifest.components().size() > 1
                && !commands.isEmpty()
                && !(commands.get(0) instanceof SuitCommand.SetComponentIndex)) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "first command in " + where + " at byte " + commands.get(0).offset(),
                    commands.get(0).name(),
                    CommandCode.SET_COMPONENT_INDEX + ", as there are "
                            + manifest.components().size() + " components");
        }
    }

    /** Writing is for the agent, loading and invoking for the boot loader; the shared sequence does none of it. */
    private static boolean directiveFits(CommandCode code, String where) {
        boolean install =
                where.equals(SuitSection.INSTALL.toString()) || where.equals(SuitSection.PAYLOAD_FETCH.toString());
        return switch (code) {
            case INVOKE -> where.equals(SuitSection.INVOKE.toString());
            case COPY, WRITE -> install || where.equals(SuitSection.LOAD.toString());
            default -> install;
        };
    }

    private void parameters(String where, SuitCommand.SetParameters set) throws RejectedException {
        for (SuitParameter parameter : set.parameters()) {
            if (!(parameter instanceof SuitParameter.Known known)
                    || !known.code().supported()) {
                lacks(SuitReason.PARAMETER_UNSUPPORTED, set.offset());
                throw unsupported("parameter " + parameter.name(), where, parameter.offset());
            }
        }
    }

    private void selection(String where, SuitCommand.SetComponentIndex selection) throws RejectedException {
        for (int index : selection.indexes()) {
            if (index >= manifest.components().size()) {
                throw new RejectedException(
                        RejectReason.MALFORMED,
                        "component index in " + where + " at byte " + selection.offset(),
                        index,
                        "less than " + manifest.components().size());
            }
        }
    }

    private void lacks(SuitReason what, int offset) {
        lacking = Optional.of(new Explanation.Lacking(what, OptionalInt.of(offset), 0));
    }

    private static RejectedException unsupported(String name, String where, int offset) {
        return new RejectedException(RejectReason.UNSUPPORTED, name + " in " + where + " at byte " + offset);
    }
}
