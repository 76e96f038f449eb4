// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.scenario.ComponentUpdate;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Judges a gateway at rest: what was told (L2), the floor (S4), another power cycle (S8), and the next update (L4). */
public final class RestOracle {
    private static final String TRUST_UPDATED = "TrustUpdated";

    private final World world;
    private final TrustOracle trust;
    private final LifeWatch watch;
    private final Verifier verifier;
    private final List<Violation> violations = new ArrayList<>();

    /**
     * What a gateway has come to.
     *
     * @param permanent the version that runs; empty if none of the maker's
     * @param told the outcomes that the server has
     * @param violations what was wrong
     */
    public record Rest(String permanent, List<String> told, List<Violation> violations) {}

    /**
     * Makes an oracle.
     *
     * @param world which it judges, and goes on with
     * @param watch watches the lives that it goes on with
     */
    public RestOracle(World world, LifeWatch watch) {
        this.world = world;
        this.watch = watch;
        this.trust = new TrustOracle(world);
        this.verifier = new Verifier(world.scenario());
    }

    /**
     * Judges the world, which is at rest; afterwards it has gone on.
     *
     * @return what it has come to
     * @throws HalException if the cells can't be read
     */
    public Rest judge() throws HalException {
        violations.clear();
        watch.begin();
        world.board().faults((operation, change) -> {
            watch.operation(operation);
            return Fate.DONE;
        });
        Optional<Firmware> permanent = running();
        List<Reports.Told> told = Reports.outcomes(world.server().reports());
        toldTruly(permanent, told);
        floorIs(permanent);
        trustIs(told);
        componentIs(permanent, told);
        new OrdersOracle(world).remembered().ifPresent(violations::add);
        check(
                permanent.equals(Optional.of(world.scenario().expected())),
                Strictness.EXACT,
                "L1",
                () -> "rests on " + text(permanent) + ", expected "
                        + world.scenario().expected());
        powerCycleChangesNothing(permanent, told.size());
        if (!permanent.equals(Optional.of(world.scenario().next()))) {
            nextInstalls();
        }
        violations.addAll(watch.end());
        return new Rest(
                permanent.map(Firmware::version).orElse(""),
                told.stream().map(Reports.Told::outcome).toList(),
                List.copyOf(violations));
    }

    private static String text(Optional<Firmware> firmware) {
        return firmware.map(Firmware::toString).orElse("none of the maker's firmware");
    }

    private Optional<Firmware> running() throws HalException {
        List<SimulatedBoard.Boot> boots = world.board().boots();
        return boots.get(boots.size() - 1).result() instanceof BootResult.Booted booted
                ? verifier.firmwareIn(world.board(), booted.bank())
                : Optional.empty();
    }

    /**
     * Each update has one outcome, and it is what happened; nothing need be told of a revoked offer, nor of one that waited for its
     * site when another took its place: it never began.
     */
    private void toldTruly(Optional<Firmware> permanent, List<Reports.Told> told) {
        Map<String, String> bodies = new LinkedHashMap<>();
        for (Reports.Told outcome : told) {
            String other = bodies.put(outcome.id(), outcome.body());
            check(
                    other == null,
                    Strictness.TRUTHFUL,
                    "L2",
                    () -> "two outcomes of one id: " + other + " and " + outcome);
        }
        List<Firmware> offers = world.scenario().offers();
        for (Firmware offer : offers) {
            toldTruly(offer, permanent, told);
        }
        for (ComponentUpdate alone : world.scenario().componentUpdates()) {
            toldTruly(alone, told);
        }
        for (Reports.Told outcome : told) {
            boolean known = outcome.outcome().equals(TRUST_UPDATED)
                    || world.scenario().componentUpdates().stream()
                            .anyMatch(alone -> alone.sequence() == outcome.sequence())
                    || outcome.sequence() == world.scenario().next().sequence()
                    || offers.stream().anyMatch(offer -> offer.sequence() == outcome.sequence());
            check(known, Strictness.TRUTHFUL, "L2", () -> "told what didn't happen: " + outcome.body());
        }
    }

    private void toldTruly(Firmware offer, Optional<Firmware> permanent, List<Reports.Told> told) {
        List<Reports.Told> of = told.stream()
                .filter(each -> each.sequence() == offer.sequence())
                .toList();
        check(
                of.size() == 1 || (of.isEmpty() && (world.scenario().revokes(offer) || mayNotHaveBegun(permanent))),
                Strictness.TRUTHFUL,
                "L2",
                () -> of.size() + " outcomes of " + offer + ", expected one: " + of);
        boolean runs = permanent.equals(Optional.of(offer));
        boolean replaced = permanent.isPresent()
                && permanent.get().sequence() > offer.sequence()
                && !world.scenario().revokes(offer);
        for (Reports.Told outcome : of) {
            boolean success = outcome.outcome().equals("Installed");
            check(
                    !success || runs || replaced,
                    Strictness.NO_LIE,
                    "L2",
                    () -> "told " + outcome.body() + " while " + text(permanent) + " is permanent");
            check(
                    success || !runs,
                    Strictness.TRUTHFUL,
                    "L2",
                    () -> "told " + outcome.body() + " while " + offer + " is permanent");
        }
    }

