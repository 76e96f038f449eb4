// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.BoardObserver;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches one life of a board: what was booted (S2, S3), whether the running bank was touched (S5), whether a bank was read
 * back whole, after its last sync, before it was armed (S6), whether only what passes its self-test becomes permanent (S7),
 * and a trial comes to its end in time (O-T1), whether nothing is armed, tried or made permanent that is revoked (S14),
 * whether commands that were acknowledged are remembered (S19), whether of sealed chunks and frames only good ones reach a bank (S20),
 * what is done with the component beside the banks ({@link ComponentWatch}), what is bound to the hardware ({@link
 * BindingWatch}), whether its site allows what it does ({@link SiteWatch}), whether loader and agent read the same variables (S9),
 * how the journal goes on (S11), what the board is used for ({@link UseWatch}), and what the board itself found (S4, O-W1).
 */
public final class LifeWatch implements BoardObserver {
    /** What the agent did to a bank in this life. */
    private static final class Deeds {
        boolean unsynced;
        long readTo;
        boolean armed;
    }

    /** The agent's own deadline, counted from boot, and the grace that its guard has. */
    private static final Duration LONGEST_TRIAL = Duration.ofSeconds(5 * 60 + 15);

    private final World world;
    private final Verifier verifier;
    private final Map<BankId, Deeds> deeds = new EnumMap<>(BankId.class);
    private final List<Violation> violations = new ArrayList<>();
    private final JournalWatch journal;
    private final TrustOracle trust;
    private final ComponentWatch component;
    private final OrdersOracle orders;
    private final UseWatch use;
    private final BindingWatch binding;
    private final SiteWatch site;
    private int findingsBefore = 0;
    private int bootsBefore = 0;
    private Optional<Firmware> runs = Optional.empty();
    private boolean askPermanent = false;
    private boolean onTrial = false;

    /**
     * Makes a watch.
     *
     * @param world whose lives it watches
     */
    public LifeWatch(World world) {
        this.world = world;
        this.verifier = new Verifier(world.scenario());
        this.journal = new JournalWatch(world.board().storage().records(), violations);
        this.trust = new TrustOracle(world);
        this.binding = new BindingWatch(world.board(), violations);
        this.site = new SiteWatch(world, violations);
        this.component = new ComponentWatch(world, () -> runs, violations);
        this.orders = new OrdersOracle(world);
        this.use = new UseWatch(
                world.scenario().imageBytes(),
                world.board()
                        .bank(BankId.A, SimulatedBoard.COMPONENT)
                        .geometry()
                        .eraseSizeBytes(),
                world.scenario().checkpointBytes(),
                !world.scenario().componentUpdates().isEmpty(),
                trust,
                orders);
    }

    /**
     * Begins to watch the next life.
     *
     * @throws HalException if the records can't be read
     */
    public void begin() throws HalException {
        violations.clear();
        journal.begin();
        use.begin();
        binding.begin();
        site.begin();
        runs = Optional.empty();
        askPermanent = false;
        onTrial = false;
        for (BankId bank : BankId.values()) {
            deeds.put(bank, new Deeds());
        }
        findingsBefore = world.board().log().findings().size();
        bootsBefore = world.board().boots().size();
        world.board().observer(this);
        orders.remembered().ifPresent(violations::add);
        world.board().loader().disagreement().ifPresent(why -> violations.add(new Violation("S9", why)));
        checkOthersVariables();
    }

    private void checkOthersVariables() {
        world.board()
                .loader()
                .overwritten()
                .ifPresent(why -> violations.add(new Violation("S22", why, Strictness.TRUTHFUL)));
    }

    /**
     * Ends a life.
     *
     * @return what went wrong in it
     * @throws HalException if the cells can't be read
     */
    public List<Violation> end() throws HalException {
        checkBoot();
        checkPermanent();
        if (!(world.board().log().stopped() instanceof PowerCut)) {
            journal.end(); // a cut may have taken the last record back
        }
        violations.addAll(use.end());
        if (!onTrial) {
            site.end();
        }
        checkTrialEnded();
        checkOthersVariables();
        noteFindings();
        return List.copyOf(violations);
    }

