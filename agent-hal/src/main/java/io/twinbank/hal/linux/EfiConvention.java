// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** UEFI's boot manager, see {@link EfiVariables}: {@code BootNext} is booted once, then {@code BootOrder} counts again. */
final class EfiConvention extends BootConvention {
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
                    "0",
                    view -> view.tries(view.running()),
                    view -> 0),
            new Rule(
                    "`BootNext` is the other bank's entry",
                    Trial.ARMED,
                    "1",
                    view -> view.text(EfiVariables.NEXT).equals(view.other().name()),
                    view -> 1),
            new Rule("anything else", Trial.FELL_BACK, "0", view -> true, view -> 0));

    @Override
    Optional<String> remedy() {
        return Optional.empty();
    }

    @Override
    Optional<BankId> booted(Map<String, String> variables) {
        return first(variables, EfiVariables.CURRENT);
    }

    @Override
    List<Rule> rules() {
        return RULES;
    }

    @Override
    int maxAttempts() {
        return 1;
    }

    @Override
    void arm(SortedMap<String, String> variables, BankId bank, int attempts) {
        variables.put(EfiVariables.ORDER, bank.other() + " " + bank);
        variables.put(EfiVariables.NEXT, bank.name());
    }

    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        variables.put(EfiVariables.ORDER, bank + " " + bank.other());
        variables.remove(EfiVariables.NEXT);
    }

    @Override
    void exhaust(SortedMap<String, String> variables, BankId running) {
        makePermanent(variables, running.other());
    }

    @Override
    void renew(SortedMap<String, String> variables, BankId permanent) {
        // a boot changes nothing but BootNext
    }
}
