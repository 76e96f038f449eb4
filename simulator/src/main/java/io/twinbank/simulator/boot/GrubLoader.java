// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * GRUB, as {@code grub-reboot} uses it: {@code next_entry} is booted once, and cleared first; afterwards {@code saved_entry}
 * again. Its {@code grubenv} is one block of 1024 bytes without a checksum, rewritten in place: a cut may leave nothing of it, and
 * then bank A is permanent, the trial forgotten.
 */
public class GrubLoader extends LoaderModel {
    private static final int BLOCK_BYTES = 1024;
    private static final int LONGEST_LINE = 64;
    private static final String SIGNATURE = "# GRUB Environment Block\n";
    private static final String SAVED = "saved_entry";
    private static final String NEXT = "next_entry";
    private static final String TRIED = "tried_entry";
    private static final String TRIAL_ID = "trial_id";

    private final VariableArea area;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public GrubLoader(BootHost host, Abilities abilities) {
        super(host, abilities);
        area = new VariableArea(host.variables());
    }

    @Override
    protected Optional<Booted> select() throws HalException {
        SortedMap<String, String> env = read(area.board());
        Optional<BankId> next = bank(env, NEXT);
        if (next.isPresent()) {
            env.remove(NEXT);
            env.put(TRIED, next.get().name());
            save(env);
            Optional<Booted> trial = load(next.get());
            if (trial.isPresent()) {
                return trial;
            }
        }
        Optional<Booted> saved = load(saved(env));
        return saved.isPresent() ? saved : load(saved(env).other());
    }

    @Override
    protected Standing standing(BankId running) {
        SortedMap<String, String> env = read(area.board());
        long trialId = trialId(env);
        if (bank(env, NEXT).isPresent()) {
            return new Standing(Trial.ARMED, 1, trialId);
        }
        Optional<BankId> tried = bank(env, TRIED);
        if (tried.isEmpty()) {
            return new Standing(Trial.NONE, 0, trialId);
        }
        return new Standing(tried.get() == running ? Trial.RUNNING : Trial.FELL_BACK, 0, trialId);
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        save(new TreeMap<>(Map.of(SAVED, bank.other().name(), NEXT, bank.name(), TRIAL_ID, Long.toHexString(trialId))));
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        SortedMap<String, String> env = read(area.board());
        env.remove(NEXT);
        env.remove(TRIED);
        env.put(SAVED, running.name());
        save(env);
    }

    /** In a trial there is nothing to take away: it has no attempt left. */
    @Override
    protected void endTrial(BankId running) throws HalException {
        SortedMap<String, String> env = read(area.board());
        env.remove(NEXT);
        if (!bank(env, TRIED).equals(Optional.of(running))) {
            env.remove(TRIED);
        }
        save(env);
    }

    /**
     * Without a signature there are no variables; a line that is torn isn't one, nor one that a flipped bit has joined to the
     * filling of the block: written again it wouldn't fit.
     */
    private SortedMap<String, String> read(Reader reader) {
        SortedMap<String, String> env = new TreeMap<>();
        String block = reader.read(0, 0, BLOCK_BYTES)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse("");
        if (block.startsWith(SIGNATURE)) {
            for (String line : block.lines().toList()) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#") && line.length() <= LONGEST_LINE) {
                    env.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return env;
    }

    private void save(SortedMap<String, String> env) throws HalException {
        if (!env.equals(read(area.board()))) {
            area.rewrite(0, block(env));
        }
    }

    private static byte[] block(SortedMap<String, String> env) {
        StringBuilder text = new StringBuilder(SIGNATURE);
        env.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, (byte) '#');
        byte[] used = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(used, 0, block, 0, used.length);
        return block;
    }

    private static BankId saved(SortedMap<String, String> env) {
        return bank(env, SAVED).orElse(BankId.A);
    }

    private static Optional<BankId> bank(SortedMap<String, String> env, String name) {
        return Arrays.stream(BankId.values())
                .filter(bank -> bank.name().equals(env.get(name)))
                .findFirst();
    }

    private static long trialId(SortedMap<String, String> env) {
        String text = env.getOrDefault(TRIAL_ID, "");
        return text.matches("[0-9a-f]{1,16}") ? Long.parseUnsignedLong(text, 16) : 0;
    }

    @Override
    public Optional<BankId> permanent() {
        SortedMap<String, String> env = read(area.observer());
        boolean onTrial = bank(env, NEXT).isPresent() || bank(env, TRIED).isPresent();
        return onTrial ? Optional.empty() : Optional.of(saved(env));
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        area.spoil();
        area.poke(0, block(new TreeMap<>(Map.of(SAVED, permanent.name()))));
    }

    @Override
    public void loseVariables() throws HalException {
        area.spoil();
    }

    @Override
    public String describe() {
        return "grubenv " + read(area.observer());
    }
}
