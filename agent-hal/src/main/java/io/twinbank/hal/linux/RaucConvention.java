// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The variables of RAUC's script for U-Boot: the first bank in {@code BOOT_ORDER} that has {@code BOOT_x_LEFT} is booted, and each boot
 * uses one, of a permanent bank as well. So that power cycles can't wear a healthy bank down to the other one, a bank that is made
 * permanent is alone in the order; when all are used up the script gives it new ones.
 */
final class RaucConvention extends BootConvention {
    private static final String ORDER = "BOOT_ORDER";
    private static final int ATTEMPTS = 3;
    /** How many attempts the trial was armed with; it runs from when it has fewer. */
    private static final String GIVEN = "twinbank_trial_attempts";

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
    Optional<String> remedy() {
        return Optional.of(
                "install uboot-rauc.cmd, or power cycles of a board whose agent doesn't start wear the bank down");
    }

    @Override
    Optional<BankId> booted(Map<String, String> variables) {
        Optional<BankId> first = first(variables, ORDER);
        if (first.isEmpty()) {
            return first;
        }
        String trial = text(variables, TRIAL);
        if (trial.equals(BOTH)) {
            return triedOfBoth(digit(variables, left(BankId.A)), digit(variables, left(BankId.B)));
        }
        int left = digit(variables, left(first.get()));
        BankId other = first.get().other();
        if (trial.isEmpty()) {
            boolean alone = text(variables, ORDER).length() == 1;
            return first.filter(bank -> alone || left > 0);
        }
        if (is(variables, FELL_BACK)) {
            return Optional.of(other);
        }
        int given = digit(variables, GIVEN);
        if (given == 0 || left > given || !trial.equals(first.get().name())) {
            return Optional.empty();
        }
        boolean fallbackBooted = digit(variables, left(other)) != ATTEMPTS;
        return left == given || fallbackBooted ? Optional.of(other) : first;
    }

    /** A is tried until it has no attempt left, then B. */
    private static Optional<BankId> triedOfBoth(int leftOfA, int leftOfB) {
        if (leftOfA == 0 && leftOfB == 0) {
            return Optional.empty();
        }
        return Optional.of(leftOfA > 0 || leftOfB == ATTEMPTS ? BankId.A : BankId.B);
    }

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
        variables.put(GIVEN, Integer.toString(attempts));
        variables.put(left(bank.other()), Integer.toString(ATTEMPTS));
    }

    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        variables.put(ORDER, bank.name());
        variables.remove(GIVEN);
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
