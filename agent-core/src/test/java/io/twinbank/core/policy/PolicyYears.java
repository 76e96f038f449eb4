// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static io.twinbank.core.policy.NaiveOracle.require;

import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Digest;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A device at a site, for years of virtual time: updates come and take each other's place, power is cut, the clock is lost,
 * jumps or is right, somebody answers or postpones, the link and the power change. Each answer of the policy is held against
 * the naive oracle, and now and then a forecast against what then happens when nothing changes.
 */
final class PolicyYears {
    private static final long LOOK_EVERY = 300;
    private static final long STORED_EVERY = 3_600;
    private static final List<String> ZONES = List.of(
            "Europe/Berlin@2023-11-20",
            "Australia/Lord_Howe@2023-02-01",
            "Pacific/Apia@2009-10-01",
            "America/St_Johns@2024-01-01",
            "America/Sao_Paulo@2014-06-01",
            "Asia/Kathmandu@2026-11-30",
            "America/Los_Angeles@2027-01-15");

    private final PolicyModel model;
    private final SplittableRandom random;
    private final int stepSeconds;
    private final boolean clocksAreRight;
    private final SitePolicy policy;
    private final NaiveOracle oracle;
    private final UUID device;
    private final Set<Integer> places = new HashSet<>();

    private long truth;
    private long begin;
    private long skew;
    private int jumpsAhead;
    private long trustedFrom;
    private long sinceBoot;
    private Power power = Power.mains();
    private Link link = Link.UNMETERED;
    private Optional<String> gate = Optional.empty();
    private Standing standing = Standing.none();
    private byte[] stored = standing.encode();
    private long storedAt;
    private Optional<Update> update = Optional.empty();
    private boolean downloaded;
    private int updates;
    private int installed;
    private long longestWait;
    private int forecasts;

    PolicyYears(PolicyModel model, long seed, int stepSeconds) {
        this.model = model;
        this.random = new SplittableRandom(seed);
        this.stepSeconds = stepSeconds;
        this.clocksAreRight = Math.floorMod(seed, 2) == 0;
        String[] where =
                ZONES.get((int) Math.floorMod(seed / 2, (long) ZONES.size())).split("@", 2);
        this.policy = policy(ZoneId.of(where[0]));
        this.begin = Instant.parse(where[1] + "T00:00:00Z").getEpochSecond();
        this.truth = begin;
        this.device = new UUID(random.nextLong(), random.nextLong());
        this.oracle = new NaiveOracle(policy, clocksAreRight);
    }

    /** What came out of the years. */
    record Result(int updates, int installed, int forecasts, Duration longestWait) {}

