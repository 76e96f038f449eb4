// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * U-Boot's own boot counter, as SWUpdate and Mender use it: while {@code upgrade_available} is 1 each boot counts {@code bootcount} up,
 * and beyond {@code bootlimit} U-Boot runs {@code altbootcmd}, which selects the other bank. Boots of a permanent bank aren't counted.
 * The variable that names the bank is the board's.
 */
final class BootcountConvention extends BootConvention {
    /** 1 where these are the compiled variables, by which both banks are tried in turn. */
    static final String DEFAULT = "twinbank_default";

    private static final String AVAILABLE = "upgrade_available";
    private static final String COUNT = "bootcount";
    private static final String LIMIT = "bootlimit";

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "`upgrade_available` is 1 and `bootcount` 0",
                    Trial.ARMED,
                    "`bootlimit`",
                    view -> view.is(AVAILABLE) && view.digit(COUNT) == 0,
                    view -> view.digit(LIMIT)),
            new Rule(
                    "`upgrade_available` is 1, and `twinbank_trial` isn't set or is the running bank",
                    Trial.RUNNING,
                    "`bootlimit` less `bootcount`",
                    view -> view.is(AVAILABLE) && !view.tries(view.other()),
                    view -> Math.max(0, view.digit(LIMIT) - view.digit(COUNT))),
            new Rule(
                    "`twinbank_fellback` is 1, or `twinbank_trial` is the other bank",
                    Trial.FELL_BACK,
                    "0",
                    view -> view.is(FELL_BACK) || view.tries(view.other()),
                    view -> 0),
            new Rule("anything else", Trial.NONE, "0", view -> true, view -> 0));

    private final String slot;
    private final Map<BankId, String> names;

    /**
     * Makes the convention of a board.
     *
     * @param slot the variable that names the bank
     * @param names its value for each bank
     */
    BootcountConvention(String slot, Map<BankId, String> names) {
        this.slot = slot;
        this.names = Map.copyOf(names);
        if (Set.copyOf(this.names.values()).size() != BankId.values().length) {
            throw new IllegalArgumentException("names " + names + ": expected a different one for each bank");
        }
    }

    @Override
    Optional<String> remedy() {
        return Optional.empty();
    }

    @Override
    Optional<BankId> booted(Map<String, String> variables) {
        Optional<BankId> named = Stream.of(BankId.values())
                .filter(bank -> text(variables, slot).equals(names.get(bank)))
                .findFirst();
        if (!is(variables, AVAILABLE)) {
            return named;
        }
        int count = digit(variables, COUNT);
        if (count == 0) {
            return named.map(BankId::other);
        }
        // An altbootcmd that selects the other bank, and no more, leaves the name as it is.
        return named.filter(bank -> count <= digit(variables, LIMIT));
    }

    @Override
    List<Rule> rules() {
        return RULES;
    }

    /** {@code bootcount} has to go one beyond and is still to be a digit. */
    @Override
    int maxAttempts() {
        return 8;
    }

    @Override
    void arm(SortedMap<String, String> variables, BankId bank, int attempts) {
        select(variables, bank);
        variables.put(AVAILABLE, "1");
        variables.put(COUNT, "0");
        variables.put(LIMIT, Integer.toString(attempts));
    }

    @Override
    void makePermanent(SortedMap<String, String> variables, BankId bank) {
        select(variables, bank);
        variables.put(AVAILABLE, "0");
        variables.put(COUNT, "0");
    }

    private void select(SortedMap<String, String> variables, BankId bank) {
        variables.put(slot, Objects.requireNonNull(names.get(bank)));
        variables.remove(DEFAULT);
    }

    @Override
    void exhaust(SortedMap<String, String> variables, BankId running) {
        select(variables, running);
        variables.put(COUNT, variables.getOrDefault(LIMIT, "0"));
    }

    @Override
    void renew(SortedMap<String, String> variables, BankId permanent) {
        // only the boots of a trial are counted
    }
}
