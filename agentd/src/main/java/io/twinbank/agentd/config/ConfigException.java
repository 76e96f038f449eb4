// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import java.util.List;

/** A configuration that can't be used. Says everything that is wrong with it at once, each with its line. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /**
     * Makes one.
     *
     * @param problems at least one line for people
     */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /**
     * Returns what is wrong.
     *
     * @return at least one line for people
     */
    public List<String> problems() {
        return problems;
    }
}
