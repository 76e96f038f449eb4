// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * U-Boot with a script as RAUC's {@code contrib/uboot.sh}: the first bank of {@code BOOT_ORDER} whose {@code BOOT_x_LEFT} isn't
 * used up is booted, and each boot uses one, of a permanent bank, too. So that power cycles can't wear a healthy bank down to
 * the other one (RAUC #490), a bank that is made permanent is alone in the order; once all are used up the script gives the
 * last bank in the order new ones. {@code trial_bank} is ours: RAUC itself doesn't tell an armed bank from a permanent one.
 */
public class RaucLoader extends EnvironmentLoader {
    private static final String ORDER = "BOOT_ORDER";
    private static final String TRIAL_BANK = "trial_bank";
    private static final String TRIAL_ID = "trial_id";
    /** In place of a trial's bank: the compiled environment, which tries both. */
    private static final String BOTH = "both";

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public RaucLoader(BootHost host, Abilities abilities) {
        super(host, abilities, Redundancy.SERIAL_NUMBER);
    }

    /**
     * Returns the order in which a permanent bank is booted.
     *
     * @param bank the permanent bank
     * @return that bank alone
     */
    protected List<BankId> orderOutsideATrial(BankId bank) {
        return List.of(bank);
    }

    /** A bank that doesn't load uses up all that it has left. */
    @Override
    protected Optional<Booted> select() throws HalException {
        Env env = read(Side.LOADER);
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
    protected Standing standing(BankId running) {
        Env env = read(Side.AGENT);
        long trialId = Long.parseUnsignedLong(env.text(TRIAL_ID), 16);
        String trial = env.text(TRIAL_BANK);
        if (trial.equals("0")) {
            return new Standing(Trial.NONE, 0, trialId);
        }
        if (trial.equals(BOTH) || trial.equals(running.name())) {
            return new Standing(Trial.RUNNING, env.number(left(running)), trialId);
        }
        int left = env.number(left(running.other()));
        return new Standing(left > 0 ? Trial.ARMED : Trial.FELL_BACK, left, trialId);
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        read(Side.AGENT)
                .set(ORDER, text(List.of(bank, bank.other())))
                .set(left(bank), attempts)
                .set(left(bank.other()), abilities().maxAttempts())
                .set(TRIAL_BANK, bank.name())
                .set(TRIAL_ID, Long.toHexString(trialId))
                .save();
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        end(read(Side.AGENT), running);
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        Env env = read(Side.AGENT);
        String trial = env.text(TRIAL_BANK);
        if (trial.equals(BOTH)) {
            env.set(ORDER, text(List.of(running, running.other()))).set(TRIAL_BANK, running.name());
            env.set(left(running.other()), abilities().maxAttempts());
        }
        if (trial.equals(BOTH) || trial.equals(running.name())) {
            env.set(left(running), 0).save();
        } else if (!trial.equals("0")) {
            end(env, running);
        }
    }

    private void end(Env env, BankId permanent) throws HalException {
        env.set(ORDER, text(orderOutsideATrial(permanent))).set(TRIAL_BANK, 0);
        orderOutsideATrial(permanent)
                .forEach(bank -> env.set(left(bank), abilities().maxAttempts()));
        env.save();
    }

    @Override
    protected Optional<BankId> permanent(Env env) {
        return env.text(TRIAL_BANK).equals("0") ? Optional.of(order(env).get(0)) : Optional.empty();
    }

    @Override
    protected SortedMap<String, String> factory(BankId bank) {
        SortedMap<String, String> values = new TreeMap<>();
        values.put(ORDER, text(orderOutsideATrial(bank)));
        orderOutsideATrial(bank)
                .forEach(each ->
                        values.put(left(each), Integer.toString(abilities().maxAttempts())));
        return values;
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
