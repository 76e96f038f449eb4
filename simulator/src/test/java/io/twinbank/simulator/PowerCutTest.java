// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole update, with a power cut before and after every durable operation of agent and boot loader in turn. Each ends
 * installed or rolled back, never unbootable, with exactly one true outcome. A failure prints its schedule; {@code
 * -Dpowercut.replay=WORKS/cut(18,after)} repeats it with the whole trace.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PowerCutTest {
    private static final int SHOWN = 3;

    /** What happens to a gateway; its text repeats it. */
    private record Story(Behaviour behaviour, Schedule faults, boolean losesUnsynced) {
        static Story parse(String text) {
            String[] parts = text.split("/", -1);
            return new Story(Behaviour.valueOf(parts[0]), Schedule.parse(parts[1]), parts.length < 3);
        }

        @Override
        public String toString() {
            return behaviour + "/" + faults + (losesUnsynced ? "" : "/kept");
        }
    }

    @ParameterizedTest
    @EnumSource(Behaviour.class)
    void update_withoutCuts_endsAsTheFirmwareBehaves(Behaviour behaviour) throws IOException {
        UpdateScenario scenario = new UpdateScenario(behaviour);
        World world = scenario.begin(Schedule.NONE, true);

        List<String> violations = UpdateOracles.judge(scenario, world, 0);

        assertEquals(List.of(), violations, () -> story(world));
    }

    @Test
    void update_twice_isTheSameToTheLastOperation() throws IOException {
        UpdateScenario scenario = new UpdateScenario(Behaviour.WORKS);
        Schedule cuts = Schedule.parse("cut(20,before)>cut(9,after)");
        World first = scenario.begin(cuts, true);
        World second = scenario.begin(cuts, true);

        first.run();
        second.run();

        assertEquals(first.board().log().trace(), second.board().log().trace());
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"WORKS", "FAILS_SELF_TEST", "NEVER_STARTS"})
    void update_cutAtEveryOperation_neverBreaksTheGateway(Behaviour behaviour) throws IOException {
        sweep(new UpdateScenario(behaviour), true);
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @EnumSource(Behaviour.class)
    void update_cutAtEveryOperationAndUnsyncedKept_neverBreaksTheGateway(Behaviour behaviour) throws IOException {
        sweep(new UpdateScenario(behaviour), false);
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"WORKS", "FAILS_SELF_TEST", "NEVER_STARTS"})
    void update_twoCutsSampled_neverBreakTheGateway(Behaviour behaviour) throws IOException {
        samplePairs(new UpdateScenario(behaviour), 60);
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @EnumSource(Behaviour.class)
    void update_manyTwoCutsSampled_neverBreakTheGateway(Behaviour behaviour) throws IOException {
        samplePairs(new UpdateScenario(behaviour), 1000);
    }

    @TestFactory
    Stream<DynamicTest> replay() {
        return Stream.ofNullable(System.getProperty("powercut.replay"))
                .map(schedule -> DynamicTest.dynamicTest(schedule, () -> replay(schedule)));
    }

    private static void replay(String text) throws IOException {
        Story schedule = Story.parse(text);
        UpdateScenario scenario = new UpdateScenario(schedule.behaviour());
        World world = scenario.begin(schedule.faults(), schedule.losesUnsynced());

        List<String> violations =
                UpdateOracles.judge(scenario, world, schedule.faults().cuts());

        assertEquals(List.of(), violations, () -> story(world));
    }

    private static void sweep(UpdateScenario scenario, boolean losesUnsynced) throws IOException {
        long operations = operationsWithoutCuts(scenario, losesUnsynced);
        assertTrue(operations > 30, operations + " operations: is there an update at all?");
        List<Story> schedules = LongStream.rangeClosed(1, operations)
                .boxed()
                .flatMap(operation ->
                        Stream.of(Tear.BEFORE, Tear.AFTER).map(tear -> new Cut(operation, tear, Survival.NONE)))
                .map(cut -> new Story(scenario.behaviour, Schedule.of(cut), losesUnsynced))
                .toList();

        assertEquals(schedules.size(), judgeAll(scenario, schedules), "cuts that happened");
    }

    private static void samplePairs(UpdateScenario scenario, int pairs) throws IOException {
        long operations = operationsWithoutCuts(scenario, true);
        SplittableRandom random = new SplittableRandom(1);
        List<Story> schedules = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            Cut first = anyCut(random, operations);
            Cut second = anyCut(random, operations - first.operation() + 5);
            schedules.add(new Story(scenario.behaviour, Schedule.of(first, second), random.nextBoolean()));
        }

        int fired = judgeAll(scenario, schedules);

        assertTrue(fired > 2 * pairs * 9 / 10, fired + " of " + 2 * pairs + " cuts happened");
    }

    /** Returns how many cuts happened. */
    private static int judgeAll(UpdateScenario scenario, List<Story> schedules) {
        AtomicInteger fired = new AtomicInteger();
        List<String> failures = schedules.parallelStream()
                .flatMap(schedule -> judge(scenario, schedule, fired).stream())
                .toList();
        assertTrue(
                failures.isEmpty(),
                () -> failures.size() + " of " + schedules.size() + " schedules failed, such as\n"
                        + failures.stream().limit(SHOWN).collect(Collectors.joining("\n")));
        return fired.get();
    }

    private static Optional<String> judge(UpdateScenario scenario, Story schedule, AtomicInteger fired) {
        try {
            World world = scenario.begin(schedule.faults(), schedule.losesUnsynced());
            List<String> violations =
                    UpdateOracles.judge(scenario, world, schedule.faults().cuts());
            fired.addAndGet(world.cutsThatFired());
            return violations.isEmpty()
                    ? Optional.empty()
                    : Optional.of(schedule + ": " + violations + "\n" + story(world));
        } catch (IOException e) {
            throw new UncheckedIOException(schedule.toString(), e);
        }
    }

    private static Cut anyCut(SplittableRandom random, long operations) {
        return new Cut(random.nextLong(operations) + 1, random.nextBoolean() ? Tear.BEFORE : Tear.AFTER, Survival.NONE);
    }

    private static long operationsWithoutCuts(UpdateScenario scenario, boolean losesUnsynced) throws IOException {
        World world = scenario.begin(Schedule.NONE, losesUnsynced);
        world.run();
        return world.board().log().count();
    }

    private static String story(World world) {
        StringBuilder story = new StringBuilder();
        world.board()
                .log()
                .trace()
                .forEach(operation -> story.append("  ").append(operation).append('\n'));
        world.board().boots().forEach(boot -> story.append("  ").append(boot).append('\n'));
        world.gateway()
                .events()
                .forEach(event -> story.append("  ").append(event).append('\n'));
        return story.toString();
    }
}
