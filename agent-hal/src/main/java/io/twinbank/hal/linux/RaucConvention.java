// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.SortedMap;

/**
 * The variables of RAUC's script for U-Boot: the first bank in {@code BOOT_ORDER} that has {@code BOOT_x_LEFT} is booted, and each boot
 * uses one, of a permanent bank as well. So that power cycles can't wear a healthy bank down to the other one, a bank that is made
 * permanent is alone in the order; when all are used up the script gives it new ones.
 */
final class RaucConvention extends BootConvention {
    private static final String ORDER = "BOOT_ORDER";
    private static final int ATTEMPTS = 3;

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "`twinbank_trial` isn't set",
                    Trial.NONE,
                    "0",
                    view -> view.text(TRIAL).isEmpty(),
                    view -> 0),
            new Rule(
                    "`twinbank_trial` is the running bank, or `both`",
                    Trial.RUNNING,
                    "`BOOT_x_LEFT` of the running bank",
                    view -> view.tries(view.running()) || view.text(TRIAL).equals(BOTH),
                    view -> view.digit(left(view.running()))),
            new Rule(
                    "`twinbank_fellback` is 1, or the other bank has no `BOOT_x_LEFT`",
                    Trial.FELL_BACK,
                    "0",
                    view -> view.is(FELL_BACK) || view.digit(left(view.other())) == 0,
                    view -> 0),
            new Rule(
                    "anything else",
                    Trial.ARMED,
                    "`BOOT_x_LEFT` of the other bank",
                    view -> true,
                    view -> view.digit(left(view.other()))));

    @Override
    List<Rule> rules() {
        return RULES;
    }

    @Override
    int maxAttempts() {
        return 9;
    }

    @Override
    void arm(SortedMap<String, String> variables, BankId bank, int attempts) {
        variables.put(ORDER, bank + " " + bank.other());
        variables.put(left(bank), Integer.toString(attempts));
        variables.put(left(bank.other()), Integer.toString(ATTEMPTS));
    }

    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        variables.put(ORDER, bank.name());
        variables.put(left(bank), Integer.toString(ATTEMPTS));
        variables.put(left(bank.other()), "0");
    }

    /** By the compiled variables both banks may be tried; from now on this is the one on trial. */
    @Override
    void exhaust(SortedMap<String, String> variables, BankId running) {
        variables.put(ORDER, running + " " + running.other());
        variables.put(left(running), "0");
        variables.put(left(running.other()), Integer.toString(ATTEMPTS));
    }

    @Override
    void renew(SortedMap<String, String> variables, BankId permanent) {
        variables.put(left(permanent), Integer.toString(ATTEMPTS));
    }

    private static String left(BankId bank) {
        return "BOOT_" + bank + "_LEFT";
    }
}