    /** Lives for years. Throws an {@link AssertionError} that says when and under which policy. */
    Result live(int years) {
        long end = begin + years * 31_557_600L;
        try {
            while (truth < end) {
                step();
            }
            require(installed > 0, "none of " + updates + " updates was installed");
            require(updates < 20 || places.size() > 1, "each rollout comes to this device at the same place");
            oracle.requireLearnt(standing);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    e.getMessage() + "; at " + Instant.ofEpochSecond(truth) + " of " + situation() + ", " + update
                            + ", " + standing + ", " + policy,
                    e);
        }
        return new Result(updates, installed, forecasts, Duration.ofSeconds(longestWait));
    }

    // the world

    private boolean happens(double perDay) {
        return random.nextDouble() < perDay * stepSeconds / 86_400;
    }

    private void step() {
        run(stepSeconds);
        changeTheWorld();
        if (happens(0.15)) {
            reboot(random.nextInt(10) == 0 ? random.nextLong(6 * 86_400) : random.nextLong(600));
        }
        if (truth % 3_600 < stepSeconds) {
            learn();
        }
        offer();
        if (update.isPresent()) {
            pursue(update.get());
        } else {
            standing = model.advance(policy, standing, situation());
        }
        if (truth - storedAt >= STORED_EVERY) {
            store();
        }
    }

    private void run(long seconds) {
        truth += seconds;
        sinceBoot += seconds;
        oracle.ran(seconds, update.isPresent() && isAdmitted(update.get()));
    }

    private void changeTheWorld() {
        if (happens(1)) {
            power = random.nextInt(3) > 0
                    ? Power.mains()
                    : random.nextInt(5) == 0 ? Power.unknown() : Power.battery(random.nextInt(101));
        }
        if (happens(2)) {
            link = Link.values()[random.nextInt(3)];
        }
        if (happens(0.5)) {
            gate = random.nextInt(4) == 0 ? Optional.of("plant") : Optional.empty();
        }
        if (!clocksAreRight && happens(0.05)) {
            jump();
        }
    }

    private void jump() {
        long[] skews = {0, 0, 0, -truth + 1_000, 4_070_908_800L - truth, -3 * 86_400, 40 * 86_400, -40 * 86_400, 3_600};
        long next = skews[random.nextInt(skews.length)];
        jumpsAhead += next > skew ? 1 : 0;
        skew = next;
    }

    private void reboot(long off) {
        oracle.rebooted(off, truth - storedAt);
        truth += off;
        sinceBoot = 0;
        try {
            standing = Standing.decode(stored);
        } catch (RejectedException e) {
            throw new AssertionError("what was stored doesn't decode", e);
        }
        storedAt = truth;
        if (random.nextInt(4) == 0) {
            trustedFrom = truth + random.nextLong(random.nextInt(6) == 0 ? 50 * 86_400 : 7_200);
        }
        standing = model.advance(policy, standing, situation());
    }

    private void learn() {
        Situation now = situation();
        if (now.wallClock().isPresent()) {
            int hour = NaiveOracle.hourOfWeek(now.wallClock().get(), policy.zone());
            long season = (truth - begin) / (26 * 7 * 86_400L);
            int shifted = (int) ((hour + season * 9) % 24);
            double busy = shifted > 7 && shifted < 19 && hour < 120 ? 0.7 : 0.1;
            busy = Math.min(1, busy + random.nextDouble() * 0.2);
            standing = model.observe(standing, hour, busy);
            oracle.observes(hour, busy);
            store();
        }
    }

    private void store() {
        standing = model.advance(policy, standing, situation());
        stored = standing.encode();
        storedAt = truth;
    }

    private Situation situation() {
        Optional<Instant> wall =
                truth < trustedFrom ? Optional.empty() : Optional.of(Instant.ofEpochSecond(truth + skew));
        return new Situation(wall, Duration.ofSeconds(sinceBoot), power, link, gate);
    }

    // updates

    private boolean isAdmitted(Update one) {
        return one.rollout().includes()
                || (one.emergency() && policy.emergencyPasses().contains(Restriction.ROLLOUT));
    }

    private void offer() {
        if (happens(update.isEmpty() ? 0.1 : random.nextInt(20) == 0 ? 1 : 0.02)) {
            updates++;
            Digest manifest =
                    Digest.sha256Of(ByteBuffer.allocate(4).putInt(updates).array());
            int share = random.nextInt(3) == 0 ? random.nextInt(Rollout.ALL + 1) : Rollout.ALL;
            Rollout rollout = model.rollout(share, device, manifest);
            places.add(rollout.place());
            require(share < Rollout.ALL || rollout.includes(), "an update for everybody isn't for this device");
            long bytes = 1 + random.nextInt(400);
            update = Optional.of(new Update(
                    manifest, bytes, 1 + random.nextInt(NaiveOracle.MOST_AT_ONCE), random.nextInt(10) == 0, rollout));
            downloaded = false;
            begins();
        } else if (update.isPresent() && !update.get().rollout().includes() && happens(0.2)) {
            Update one = update.get();
            Rollout all = new Rollout(Rollout.ALL, one.rollout().place());
            update = Optional.of(new Update(one.manifest(), one.bytes(), one.atOnce(), one.emergency(), all));
            begins();
        }
    }

    private void begins() {
        Update one = update.orElseThrow();
        standing = model.waitFor(policy, standing, one, situation());
        store();
        if (isAdmitted(one)) {
            oracle.waits(one.manifest());
        }
    }

    private void pursue(Update one) {
        standing = model.waitFor(policy, standing, one, situation());
        if (isAdmitted(one)) {
            answer();
        }
        if (one.bytes() > 0 && happens(0.05)) {
            foresee(one);
        }
        if (!downloaded && !download()) {
            return;
        }
        Update whole = update.orElseThrow();
        if (goes(Phase.INSTALL, whole) && goes(Phase.RESET, whole)) {
            installed++;
            longestWait = Math.max(longestWait, standing.waited().toSeconds());
            standing = standing.settled();
            oracle.settled();
            update = Optional.empty();
            store();
            reboot(60);
        }
    }

    private void answer() {
        if (policy.consent().isEmpty() || !happens(0.3)) {
            return;
        }
        Consent terms = policy.consent().get();
        if (random.nextInt(3) == 0) {
            standing = standing.consent();
            oracle.consents();
        } else {
            Duration by =
                    Duration.ofSeconds(random.nextLong(terms.longestDeferral().toSeconds() + 1));
            try {
                standing = model.defer(policy, standing, situation(), by);
            } catch (IllegalStateException e) {
                require(oracle.deferrals() >= terms.maxDeferrals(), "refused: " + e.getMessage());
                return;
            }
            require(
                    oracle.deferrals() < terms.maxDeferrals(),
                    "postponed more than " + terms.maxDeferrals() + " times");
            oracle.consentsNoMore();
            oracle.defers(by.toSeconds());
        }
        store();
    }

    /** A few pieces, as long as it may go on. Returns whether all is there. */
    private boolean download() {
        for (int i = 0; i < 3; i++) {
            Update one = update.orElseThrow();
            if (!goes(Phase.DOWNLOAD, one)) {
                return false;
            }
            long piece = Math.min(one.atOnce(), one.bytes());
            standing = model.reserve(standing, piece);
            store();
            oracle.reserves(piece);
            boolean emergency = one.emergency() && policy.emergencyPasses().contains(Restriction.BUDGET);
            boolean cut = random.nextInt(20) == 0;
            run(random.nextInt(30) == 0 ? 600 : 0);
            long came = cut ? random.nextLong(piece + 1) : piece;
            if (!emergency) {
                boolean trusted = situation().wallClock().isPresent();
                oracle.fetches(came, Instant.ofEpochSecond(truth), trusted, jumpsAhead);
            }
            if (cut) {
                reboot(100);
                return false;
            }
            standing = model.fetched(model.advance(policy, standing, situation()), piece);
            store();
            update = Optional.of(one.withBytes(one.bytes() - piece));
            downloaded = one.bytes() == piece;
            if (downloaded) {
                return true;
            }
        }
        return false;
    }

    // judging

    private boolean goes(Phase phase, Update one) {
        Situation now = situation();
        Decision decision = model.decide(policy, phase, one, now, standing);
        require(
                decision.equals(model.decide(policy, phase, one, now, standing)),
                "asked twice, it answers another thing");
        if (decision instanceof Decision.Wait wait) {
            require(oracle.may(wait.what(), phase, one, now), "held for nothing: " + wait);
            for (Restriction before : Restriction.values()) {
                if (before.ordinal() < wait.what().ordinal()) {
                    require(!oracle.must(before, phase, one, now), before + " holds before " + wait);
                }
            }
            require(wait.sentence().startsWith("waiting to "), wait.sentence());
            return false;
        }
        for (Restriction what : Restriction.values()) {
            require(!oracle.must(what, phase, one, now), phase + " goes, though " + what + " holds");
        }
        return true;
    }

    /** Asks every five minutes when nothing but the time changes, for a few days, and compares with the forecast. */
    private void foresee(Update one) {
        long ahead = 4 * 86_400;
        Situation now = situation();
        Forecast forecast = model.forecast(policy, one, now, standing, Duration.ofSeconds(ahead));
        Forecast.Step step = forecast.steps().get(0);
        Standing later = standing;
        Update rest = one;
        Optional<Long> until = Optional.empty();
        long passed = 0;
        for (; passed <= ahead && rest.bytes() > 0; passed += LOOK_EVERY) {
            Situation then = now.after(passed);
            later = model.waitFor(policy, later, rest, then);
            while (rest.bytes() > 0) {
                Decision decision = model.decide(policy, Phase.DOWNLOAD, rest, then, later);
                if (decision instanceof Decision.Wait wait) {
                    require(
                            wait.until().isPresent()
                                    == (wait.atMost().isPresent()
                                            && then.wallClock().isPresent()),
                            "until and atMost disagree: " + wait);
                    long end = passed + wait.atMost().map(Duration::toSeconds).orElse(ahead * 2);
                    until = Optional.of(
                            until.map(before -> Math.max(before, end)).orElse(end));
                    break;
                }
                require(
                        until.isEmpty() || until.get() < passed + LOOK_EVERY,
                        "it goes after " + passed + " s" + ", though it was to wait for " + until + " s");
                until = Optional.empty();
                long piece = rest.piece();
                later = model.fetched(model.reserve(later, piece), piece);
                rest = rest.withBytes(rest.bytes() - piece);
            }
        }
        long took = passed - LOOK_EVERY;
        if (rest.bytes() > 0) {
            require(step.after().isEmpty(), "forecast " + step + ", but it doesn't happen");
        } else {
            require(
                    step.after().isPresent() && Math.abs(step.after().get().toSeconds() - took) <= LOOK_EVERY,
                    "forecast " + step + ", but it happens after " + took + " s");
        }
        forecasts++;
    }

    // policies

    private SitePolicy policy(ZoneId zone) {
        SitePolicy.Builder builder = SitePolicy.builder().zone(zone);
        boolean deadline = random.nextInt(4) > 0;
        if (deadline) {
            builder.deadline(Duration.ofHours(1 + random.nextInt(240)));
            if (random.nextBoolean()) {
                builder.quiet(new QuietHours(random.nextInt(10)));
            }
        }
        if (random.nextInt(3) > 0) {
            builder.budget(200 + random.nextInt(600));
        }
        builder.consent(new Consent(
                Duration.ofHours(1 + random.nextInt(72)), random.nextInt(4), Duration.ofHours(1 + random.nextInt(48))));
        for (Phase phase : Phase.values()) {
            builder.rule(phase, rule());
        }
        Set<Restriction> passes = EnumSet.noneOf(Restriction.class);
        for (Restriction what : Restriction.values()) {
            if (random.nextInt(3) == 0) {
                passes.add(what);
            }
        }
        return builder.emergencyPasses(passes.toArray(new Restriction[0])).build();
    }

    private PhaseRule rule() {
        List<WeeklyWindow> windows = random.nextInt(4) == 0
                ? List.of()
                : Stream.generate(this::window).limit(1 + random.nextInt(3)).toList();
        Optional<UptimeWindow> uptime = Optional.empty();
        if (!windows.isEmpty() && random.nextBoolean()) {
            int every = 4 + random.nextInt(30);
            int from = random.nextInt(every - 2);
            uptime =
                    Optional.of(new UptimeWindow(Duration.ofHours(every), Duration.ofHours(from), Duration.ofHours(2)));
        }
        Optional<PowerNeed> need = Optional.empty();
        if (random.nextInt(3) == 0) {
            need = Optional.of(
                    random.nextBoolean() ? PowerNeed.mains() : PowerNeed.mainsOrBattery(random.nextInt(101)));
        }
        return new PhaseRule(windows, uptime, need, random.nextInt(3) > 0, random.nextInt(4) == 0);
    }

    private WeeklyWindow window() {
        Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)));
        for (DayOfWeek day : DayOfWeek.values()) {
            if (random.nextBoolean()) {
                days.add(day);
            }
        }
        // often around the hours at which clocks change
        int from = random.nextInt(3) == 0 ? random.nextInt(4) * 60 + random.nextInt(60) : random.nextInt(1440);
        int length = 60 + random.nextInt(random.nextInt(10) == 0 ? 1381 : 300);
        return new WeeklyWindow(days, time(from), time(from + length));
    }

    private static LocalTime time(int minute) {
        return LocalTime.of(minute / 60 % 24, minute % 60);
    }
}
