// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.Factory.Kind;
import io.twinbank.agentd.Factory.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Updates one after another, with a daemon that is killed: right after a line of its log, or some time later, within what the phase
 * took when nobody disturbed it. After a kill the daemon is started again, or the power is cycled, which costs a trial an attempt.
 */
final class KillCampaign {
    /** A line of the log, of which a kill is counted. */
    private enum Moment {
        START("answers at"),
        DOWNLOAD("idle -> downloading"),
        READ_BACK("downloading -> verifying"),
        STAGE("verifying -> staged"),
        ARM("staged -> armed"),
        RESTART("waiting for reset"),
        TRIAL("armed -> trial"),
        COMMIT("trial -> committing"),
        END("update "),
        REPORT("reported ");

        private final String line;

        Moment(String line) {
            this.line = line;
        }
    }

    /** Three arms without a trial, and ten starts in one, end an update; what ends as expected is killed less often. */
    private static final int MAX_ARM_KILLS = 2;

    private static final int MAX_TRIAL_KILLS = 6;
    private static final Set<Moment> AFTER_ARMING = EnumSet.range(Moment.TRIAL, Moment.REPORT);
    private static final Set<Moment> AFTER_TRIAL = EnumSet.range(Moment.END, Moment.REPORT);
    private static final Duration UNKNOWN_WINDOW = Duration.ofMillis(100);
    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(3);

    private final GatewayOnFiles gateway;
    private final Factory factory;
    private final BackEnd backEnd;
    private final Random random;
    private final int wanted;
    private final Path log;
    private final BootStub boot;

    private final Map<Moment, Long> windows = new EnumMap<>(Moment.class);
    private final Map<Integer, String> expected = new TreeMap<>();
    private final Map<String, Integer> killsByState = new TreeMap<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private Optional<Moment> moment = Optional.empty();
    private Daemon daemon;
    private Release running;
    private Release offered;
    private int installed;
    private int kills;
    private int boots;
    private int armKills;
    private int trialKills;

    /**
     * Prepares one.
     *
     * @param gateway the gateway, never started
     * @param kills how many
     * @param log the file for what the daemons and the campaign say
     */
    KillCampaign(GatewayOnFiles gateway, Factory factory, BackEnd backEnd, Random random, int kills, Path log)
            throws IOException, InterruptedException {
        this.gateway = gateway;
        this.factory = factory;
        this.backEnd = backEnd;
        this.random = random;
        this.wanted = kills;
        this.log = log;
        boot = new BootStub(gateway);
        Files.deleteIfExists(log);
        running = bootWhatStarts();
        offered = running;
        daemon = start();
    }

    /** Kills so often, and lets the last update end. */
    void run() throws Exception {
        try {
            offerNext();
            while (true) {
                Daemon.await().until(() -> !daemon.isAlive() || wantsRestart() || isReported());
                if (!daemon.isAlive() || wantsRestart()) {
                    end();
                } else {
                    settle();
                    if (kills == wanted) {
                        break;
                    }
                    offerNext();
                }
            }
            Daemon.await().until(this::isIdle);
            checkRunningBank();
            checkReports();
        } finally {
            daemon.kill();
        }
    }

    int kills(String state) {
        return killsByState.getOrDefault(state, 0);
    }

    String table() throws IOException {
        StringBuilder table = new StringBuilder();
        table.append(String.format("%-24s%s%n", "killed in", "kills"));
        killsByState.forEach((state, count) -> table.append(String.format("%-24s%5d%n", state, count)));
        table.append(String.format("%-24s%s%n", "updates", "ended"));
        outcomes.forEach((outcome, count) -> table.append(String.format("%-24s%5d%n", outcome, count)));
        table.append(String.format(
                "%d kills, %d boots, %d updates, %d outcomes in %d report messages",
                kills, boots, expected.size(), backEnd.outcomes().size(), backEnd.messages()));
        return table.toString();
    }

    private boolean wantsRestart() {
        return gateway.isRestarting();
    }

    private boolean isReported() throws IOException {
        return !backEnd.outcomesOf(offered.sequence()).isEmpty();
    }

    /** As the daemon itself says, once it answers. */
    private boolean isIdle() throws IOException {
        Fields status = status();
        return status.get("agentRunning").equals("true")
                && status.get("state").equals("IDLE")
                && status.get("trial.kind").equals("NONE")
                && status.get("pendingReports").equals("0")
                && status.get("running.sequence").equals(Integer.toString(installed));
    }

    private Fields status() throws IOException {
        GatewayOnFiles.Said said = gateway.twinbank("status", "--json");
        assertEquals(0, said.exit(), said::err);
        return Fields.of(said.last());
    }

    private void offerNext() throws Exception {
        int dice = random.nextInt(10);
        offered = factory.publish(dice < 6 ? Kind.GOOD : dice < 8 ? Kind.FAILS : Kind.DEAD);
        armKills = 0;
        trialKills = 0;
        note("offers " + offered);
        backEnd.offer(factory.envelope(offered));
    }

