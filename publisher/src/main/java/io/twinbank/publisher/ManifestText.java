// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.ParameterCode;
import io.twinbank.core.suit.SuitCommand;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitParameter;
import io.twinbank.core.suit.SuitSection;
import io.twinbank.core.suit.TrustManifest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a manifest for people: what it would do, by name, in the order in which it would be done. */
final class ManifestText {
    private final StringBuilder out = new StringBuilder();

    private ManifestText() {}

    static String of(SuitManifest manifest) {
        ManifestText text = new ManifestText();
        text.manifest(manifest);
        return text.out.toString();
    }

    private void manifest(SuitManifest manifest) {
        line(0, "sequence    " + manifest.sequence());
        manifest.version().ifPresent(version -> line(0, "version     " + version));
        manifest.referenceUri().ifPresent(uri -> line(0, "reference   " + uri));
        for (int i = 0; i < manifest.components().size(); i++) {
            line(0, "component   " + i + ": " + manifest.components().get(i));
        }
        for (SuitManifest.Text text : manifest.text()) {
            line(
                    0,
                    "text        " + text.language()
                            + text.component().map(component -> " " + component).orElse("")
                            + " " + textName(text) + ": " + text.value());
        }
        line(0, "shared, before each of the following");
        commands(1, manifest.shared());
        for (SuitSection section : SuitSection.values()) {
            List<SuitCommand> commands = manifest.sequences().get(section);
            if (commands != null) {
                line(0, section.toString());
                commands(1, commands);
            } else if (manifest.missing().contains(section)) {
                line(0, section + ", severed, not in this envelope");
            }
        }
        for (SuitManifest.UnknownPart part : manifest.unknown()) {
            line(0, "NOT KNOWN   " + part.name() + " at byte " + part.offset());
        }
    }

    /** Every image has a security version, and nothing else may; a trust manifest is about itself. */
    static boolean bringsNoImage(SuitManifest manifest) {
        return !manifest.components().equals(List.of(TrustManifest.COMPONENT))
                && !setsSecurityVersion(manifest.shared())
                && manifest.sequences().values().stream().noneMatch(ManifestText::setsSecurityVersion);
    }

    private static boolean setsSecurityVersion(List<SuitCommand> commands) {
        return commands.stream().anyMatch(command -> {
            if (command instanceof SuitCommand.SetParameters set) {
                return set.parameters().stream()
                        .anyMatch(parameter -> parameter instanceof SuitParameter.Known known
                                && known.code() == ParameterCode.SECURITY_VERSION);
            } else if (command instanceof SuitCommand.TryEach tryEach) {
                return tryEach.branches().stream().anyMatch(ManifestText::setsSecurityVersion);
            }
            return command instanceof SuitCommand.RunSequence run && setsSecurityVersion(run.commands());
        });
    }

    private void commands(int depth, List<SuitCommand> commands) {
        for (SuitCommand command : commands) {
            if (command instanceof SuitCommand.SetParameters set) {
                line(depth, set.name());
                set.parameters().forEach(parameter -> line(depth + 1, parameter.name() + " = " + value(parameter)));
            } else if (command instanceof SuitCommand.SetComponentIndex select) {
                line(depth, select.name() + " " + (select.all() ? "all" : select.indexes()));
            } else if (command instanceof SuitCommand.TryEach tryEach) {
                line(depth, tryEach.name());
                for (int i = 0; i < tryEach.branches().size(); i++) {
                    line(depth + 1, i == 0 ? "either" : "or");
                    commands(depth + 2, tryEach.branches().get(i));
                }
                if (tryEach.orNothing()) {
                    line(depth + 1, "or nothing");
                }
            } else if (command instanceof SuitCommand.RunSequence run) {
                line(depth, run.name());
                commands(depth + 1, run.commands());
            } else {
                line(depth, (command instanceof SuitCommand.Unknown ? "NOT KNOWN " : "") + command.name());
            }
        }
    }

    /** The keys of SUIT_Text_Map (draft-ietf-suit-manifest-37, section 8.6). */
    static String textName(SuitManifest.Text text) {
        Map<Integer, String> names = text.component().isEmpty()
                ? Map.of(1, "manifest description", 2, "update description", 3, "json source", 4, "yaml source")
                : Map.of(
                        1,
                        "vendor name",
                        2,
                        "model name",
                        3,
                        "vendor domain",
                        4,
                        "model info",
                        5,
                        "component description",
                        6,
                        "component version",
                        Provenance.TEXT_KEY,
                        "provenance");
        return names.getOrDefault(text.key(), "text " + text.key());
    }

    static String value(SuitParameter parameter) {
        if (parameter instanceof SuitParameter.Id id) {
            return id.value().toString();
        } else if (parameter instanceof SuitParameter.Hash hash) {
            return hash.value().toString();
        } else if (parameter instanceof SuitParameter.Numeric number) {
            return Long.toString(number.value());
        } else if (parameter instanceof SuitParameter.Flag flag) {
            return Boolean.toString(flag.value());
        } else if (parameter instanceof SuitParameter.Text text) {
            return text.value();
        } else if (parameter instanceof SuitParameter.Encryption encryption) {
            return encryption.value().toString();
        } else if (parameter instanceof SuitParameter.Encoding encoding) {
            return encoding.steps().toString();
        } else if (parameter instanceof SuitParameter.Routes routes) {
            return routes.value().stream().map(ManifestText::way).collect(Collectors.joining("; or "));
        } else if (parameter instanceof SuitParameter.Bytes bytes) {
            return bytes.value().length() + " bytes";
        } else if (parameter instanceof SuitParameter.Version version) {
            return version.value().toString();
        } else if (parameter instanceof SuitParameter.Events events) {
            return events.value().toString();
        }
        return "NOT KNOWN";
    }

    private static String way(SuitParameter.Routes.Way way) {
        return way.uri() + ", "
                + way.encryption().map(encryption -> encryption + ", ").orElse("") + way.steps();
    }

    private void line(int depth, String text) {
        out.append("    ".repeat(depth)).append(Words.printable(text)).append('\n');
    }
}
