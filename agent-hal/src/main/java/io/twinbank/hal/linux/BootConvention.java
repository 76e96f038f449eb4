// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
public abstract sealed class BootConvention
        permits RaucConvention, BootcountConvention, GrubConvention, ScriptConvention, EfiConvention {
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
            return BootConvention.text(variables, name);
        }

        int digit(String name) {
            return BootConvention.digit(variables, name);
        }

        boolean is(String name) {
            return BootConvention.is(variables, name);
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

    BootConvention() {}

    /**
     * The variables of RAUC for U-Boot: {@code BOOT_ORDER}, {@code BOOT_A_LEFT}, {@code BOOT_B_LEFT}. A trial has up to 9 attempts.
     *
     * @return the convention
     */
    public static BootConvention rauc() {
        return new RaucConvention();
    }

    /**
     * U-Boot's boot counter: {@code upgrade_available}, {@code bootcount}, {@code bootlimit}, and a variable that names the bank. A trial
     * has up to 8 attempts.
     *
     * @param slotVariable the variable that names the bank
     * @param slotNames its value for each bank
     * @return the convention
     */
    public static BootConvention bootcount(String slotVariable, Map<BankId, String> slotNames) {
        return new BootcountConvention(slotVariable, slotNames);
    }

    /**
     * The variables of RAUC for GRUB: {@code ORDER}, {@code A_OK}, {@code A_TRY}, {@code B_OK}, {@code B_TRY}. A trial has one attempt.
     *
     * @return the convention
     */
    public static BootConvention grub() {
        return new GrubConvention();
    }

    /**
     * A board's own script. A trial has up to 9 attempts where the script answers {@code get-attempts}, else one.
     *
     * @param script the script's variables
     * @return the convention
     */
    public static BootConvention script(ScriptVariables script) {
        return new ScriptConvention(script.countsAttempts());
    }

    /**
     * UEFI's boot manager: {@code BootOrder} and {@code BootNext}. A trial has one attempt.
     *
     * @return the convention
     */
    public static BootConvention efi() {
        return new EfiConvention();
    }

    /**
     * Returns what the variables say of the running bank, as a source of {@link RunningBank}. They don't tell where more than one bank
     * can have been booted with them as they are.
     *
     * @param variables the boot loader's
     * @return asked anew at each measurement
     */
    public final RunningBank.Variable runningBank(BootVariables variables) {
        return () -> booted(variables.read().variables());
    }

    /**
     * Looks on the kernel's command line for who wrote the boot script that booted this system, for {@code doctor}. Our scripts say
     * {@code twinbank.slot=}.
     *
     * @return what a person should know of it; empty if the script is ours, or loses no attempts either
     * @throws HalException {@code IO} if the command line can't be read
     */
    public final Optional<String> scriptWarning() throws HalException {
        return scriptWarning(new Kernel(Path.of("/")));
    }

    final Optional<String> scriptWarning(Kernel kernel) throws HalException {
        try {
            boolean ours = kernel.commandLine().stream().anyMatch(word -> word.startsWith(RunningBank.OUR_SLOT_WORD));
            return remedy().filter(what -> !ours)
                    .map(what -> "attempts are lost by ordinary boots of a confirmed system: found no "
                            + RunningBank.OUR_SLOT_WORD + " on the kernel's command line, which Twinbank's boot script"
                            + " puts there; " + what);
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "read the kernel's command line: " + e.getMessage(), e);
        }
    }

    /** Returns what to do about a published script that counts the boots of a permanent bank; empty if they don't. */
    abstract Optional<String> remedy();

    /** Returns the bank that the variables say was booted; empty where it can be either. */
    abstract Optional<BankId> booted(Map<String, String> variables);

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

    static String text(Map<String, String> variables, String name) {
        return variables.getOrDefault(name, "");
    }

    /** A number from 0 to 9, as decimal and hexadecimal digits agree on; anything else is 0. */
    static int digit(Map<String, String> variables, String name) {
        String text = text(variables, name);
        return text.matches("[0-9]") ? text.charAt(0) - '0' : 0;
    }

    static boolean is(Map<String, String> variables, String name) {
        return text(variables, name).equals("1");
    }

    /** The first bank of an order such as {@code B A}. */
    static Optional<BankId> first(Map<String, String> variables, String order) {
        String text = text(variables, order);
        return text.matches("[AB]( .*)?") ? Optional.of(BankId.valueOf(text.substring(0, 1))) : Optional.empty();
    }

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