    /**
     * Tells what went wrong so far in this life.
     *
     * @return in order; what {@link #end} returns begins with it
     */
    public List<Violation> soFar() {
        noteFindings();
        return List.copyOf(violations);
    }

    /**
     * Adds what is remembered of this life and doesn't follow from what its agent was told: later judgements depend on it.
     *
     * @param hash to add to
     */
    public void addTo(StateHash hash) {
        journal.addTo(hash);
        binding.addTo(hash);
        site.addTo(hash);
        hash.add((onTrial ? 1 : 0) + (runs.isPresent() ? 2 : 0));
    }

    private void noteFindings() {
        List<String> findings = world.board().log().findings();
        for (String finding : findings.subList(findingsBefore, findings.size())) {
            violations.add(new Violation(oracleOf(finding), finding));
        }
        findingsBefore = findings.size();
    }

    private static String oracleOf(String finding) {
        if (finding.startsWith("wrote after death")) {
            return "DEATH";
        }
        if (finding.startsWith("unsynced")) {
            return "S6";
        }
        if (finding.startsWith("the agent threw")) {
            return "CRASH";
        }
        return finding.startsWith("counter") ? "S4" : "O-W1";
    }

    /** Told of each operation before it is done. */
    public void operation(Operation operation) {
        checkBoot();
        if (askPermanent) {
            checkPermanent();
        }
        askPermanent = operation.part() == Operation.Part.BOOT_CONTROL;
        journal.operation(operation);
        binding.operation(operation);
        site.operation(operation);
        component.operation(operation);
        BankId running = running();
        if (operation.part() == (running == BankId.A ? Operation.Part.BANK_A : Operation.Part.BANK_B)) {
            violations.add(new Violation("S5", "the running bank is changed: " + operation));
        }
        if (operation.call().startsWith("armTrial ")) {
            checkReadBack(operation);
            checkBelieved(operation);
        }
    }

    /** Told of the end of a boot, by the first operation or read after it. */
    private void checkBoot() {
        List<SimulatedBoard.Boot> boots = world.board().boots();
        if (boots.size() == bootsBefore) {
            return;
        }
        bootsBefore = boots.size();
        if (boots.get(boots.size() - 1).result() instanceof BootResult.Booted booted) {
            checkBooted(booted.bank());
            binding.booted();
            onTrial = world.board().permanentBank().isEmpty();
            checkPermanent();
            if (isRevoked(runs)) {
                violations.add(new Violation("S14", runs.get() + " is tried, and is revoked", Strictness.EXACT));
            }
        }
    }

    /** Where nothing else boots even a bad image is kept, but no power cut has that effect. */
    private void checkPermanent() {
        if (!world.board().permanentBank().equals(Optional.of(running()))) {
            return;
        }
        onTrial = false;
        if (runs.isPresent() && !Scenario.passes(runs.get().spec().behaviour())) {
            violations.add(
                    new Violation("S7", runs.get() + " is permanent, and can't pass its self-test", Strictness.EXACT));
            runs = Optional.empty();
        } else if (isRevoked(runs)) {
            violations.add(new Violation("S14", runs.get() + " is permanent, and is revoked", Strictness.NO_LIE));
            runs = Optional.empty();
        }
    }

    private boolean isRevoked(Optional<Firmware> firmware) {
        return firmware.isPresent() && world.scenario().revokes(firmware.get()) && trust.hasRevoked();
    }

    /** A trial that isn't confirmed has come to its end in time, whatever its agent does. */
    private void checkTrialEnded() {
        Duration lasted = world.board().clock().sinceBoot();
        if (onTrial && lasted.compareTo(LONGEST_TRIAL) > 0) {
            violations.add(new Violation(
                    "O-T1",
                    "a trial ended " + lasted.toSeconds() + " s after boot, at most " + LONGEST_TRIAL.toSeconds(),
                    Strictness.EXACT));
        }
    }

