// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.BootVariables;
import io.twinbank.simulator.boot.IdealLoader;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulatedBootLoaderTest {
    private final Bench bench = new Bench();
    private SimulatedBoard board;
    private IdealLoader loader;

    @BeforeEach
    void prepare() throws IOException {
        board = bench.board().maxAttempts(2).build();
        Bench.install(board, BankId.B, bench.image(1));
        Bench.install(board, BankId.A, bench.image(1));
        loader = (IdealLoader) board.loader();
    }

    static Stream<String> casesOfTheModel() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SimulatedBootLoaderTest.class.getResourceAsStream("/boot-loader-cases.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"));
        }
    }

    @ParameterizedTest
    @MethodSource("casesOfTheModel")
    void boot_everyCombinationOfVariablesAndBanks_asTheModelOfTheDesignDoes(String line) throws IOException {
        String[] givenAndExpected = line.split(" -> ");
        List<String> given = List.of(givenAndExpected[0].split(", "));
        BankId permanent = BankId.valueOf(given.get(1));
        boolean lost = given.get(3).equals("yes");
        loader.variables(new BootVariables(
                permanent, Trial.valueOf(given.get(0)), permanent.other(), Integer.parseInt(given.get(2)), 0, lost));
        board.bankOf(BankId.A).provision(given.get(4).equals("yes"));
        board.bankOf(BankId.B).provision(given.get(5).equals("yes"));

        BootResult result = board.boot();

        String found = "BRICK";
        if (result instanceof BootResult.Booted booted) {
            BootVariables after = loader.variables();
            assertEquals(after.permanent().other(), after.trialBank());
            found = booted.bank() + ", " + after.trial() + ", " + after.permanent() + ", " + after.attempts();
        }
        assertEquals(givenAndExpected[1], found);
    }

    @Test
    void boot_bodyFlippedInTheCells_triesTheOtherBank() throws IOException {
        board.bankOf(BankId.A).poke(4000, ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertEquals(BankId.B, booted().bank());
    }

    @Test
    void boot_bodyFlippedSinceItWasFoundGood_triesTheOtherBank() throws IOException {
        Profile flash = Profiles.named("nor-w25q128jv");
        board = bench.board().profile(flash).geometry(flash.bank(8192)).build();
        Bench.install(board, BankId.B, bench.image(1));
        Bench.install(board, BankId.A, bench.image(1));
        BankId before = booted().bank();

        board.bankOf(BankId.A).poke(4000, ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertEquals(BankId.A, before);
        assertEquals(BankId.B, booted().bank());
    }

    @Test
    void boot_headerChanged_isABadSignature() throws IOException {
        board.bankOf(BankId.A).poke(15, ByteBuffer.wrap(new byte[] {9}));
        board.bankOf(BankId.B).provision(false);

        BootResult.Brick brick = assertInstanceOf(BootResult.Brick.class, board.boot());

        assertTrue(brick.why().contains("A=bad signature"), brick.why());
        assertTrue(brick.why().contains("B=not selectable"), brick.why());
    }

    @Test
    void boot_imageOfAnotherMaker_isABadSignature() throws IOException {
        Bench.install(board, BankId.B, new Bench().image(1));

        assertEquals(BankId.A, booted().bank());
    }

    @Test
    void boot_belowTheCounter_triesTheOtherBank() throws IOException {
        Bench.install(board, BankId.B, bench.image(2));
        loader.variables(BootVariables.permanent(BankId.A));

        assertEquals(2, board.counterValue(CounterId.SECURITY_VERSION));
        assertEquals(BankId.B, booted().bank());
    }

    @Test
    void boot_lengthBeyondTheBank_isRefused() throws IOException {
        byte[] image = bench.image(new SimImage.Spec("long", 1, Behaviour.WORKS), 70_000);
        board.bankOf(BankId.A).poke(0, ByteBuffer.wrap(image, 0, 60_000));

        assertEquals(BankId.B, booted().bank());
    }

    @Test
    void boot_trial_armsTheWatchdog() throws IOException {
        booted();
        assertEquals(Optional.empty(), board.watchdogDeadline());
        loader.control().armTrial(BankId.B, 2, 5);
        bench.time.advanceTo(Duration.ofHours(1).toNanos());

        assertEquals(BankId.B, booted().bank());

        assertEquals(Optional.of(Duration.ofMinutes(10)), board.watchdogDeadline());
        assertEquals(Duration.ZERO, board.clock().sinceBoot());
    }

    @Test
    void boot_trial_readsNothingThatTheLoaderDoesNot() throws IOException {
        board = bench.board().loader(BootLoaders.named("uboot").factory()).build();
        Bench.install(board, BankId.B, bench.image(1));
        Bench.install(board, BankId.A, bench.image(1));
        booted();
        board.loader().control().armTrial(BankId.B, 3, 5);
        AtomicInteger reads = new AtomicInteger();
        board.faults(countingTo(reads));

        board.loader().boot();
        int ofTheLoader = reads.getAndSet(0);
        booted();

        assertEquals(ofTheLoader, reads.get());
        assertTrue(board.watchdogDeadline().isPresent());
    }

    private static Faults countingTo(AtomicInteger reads) {
        return new Faults() {
            @Override
            public Fate at(Operation operation, Change change) {
                return Fate.DONE;
            }

            @Override
            public Optional<HalException.Kind> atRead() {
                reads.incrementAndGet();
                return Optional.empty();
            }
        };
    }

    @Test
    void boot_cutBeforeTheAttemptIsCounted_countsItAtTheNextBoot() throws IOException {
        booted();
        loader.control().armTrial(BankId.B, 2, 5);
        board.faults(new SchedulePlayer(Schedule.parse("cut(1,before)>cut(1,after)"), event -> {}));

        Stops.assertPowerCut(board::boot);
        assertEquals(2, loader.variables().attempts());
        Stops.assertPowerCut(board::boot);
        assertEquals(1, loader.variables().attempts());
        assertEquals(BankId.B, booted().bank());
        assertEquals(0, loader.variables().attempts());
        assertEquals(List.of(), board.log().findings());
    }

    private BootResult.Booted booted() throws IOException {
        return assertInstanceOf(BootResult.Booted.class, board.boot());
    }
}
