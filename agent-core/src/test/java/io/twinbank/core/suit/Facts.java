// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** Lists a manifest in the words of the vectors' {@code expected.json}. */
final class Facts {
    private final List<String> commands = new ArrayList<>();
    private final List<String> parameters = new ArrayList<>();

    Facts(SuitManifest manifest) {
        add("common", manifest.shared());
        new TreeMap<>(manifest.sequences()).forEach((section, sequence) -> add("s" + section.number(), sequence));
    }

    List<String> commands() {
        return commands;
    }

    List<String> parameters() {
        return parameters;
    }

    private void add(String where, List<SuitCommand> sequence) {
        for (SuitCommand command : sequence) {
            if (command instanceof SuitCommand.Condition condition) {
                commands.add(where + " " + condition.code().number() + " " + condition.reportPolicy());
            } else if (command instanceof SuitCommand.Directive directive) {
                commands.add(where + " " + directive.code().number() + " " + directive.reportPolicy());
            } else if (command instanceof SuitCommand.SetParameters set) {
                set.parameters().forEach(parameter -> parameters.add(where + " " + fact(parameter)));
            } else if (command instanceof SuitCommand.TryEach tryEach) {
                for (int i = 0; i < tryEach.branches().size(); i++) {
                    add(where + "/try" + i, tryEach.branches().get(i));
                }
            }
        }
    }

    private static String fact(SuitParameter parameter) {
        if (parameter instanceof SuitParameter.Hash hash) {
            return "digest=" + hash.value().algorithm() + ":"
                    + HexFormat.of().formatHex(hash.value().bytes());
        }
        int number = ((SuitParameter.Known) parameter).code().number();
        if (parameter instanceof SuitParameter.Id id) {
            return number + "=" + id.value().toString().replace("-", "");
        } else if (parameter instanceof SuitParameter.Numeric numeric) {
            return number + "=" + numeric.value();
        }
        return parameter instanceof SuitParameter.Text text ? number + "=" + text.value() : number + "=" + parameter;
    }
}