    /** Never an image that its maker didn't make, nor one below the floor. */
    public void checkBooted(BankId bank) {
        try {
            Optional<Firmware> found = verifier.firmwareIn(world.board(), bank);
            runs = found;
            long floor = world.board().counterValue(CounterId.SECURITY_VERSION);
            if (found.isEmpty()) {
                violations.add(
                        new Violation("S2", "bank " + bank + " was booted, and holds none of the maker's images"));
            } else if (found.get().spec().securityVersion() < floor) {
                violations.add(new Violation("S3", found.get() + " was booted below the floor " + floor));
            }
        } catch (HalException e) {
            violations.add(new Violation("S2", "bank " + bank + " was booted, and can't be read: " + e.getMessage()));
        }
    }

    private BankId running() {
        List<SimulatedBoard.Boot> boots = world.board().boots();
        return !boots.isEmpty() && boots.get(boots.size() - 1).result() instanceof BootResult.Booted booted
                ? booted.bank()
                : BankId.A;
    }

    private static BankId armed(Operation operation) {
        return operation.call().startsWith("armTrial A") ? BankId.A : BankId.B;
    }

    /** Asked at the arming itself: a power cut after it may keep it from ever being tried. */
    private void checkBelieved(Operation operation) {
        try {
            Optional<Firmware> target = verifier.firmwareIn(world.board(), armed(operation));
            if (isRevoked(target)) {
                violations.add(new Violation("S14", target.get() + " is armed, and is revoked", Strictness.EXACT));
            }
        } catch (HalException e) {
            // What can't be read isn't one of the maker's images, which is S2's.
        }
    }

    private void checkReadBack(Operation operation) {
        BankId target = armed(operation);
        Deeds done = deedsOf(target);
        long size = world.scenario().imageBytes();
        boolean first = !done.armed;
        done.armed = true;
        if (first && (done.unsynced || done.readTo < size)) {
            violations.add(new Violation(
                    "S6",
                    operation + ": bank " + target + " was read back to byte " + done.readTo + " of " + size
                            + (done.unsynced ? ", and isn't synced" : "")));
        }
    }

    private Deeds deedsOf(BankId bank) {
        return deeds.computeIfAbsent(bank, any -> new Deeds());
    }

    @Override
    public void read(BankId bank, long offset, long length) {
        Deeds done = deedsOf(bank);
        use.read(bank, offset, length);
        if (!done.unsynced && offset <= done.readTo) {
            done.readTo = Math.max(done.readTo, offset + length);
        }
    }

    @Override
    public void changes(BankId bank) {
        Deeds done = deedsOf(bank);
        done.unsynced = true;
        done.readTo = 0;
        done.armed = false;
    }

    @Override
    public void writes(BankId bank, long offset, ByteBuffer bytes) {
        if (world.scenario().pieceBytes() > 0 && !verifier.isPartOfAnImage(offset, bytes)) {
            violations.add(new Violation(
                    "S20",
                    bytes.remaining() + " bytes that aren't the maker's are written to bank " + bank + " at "
                            + offset));
        }
    }

    @Override
    public void synced(BankId bank) {
        deedsOf(bank).unsynced = false;
    }

    @Override
    public void begins(BankId bank) {
        use.begins(bank);
    }

    @Override
    public void erases(BankId bank, long offset, long length) {
        use.erases(bank, offset, length);
    }

    @Override
    public void stores(StateKey key, byte[] record) {
        use.stores(key, record);
        component.stores(key, record);
        site.stores(key, record);
    }

    @Override
    public void deletes(StateKey key) {
        use.deletes(key);
    }

    @Override
    public void raisesTrust(long value) {
        use.raisesTrust(value);
    }
}
