// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A board's own script, see {@link ScriptVariables}. How its boot loader falls back is its business. */
final class ScriptConvention extends BootConvention {
    private static final List<Rule> RULES = List.of(
            new Rule(
                    "`twinbank_trial` isn't set",
                    Trial.NONE,
                    "0",
                    view -> view.text(TRIAL).isEmpty(),
                    view -> 0),
            new Rule(
                    "`twinbank_trial` is the running bank",
                    Trial.RUNNING,
                    "`get-attempts` of the running bank; 0 without it",
                    view -> view.tries(view.running()),
                    view -> view.digit(ScriptVariables.attempts(view.running()))),
            new Rule(
                    "`twinbank_boot` is the kernel's `boot_id`",
                    Trial.ARMED,
                    "`get-attempts` of the other bank; 1 without it",
                    view -> view.text(ScriptVariables.SETTLED_BOOT).equals(view.text(ScriptVariables.BOOT)),
                    view -> view.variables().containsKey(ScriptVariables.attempts(view.other()))
                            ? view.digit(ScriptVariables.attempts(view.other()))
                            : 1),
            new Rule("anything else", Trial.FELL_BACK, "0", view -> true, view -> 0));

    private final boolean countsAttempts;

    ScriptConvention(boolean countsAttempts) {
        this.countsAttempts = countsAttempts;
    }

    @Override
    Optional<String> remedy() {
        return Optional.empty();
    }

    @Override
    Optional<BankId> booted(Map<String, String> variables) {
        return first(variables, ScriptVariables.CURRENT);
    }

    @Override
    List<Rule> rules() {
        return RULES;
    }

    @Override
    int maxAttempts() {
        return countsAttempts ? 9 : 1;
    }

    @Override
    void arm(SortedMap<String, String> variables, BankId bank, int attempts) {
        if (countsAttempts) {
            variables.put(ScriptVariables.attempts(bank), Integer.toString(attempts));
        }
        variables.put(ScriptVariables.PRIMARY, bank.name());
    }

    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        variables.put(ScriptVariables.PRIMARY, bank.name());
        variables.put(ScriptVariables.state(bank), "good");
    }

    @Override
    void exhaust(SortedMap<String, String> variables, BankId running) {
        if (countsAttempts) {
            variables.put(ScriptVariables.attempts(running), "0");
        }
        variables.put(ScriptVariables.state(running), "bad");
        makePermanent(variables, running.other());
    }

    @Override
    void renew(SortedMap<String, String> variables, BankId permanent) {
        // how often a permanent bank is booted is the board's business
    }
}
