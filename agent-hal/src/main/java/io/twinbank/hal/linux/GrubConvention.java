// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The variables of RAUC's script for GRUB: the first bank in {@code ORDER} whose {@code x_OK} is 1 and {@code x_TRY} 0 is booted, and
 * its {@code x_TRY} becomes 1, of a permanent bank as well. So a trial has one attempt.
 */
final class GrubConvention extends BootConvention {
    private static final String ORDER = "ORDER";

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
                    "0",
                    view -> view.tries(view.running()) || view.text(TRIAL).equals(BOTH),
                    view -> 0),
            new Rule(
                    "`twinbank_fellback` is 1, or `x_TRY` of the other bank",
                    Trial.FELL_BACK,
                    "0",
                    view -> view.is(FELL_BACK) || view.is(tried(view.other())),
                    view -> 0),
            new Rule("anything else", Trial.ARMED, "1", view -> true, view -> 1));

    @Override
    Optional<String> remedy() {
        return Optional.of(
                "install Twinbank's grub.cfg, or two boots without an agent between change to the other bank");
    }

    @Override
    Optional<BankId> booted(Map<String, String> variables) {
        Optional<BankId> first = first(variables, ORDER);
        if (first.isEmpty()) {
            return first;
        }
        BankId other = first.get().other();
        boolean firstTried = is(variables, tried(first.get()));
        boolean otherTried = is(variables, tried(other));
        String trial = text(variables, TRIAL);
        if (trial.isEmpty()) {
            return first.filter(bank -> is(variables, ok(bank)) && !(firstTried && otherTried));
        }
        if (!trial.equals(first.get().name())) {
            return Optional.empty();
        }
        return is(variables, FELL_BACK) || !firstTried || otherTried ? Optional.of(other) : first;
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
        prefer(variables, bank);
        variables.put(ok(bank.other()), "1");
        variables.put(tried(bank.other()), "0");
    }

    /** The other bank stays in the order, for RAUC's script boots its first entry where no bank has an attempt left. */
    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        prefer(variables, bank);
    }

    private static void prefer(SortedMap<String, String> variables, BankId bank) {
        variables.put(ORDER, bank + " " + bank.other());
        variables.put(ok(bank), "1");
        variables.put(tried(bank), "0");
    }

    /** All of it is written: nothing in the block says whether a bit of it was lost, and without the order the script comes here again. */
    @Override
    void exhaust(SortedMap<String, String> variables, BankId running) {
        arm(variables, running, 1);
        variables.put(tried(running), "1");
    }

    @Override
    void renew(SortedMap<String, String> variables, BankId permanent) {
        variables.put(tried(permanent), "0");
    }

    private static String ok(BankId bank) {
        return bank + "_OK";
    }

    private static String tried(BankId bank) {
        return bank + "_TRY";
    }
}