    /** The update that was offered has ended. */
    private void settle() throws IOException {
        int number = offered.sequence();
        boolean fellBack = boot.fellBack();
        boolean works = offered.kind() == Kind.GOOD && !fellBack;
        if (works) {
            installed = number;
        }
        expected.put(number, works ? "Installed" : "RolledBack");
        String outcome = backEnd.outcomesOf(number).get(0).get("outcome");
        outcomes.merge(outcome, 1, Integer::sum);
        note(offered + ": " + outcome);
        assertEquals(expected.get(number), outcome, () -> offered + "\n" + tail());
        assertEquals(installed, running.sequence(), () -> "what runs after " + offered + "\n" + tail());
        factory.withdraw(offered);
    }

    /** The daemon is dead, or is to be: it asked for a restart, or was killed in the midst of something. */
    private void end() throws IOException, InterruptedException {
        daemon.kill();
        learn();
        checkRunningBank();
        boolean byKill = daemon.wasKilled();
        if (byKill) {
            tally();
        } else {
            assertTrue(wantsRestart(), () -> "the daemon ended by itself\n" + tail());
        }
        if (wantsRestart() || random.nextInt(5) < 2) {
            running = bootWhatStarts();
        }
        if (byKill) {
            moment = Optional.empty();
        }
        daemon = start();
    }

    private void tally() throws IOException {
        kills++;
        Fields status = status();
        String trial = status.get("trial.kind");
        String state = status.get("state");
        if (state.equals("STAGED") || state.equals("ARMED") && !trial.equals("RUNNING")) {
            armKills++;
        } else if (state.equals("ARMED") || state.equals("TRIAL") || state.equals("COMMITTING")) {
            trialKills++;
        }
        // Between armTrial and the first record of the trial there is a boot: a kill after it is one of the trial's.
        killsByState.merge(state.equals("ARMED") && trial.equals("RUNNING") ? "TRIAL" : state, 1, Integer::sum);
        note("kill " + kills + " of " + wanted + " at " + moment.orElseThrow() + " in " + state + ", trial " + trial);
    }

    private Daemon start() throws IOException {
        if (kills == wanted) {
            return Daemon.start(gateway.config, log, Optional.empty());
        }
        if (moment.isEmpty()) {
            List<Moment> open = List.copyOf(
                    trialKills >= MAX_TRIAL_KILLS
                            ? AFTER_TRIAL
                            : armKills >= MAX_ARM_KILLS ? AFTER_ARMING : EnumSet.allOf(Moment.class));
            moment = Optional.of(open.get(random.nextInt(open.size())));
        }
        long window = windows.getOrDefault(moment.get(), UNKNOWN_WINDOW.toNanos());
        Duration delay = random.nextInt(4) == 0 ? Duration.ZERO : Duration.ofNanos(random.nextLong(window + 1));
        return Daemon.start(gateway.config, log, Optional.of(new Daemon.Kill(moment.get().line, delay)));
    }

    /** How long each phase took, up to the next line; and for the start, up to the last one. */
    private void learn() {
        List<Daemon.Line> lines = daemon.lines();
        for (int i = 0; i + 1 < lines.size(); i++) {
            for (Moment each : Moment.values()) {
                if (lines.get(i).text().contains(each.line)) {
                    int until = each == Moment.START ? lines.size() - 1 : i + 1;
                    long took = Math.min(
                            LONGEST_WINDOW.toNanos(),
                            lines.get(until).nanos() - lines.get(i).nanos());
                    windows.merge(each, took, each == Moment.START ? Math::max : (before, now) -> now);
                }
            }
        }
    }

    /** Cycles the power until a bank runs that has an agent. */
    private Release bootWhatStarts() throws IOException, InterruptedException {
        while (true) {
            String bank = boot.boot();
            boots++;
            Release release = factory.released(gateway.bank(bank))
                    .orElseThrow(() -> new AssertionError("bank " + bank + " boots a mixed image\n" + tail()));
            note("boots " + bank + ": " + release);
            if (release.kind() != Kind.DEAD) {
                return release;
            }
        }
    }

    private void checkRunningBank() throws IOException {
        assertEquals(
                Optional.of(running),
                factory.released(gateway.bank(gateway.running())),
                () -> "the running bank was written\n" + tail());
    }

    /** Each update has one outcome, the right one, and nothing else was reported. */
    private void checkReports() throws IOException {
        Map<Integer, String> reported = new TreeMap<>();
        backEnd.outcomes().forEach((id, report) -> {
            String earlier = reported.put(Integer.valueOf(report.get("sequence")), report.get("outcome"));
            assertEquals(null, earlier, () -> "reported twice, as " + id + " and before: " + report);
        });
        assertEquals(expected, reported);
    }

    private void note(String what) throws IOException {
        Files.writeString(log, "* " + what + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
