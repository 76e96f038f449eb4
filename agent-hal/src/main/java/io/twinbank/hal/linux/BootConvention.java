// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * How a boot script and the agent use the boot loader's variables. Pure: what it changes is written by its caller, in one step.
 *
 * <p>The agent adds two variables of its own to those that a published script knows: {@code twinbank_trial}, the bank on trial, and
 * {@code twinbank_trial_id}. The published scripts leave them as they are, and they tell an armed bank from a permanent one. Our scripts
 * know them, too, and set {@code twinbank_fellback} where they give a trial up.
 */
abstract class BootConvention {
    /** The bank on trial; absent outside a trial. */
    static final String TRIAL = "twinbank_trial";
    /** In place of a trial's bank: the compiled variables, by which both are tried in turn. */
    static final String BOTH = "both";
    /** The last trial's id, in hexadecimal. */
    static final String TRIAL_ID = "twinbank_trial_id";
    /** 1 where the boot script gave the trial up. */
    static final String FELL_BACK = "twinbank_fellback";

    /**
     * What the variables tell.
     *
     * @param trial where the trial stands
     * @param attemptsLeft how many more boots it has
     * @param lastTrialId the last trial's id
     */
    record Standing(Trial trial, int attemptsLeft, long lastTrialId) {}

    /** The variables of a board whose running bank was measured. */
    record View(Map<String, String> variables, BankId running) {
        String text(String name) {
            return variables.getOrDefault(name, "");
        }

        /** A number from 0 to 9, as decimal and hexadecimal digits agree on; anything else is 0. */
        int digit(String name) {
            String text = text(name);
            return text.matches("[0-9]") ? text.charAt(0) - '0' : 0;
        }

        boolean is(String name) {
            return text(name).equals("1");
        }

        boolean tries(BankId bank) {
            return text(TRIAL).equals(bank.name());
        }

        BankId other() {
            return running.other();
        }

        private long trialId() {
            String text = text(TRIAL_ID);
            return text.matches("[0-9a-f]{1,16}") ? Long.parseUnsignedLong(text, 16) : 0;
        }
    }

    /**
     * A line of a convention's table.
     *
     * @param when what the variables say, for people
     * @param trial what that means
     * @param left how many attempts that leaves, for people
     * @param condition whether they say so
     * @param attemptsLeft how many attempts that leaves
     */
    record Rule(String when, Trial trial, String left, Predicate<View> condition, ToIntFunction<View> attemptsLeft) {}

    /** Returns the table: the first line that matches counts, and the last one always does. */
    abstract List<Rule> rules();

    /** Returns how many attempts a trial can have: a digit, because U-Boot's scripts count in hexadecimal. */
    abstract int maxAttempts();

    /** Arms a trial. */
    abstract void arm(SortedMap<String, String> variables, BankId bank, int attempts);

    /** Makes a bank permanent. */
    abstract void makePermanent(SortedMap<String, String> variables, BankId bank);

    /** Has a trial that runs no more attempts. */
    abstract void exhaust(SortedMap<String, String> variables, BankId running);

    /** Gives the permanent bank the attempts back that a script has counted at ordinary boots. */
    abstract void renew(SortedMap<String, String> variables, BankId permanent);

    final Standing standing(Map<String, String> variables, BankId running) {
        View view = new View(variables, running);
        for (Rule rule : rules()) {
            if (rule.condition().test(view)) {
                return new Standing(rule.trial(), rule.attemptsLeft().applyAsInt(view), view.trialId());
            }
        }
        throw new IllegalStateException("no rule for " + variables);
    }

    final void armTrial(SortedMap<String, String> variables, BankId bank, int attempts, long trialId) {
        arm(variables, bank, attempts);
        variables.put(TRIAL, bank.name());
        variables.put(TRIAL_ID, Long.toHexString(trialId));
        variables.remove(FELL_BACK);
    }

    final void confirm(SortedMap<String, String> variables, BankId running) {
        makePermanent(variables, running);
        variables.remove(TRIAL);
        variables.remove(FELL_BACK);
    }

    final void disarm(SortedMap<String, String> variables, BankId running) {
        switch (standing(variables, running).trial()) {
            case NONE -> {}
            case ARMED, FELL_BACK -> confirm(variables, running);
            case RUNNING -> {
                exhaust(variables, running);
                variables.put(TRIAL, running.name());
            }
        }
    }
}
