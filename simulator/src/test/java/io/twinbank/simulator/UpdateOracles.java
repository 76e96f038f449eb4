// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.core.Offer;
import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.SimulatedGateway.Run;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.medium.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/**
 * Judges a gateway that was offered an update and cut: by its cells, its boot loader, its counter, its operations and what
 * reached the server. The agent is asked for nothing but whether it rests.
 */
final class UpdateOracles {
    /** The boot that goes on with the update, the trial's boots, the fallback. */
    private static final int BOOTS_WITHOUT_CUTS = 2 + UpdateScenario.TRIAL_ATTEMPTS;

    private final UpdateScenario scenario;
    private final World world;
    private final List<String> violations = new ArrayList<>();

    private UpdateOracles(UpdateScenario scenario, World world) {
        this.scenario = scenario;
        this.world = world;
    }

    /**
     * Lets a gateway run to its rest, then install the next update.
     *
     * @param cuts how many there are at most; fewer than a trial has attempts
     * @return what was wrong
     */
    static List<String> judge(UpdateScenario scenario, World world, int cuts) throws IOException {
        UpdateOracles oracles = new UpdateOracles(scenario, world);
        oracles.comesToRest(cuts);
        world.board().faults(Faults.none());
        if (oracles.violations.isEmpty()) {
            oracles.outcomeIsTrue();
            oracles.counterIsWhatRuns();
            oracles.fetchesLittleTwice(cuts);
            oracles.restIsStable();
            oracles.nextUpdateInstalls();
        }
        world.board().log().findings().forEach(finding -> oracles.violations.add("finding: " + finding));
        return oracles.violations;
    }

    private void comesToRest(int cuts) throws IOException {
        Run run = world.run();
        check(run.ending() == Ending.AT_REST, "ended " + run.ending() + ": " + run.detail());
        check(run.boots() <= cuts + BOOTS_WITHOUT_CUTS, run.boots() + " boots to rest");
    }

    /** Exactly one outcome of the update reached the server, and it is what happened. */
    private void outcomeIsTrue() {
        List<Set<String>> told = List.copyOf(world.server().outcomes().values());
        boolean installed = permanentVersion().equals(scenario.offered.version());
        String expected = scenario.expected().version();
        check(permanentVersion().equals(expected), "firmware " + permanentVersion() + " is permanent, not " + expected);
        check(told.size() == 1 && told.get(0).size() == 1, "told " + told);
        for (String report : told.isEmpty() ? Set.<String>of() : told.get(0)) {
            check(
                    outcomeOf(report).equals(installed ? "Installed" : "RolledBack"),
                    "told " + outcomeOf(report) + " while firmware " + permanentVersion() + " is permanent: " + report);
        }
    }

    private void counterIsWhatRuns() {
        long counter = world.board().counterValue(CounterId.SECURITY_VERSION);
        long running = permanent().map(SimImage.Spec::securityVersion).orElse(-1L);
        check(counter == running, "counter " + counter + " while firmware of security version " + running + " runs");
    }

    private void fetchesLittleTwice(int cuts) {
        long most = UpdateScenario.IMAGE_BYTES + (long) cuts * UpdateScenario.ERASE_BYTES;
        check(world.server().bytesServed() <= most, world.server().bytesServed() + " bytes fetched, at most " + most);
    }

    /** Another power cycle changes neither bank nor outcome. */
    private void restIsStable() throws IOException {
        String before = permanentVersion();
        int outcomes = world.server().outcomes().size();
        world.gateway().cutPower();
        Run run = world.run();
        check(run.ending() == Ending.AT_REST && run.boots() == 1, "power cycle at rest: " + run);
        check(before.equals(permanentVersion()), "a power cycle at rest changed the bank to " + permanentVersion());
        check(
                outcomes == world.server().outcomes().size(),
                "power cycle at rest: told " + world.server().outcomes());
    }

    private void nextUpdateInstalls() throws IOException {
        world.server().offer(new Offer.Envelope(scenario.next.envelope()));
        Run run = world.run();
        check(run.ending() == Ending.AT_REST && run.boots() == 1, "the next update: " + run);
        check(
                permanentVersion().equals(scenario.next.version()),
                "after the next update firmware " + permanentVersion() + " is permanent");
        counterIsWhatRuns();
    }

    /** What runs outside a trial, as the boot loader verified it at the last boot. */
    private Optional<SimImage.Spec> permanent() {
        List<SimulatedBoard.Boot> boots = world.board().boots();
        Optional<BankId> permanent = world.board().permanentBank();
        return boots.get(boots.size() - 1).result() instanceof Booted booted
                        && permanent.equals(Optional.of(booted.bank()))
                ? Optional.of(booted.header().spec())
                : Optional.empty();
    }

    private String permanentVersion() {
        return permanent().map(SimImage.Spec::version).orElse("none");
    }

    static String outcomeOf(String report) {
        try (JsonParser json = new JsonFactory().createParser(report)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("outcome")) {
                    return json.nextTextValue();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(report, e);
        }
        return Assertions.fail("no outcome in " + report);
    }

    private void check(boolean good, String otherwise) {
        if (!good) {
            violations.add(otherwise);
        }
    }
}
