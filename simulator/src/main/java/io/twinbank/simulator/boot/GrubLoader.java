// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention;
import io.twinbank.hal.linux.BootableBanks;
import io.twinbank.hal.linux.GrubEnvironment;
import io.twinbank.hal.linux.VariableBootControl;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.files.BootFiles;
import io.twinbank.simulator.files.Flaw;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * GRUB with a script for the variables of RAUC: the first bank in {@code ORDER} is booted; in a trial only while its {@code x_TRY} is 0,
 * which then becomes 1, and afterwards the other one, which {@code twinbank_fellback} tells.
 *
 * <p>Its {@code grubenv} is a block of 1024 bytes without a checksum, on a boot partition of its own. GRUB writes it in place. Without
 * it, or with a file that isn't one, bank A is permanent and the trial forgotten; GRUB can't make one, so that Linux does at its start.
 */
public class GrubLoader extends HandshakeLoader {
    private static final int BLOCK_BYTES = 1024;
    private static final String SIGNATURE = "# GRUB Environment Block\n";
    private static final String ORDER = "ORDER";
    private static final String TRIAL = "twinbank_trial";
    private static final String FELL_BACK = "twinbank_fellback";

    private final BootFiles files;

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public GrubLoader(BootHost host, Abilities abilities) {
        this(host, abilities, Set.of());
    }

    /**
     * Makes a loader of a board whose agent has bugs.
     *
     * @param host its board
     * @param abilities what it can do
     * @param flaws the bugs
     */
    public GrubLoader(BootHost host, Abilities abilities, Set<Flaw> flaws) {
        super(host, abilities);
        files = new BootFiles(host.log(), flaws);
    }

    @Override
    protected VariableBootControl handshake(BootableBanks banks, Enforcement enforcement) {
        return VariableBootControl.of(GrubEnvironment.of(files.grubenv()), BootConvention.grub(), banks, enforcement);
    }

    @Override
    protected Optional<Booted> select() throws HalException {
        files.start();
        byte[] block = files.load();
        Optional<Booted> booted = select(decode(block));
        if (booted.isPresent() && !isBlock(block)) {
            files.create(encode(new TreeMap<>()));
        }
        return booted;
    }

    private Optional<Booted> select(SortedMap<String, String> env) throws HalException {
        BankId first = first(env);
        if (!countsBootsOf(env)) {
            Optional<Booted> permanent = load(first);
            return permanent.isPresent() ? permanent : load(first.other());
        }
        if (!isTried(env, first)) {
            env.put(tried(first), "1");
            files.save(encode(env));
            Optional<Booted> trial = load(first);
            if (trial.isPresent()) {
                return trial;
            }
        }
        Optional<Booted> other = load(first.other());
        if (other.isEmpty()) {
            return load(first);
        }
        if (!"1".equals(env.put(FELL_BACK, "1"))) {
            files.save(encode(env));
        }
        return other;
    }

    /**
     * Tells whether a boot uses up a try.
     *
     * @param env the variables
     * @return in a trial
     */
    protected boolean countsBootsOf(SortedMap<String, String> env) {
        return env.containsKey(TRIAL);
    }

    private static boolean isTried(SortedMap<String, String> env, BankId bank) {
        return "1".equals(env.get(tried(bank)));
    }

    private static String tried(BankId bank) {
        return bank + "_TRY";
    }

    private static BankId first(SortedMap<String, String> env) {
        return env.getOrDefault(ORDER, "").startsWith(BankId.B.name()) ? BankId.B : BankId.A;
    }

    private static boolean isBlock(byte[] block) {
        return new String(block, StandardCharsets.ISO_8859_1).startsWith(SIGNATURE);
    }

    private static SortedMap<String, String> decode(byte[] block) {
        SortedMap<String, String> env = new TreeMap<>();
        if (isBlock(block)) {
            for (String line :
                    new String(block, StandardCharsets.ISO_8859_1).lines().toList()) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    env.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return env;
    }

    private static byte[] encode(SortedMap<String, String> env) {
        StringBuilder text = new StringBuilder(SIGNATURE);
        env.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, (byte) '#');
        byte[] used = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(used, 0, block, 0, used.length);
        return block;
    }

    @Override
    public Optional<BankId> permanent() {
        SortedMap<String, String> env = decode(files.peek());
        return env.containsKey(TRIAL) ? Optional.empty() : Optional.of(first(env));
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        files.poke(encode(new TreeMap<>(
                Map.of(ORDER, permanent + " " + permanent.other(), permanent + "_OK", "1", tried(permanent), "0"))));
    }

    @Override
    public void loseVariables() throws HalException {
        files.poke(new byte[BLOCK_BYTES]);
    }

    @Override
    public byte[] ownVariables() {
        return files.peek();
    }

    @Override
    public void flip(long bit) throws HalException {
        byte[] block = files.peek();
        block[(int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
        files.poke(block);
    }

    @Override
    public List<Survival> survivals() {
        return files.survivals();
    }

    @Override
    public void losePower(Survival survival) {
        files.losePower(survival);
    }

    @Override
    public Object save() {
        return files.save();
    }

    @Override
    public void restore(Object saved) {
        files.restore(saved);
    }

    @Override
    public void addTo(StateHash hash) {
        files.addTo(hash);
    }

    @Override
    public String describe() {
        return "grubenv " + decode(files.peek());
    }
}