    private boolean mayNotHaveBegun(Optional<Firmware> permanent) {
        return world.scenario().site().isPresent()
                && permanent.equals(Optional.of(world.scenario().next()));
    }

    private void toldTruly(ComponentUpdate alone, List<Reports.Told> told) {
        List<Reports.Told> of = told.stream()
                .filter(each -> each.sequence() == alone.sequence())
                .toList();
        boolean success = of.stream().anyMatch(each -> each.outcome().equals("Installed"));
        check(of.size() == 1, Strictness.TRUTHFUL, "L2", () -> of.size() + " outcomes of " + alone + ": " + of);
        check(!success || alone.passes(), Strictness.NO_LIE, "L2", () -> alone + " can't work, but told " + of);
        check(
                success == alone.passes(),
                Strictness.EXACT,
                "L1",
                () -> alone + (alone.passes() ? " work" : " don't work") + ", but told " + of);
    }

    /** The set that was offered is in force, counted, and told once. */
    private void trustIs(List<Reports.Told> told) {
        long updates = told.stream()
                .filter(outcome -> outcome.outcome().equals(TRUST_UPDATED))
                .count();
        long expected = world.scenario().trustManifest().isPresent() ? 1 : 0;
        check(updates == expected, Strictness.TRUTHFUL, "L2", () -> updates + " trust updates told: " + told);
        check(
                trust.isCounted(),
                Strictness.TRUTHFUL,
                "L1",
                () -> "the counter of trust versions isn't that of the set");
        check(
                expected == 0 || trust.isInForce(Scenario.TRUST_VERSION),
                Strictness.TRUTHFUL,
                "L1",
                () -> "the trust set that was offered isn't in force");
    }

    /** The component belongs to what runs, or somebody was told that it doesn't. */
    private void componentIs(Optional<Firmware> permanent, List<Reports.Told> told) {
        check(
                permanent
                                .map(firmware -> ComponentWatch.belongs(world, firmware))
                                .orElse(true)
                        || told.stream().anyMatch(each -> each.outcome().equals("Inconsistent")),
                Strictness.TRUTHFUL,
                "S17",
                () -> "the component doesn't belong to " + text(permanent) + ", and nobody was told: " + told);
    }

    private void floorIs(Optional<Firmware> permanent) {
        long floor = world.board().counterValue(CounterId.SECURITY_VERSION);
        long runs = permanent.map(firmware -> firmware.spec().securityVersion()).orElse(-1L);
        check(floor <= runs, Strictness.NO_LIE, "S4", () -> "the floor is " + floor + ", above what runs: " + runs);
        check(floor == runs, Strictness.TRUTHFUL, "L1", () -> "the floor is " + floor + ", behind what runs: " + runs);
    }

    private void powerCycleChangesNothing(Optional<Firmware> permanent, int told) throws HalException {
        world.cutPower();
        long before = world.board().log().count();
        Optional<Ending> ending = world.live();
        List<Operation> written = world.board().log().trace().stream()
                .filter(operation ->
                        operation.number() > before && !operation.call().equals("boot"))
                .toList();
        check(written.isEmpty(), Strictness.EXACT, "O-W3", () -> "a power cycle at rest wrote " + written);
        check(
                ending.equals(Optional.of(Ending.AT_REST)),
                Strictness.NO_LIE,
                "S8",
                () -> "a power cycle at rest ended " + ending.map(Enum::name).orElse("in another reset"));
        if (ending.isEmpty()) {
            settle();
        }
        Optional<Firmware> after = runningNow();
        check(
                after.equals(permanent),
                Strictness.NO_LIE,
                "S8",
                () -> "a power cycle at rest changed " + text(permanent) + " to " + text(after));
        int toldAfter = Reports.outcomes(world.server().reports()).size();
        check(
                toldAfter == told,
                Strictness.TRUTHFUL,
                "S8",
                () -> "a power cycle at rest told another outcome: "
                        + Reports.outcomes(world.server().reports()));
    }

    private Optional<Firmware> runningNow() {
        try {
            return running();
        } catch (HalException e) {
            return Optional.empty();
        }
    }

    private Optional<Ending> settle() throws HalException {
        Optional<Ending> ending = Optional.empty();
        for (int boots = 0; boots < 10 && ending.isEmpty(); boots++) {
            ending = world.live();
        }
        return ending;
    }

    private void nextInstalls() throws HalException {
        world.offerNext();
        Optional<Ending> ending = settle();
        Optional<Firmware> after = runningNow();
        check(
                ending.equals(Optional.of(Ending.AT_REST))
                        && after.equals(Optional.of(world.scenario().next())),
                Strictness.NO_LIE,
                "L4",
                () -> "the next update ended " + ending.map(Enum::name).orElse("in resets") + " on " + text(after)
                        + ": " + world.gateway().explain());
        if (after.isPresent()) {
            floorIs(after);
        }
    }

    private void check(boolean good, Strictness countsUpTo, String oracle, Supplier<String> otherwise) {
        if (!good) {
            violations.add(new Violation(oracle, otherwise.get(), countsUpTo));
        }
    }
}
