// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention;
import io.twinbank.hal.linux.BootableBanks;
import io.twinbank.hal.linux.VariableBootControl;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * U-Boot with a script as RAUC's {@code contrib/uboot.sh}: the first bank of {@code BOOT_ORDER} whose {@code BOOT_x_LEFT} isn't
 * used up is booted, and each boot uses one, of a permanent bank, too. So that power cycles can't wear a healthy bank down to
 * the other one (RAUC #490), a bank that is made permanent is alone in the order; once all are used up the script gives the
 * last bank in the order new ones. {@code twinbank_trial} is the agent's: RAUC itself doesn't tell an armed bank from a permanent one.
 */
public class RaucLoader extends EnvironmentLoader {
    private static final String ORDER = "BOOT_ORDER";
    private static final String TRIAL_BANK = "twinbank_trial";
    /** In place of a trial's bank: the compiled environment, which tries both. */
    private static final String BOTH = "both";

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public RaucLoader(BootHost host, Abilities abilities) {
        super(host, abilities, Redundancy.SERIAL_NUMBER, Set.of());
    }

    /** A bank that doesn't load uses up all that it has left. */
    @Override
    protected Optional<Booted> select() throws HalException {
        Env env = read();
        if (order(env).stream().allMatch(bank -> env.number(left(bank)) == 0)) {
            renew(env);
        }
        for (BankId bank : order(env)) {
            int left = env.number(left(bank));
            Optional<Booted> booted = left > 0 ? load(bank) : Optional.empty();
            env.set(left(bank), booted.isPresent() ? left - 1 : 0);
            if (booted.isPresent()) {
                env.save();
                return booted;
            }
        }
        env.save();
        Optional<Booted> last = load(order(env).get(0).other());
        return last.isPresent() ? last : load(order(env).get(0));
    }

    /** In a trial only the fallback gets new attempts; otherwise every bank that the order has. */
    private void renew(Env env) {
        List<BankId> order = order(env);
        boolean trial =
                !env.text(TRIAL_BANK).equals("0") && !env.text(TRIAL_BANK).equals(BOTH);
        List<BankId> renewed = trial ? order.subList(order.size() - 1, order.size()) : order;
        renewed.forEach(bank -> env.set(left(bank), abilities().maxAttempts()));
    }

    @Override
    protected VariableBootControl handshake(BootableBanks banks, Enforcement enforcement) throws HalException {
        return VariableBootControl.of(linux(), BootConvention.rauc(), banks, enforcement);
    }

    @Override
    protected Optional<BankId> permanent(Env env) {
        return env.text(TRIAL_BANK).equals("0") ? Optional.of(order(env).get(0)) : Optional.empty();
    }

    @Override
    protected SortedMap<String, String> factory(BankId bank) {
        return new TreeMap<>(Map.of(
                ORDER, bank.name(), left(bank), Integer.toString(abilities().maxAttempts())));
    }

    @Override
    protected SortedMap<String, String> compiled() {
        String left = Integer.toString(abilities().maxAttempts());
        BankId first = defaultBank();
        return new TreeMap<>(Map.of(
                ORDER,
                text(List.of(first, first.other())),
                left(first),
                left,
                left(first.other()),
                left,
                TRIAL_BANK,
                BOTH));
    }

    private static List<BankId> order(Env env) {
        List<BankId> order = new ArrayList<>();
        for (String name : env.text(ORDER).split(" ", -1)) {
            order.add(BankId.valueOf(name));
        }
        return order;
    }

    private static String text(List<BankId> order) {
        return String.join(" ", order.stream().map(BankId::name).toList());
    }

    private static String left(BankId bank) {
        return "BOOT_" + bank + "_LEFT";
    }
}
