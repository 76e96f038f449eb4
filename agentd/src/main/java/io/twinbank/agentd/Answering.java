// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.control.Replies;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands have in common that answer. */
abstract class Answering {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ConfigOptions options;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Made by picocli. */
    Answering() {}

    final ConfigOptions options() {
        return options;
    }

    final Replies replies() {
        return new Console(spec.commandLine().getOut(), spec.commandLine().getErr(), Console.isTerminal());
    }
}
