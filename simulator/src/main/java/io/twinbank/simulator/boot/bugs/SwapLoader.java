// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot.bugs;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.LoaderModel;
import io.twinbank.simulator.boot.VariableArea;
import io.twinbank.simulator.boot.VariableArea.Reader;
import io.twinbank.simulator.boot.bugs.SwapTrailer.Info;
import io.twinbank.simulator.boot.bugs.SwapTrailer.Magic;
import io.twinbank.simulator.boot.bugs.SwapTrailer.Word;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A loader that boots only its primary slot, and swaps an image into it first, as MCUboot with a scratch area. What is swapped
 * here is one sector for each slot, with the name of the bank whose image would be there, for the banks themselves stay where
 * they are: trailers, steps and what a cut leaves of them are as with a whole image.
 *
 * <p>A pending slot has a magic in the secondary trailer. The swap copies secondary to scratch, primary to secondary, scratch to
 * primary, and notes each step there, so that a cut resumes it. Then the primary trailer gets its words anew and the secondary
 * one is erased. A trial that isn't confirmed is reverted: the secondary trailer is written as if that were a new swap.
 *
 * <p>It has no last resort, and with its trailers lost it takes the primary slot as permanent.
 */
class SwapLoader extends LoaderModel {
    static final Abilities ABILITIES = new Abilities(1, true, true, false, false, false);

    private static final int PRIMARY = 0;
    private static final int PRIMARY_TRAILER = 1;
    private static final int SECONDARY = 2;
    private static final int SECONDARY_TRAILER = 3;
    private static final int SCRATCH = 4;
    private static final int SECTOR_BYTES = 12;

    private final VariableArea area;

    SwapLoader(BootHost host) {
        super(host, ABILITIES);
        area = new VariableArea(host.variables());
    }

    /**
     * Tells whether a trial that wasn't confirmed is taken back, given the magic of the secondary trailer.
     *
     * @param secondary its magic; good if the revert is already written there
     * @return whatever it is
     */
    boolean isReverted(Magic secondary) {
        return true;
    }

    /**
     * Returns the bank whose header the image in the primary slot is verified with.
     *
     * @param primary the bank in the primary slot
     * @param resumed whether a swap was just resumed
     * @return that bank
     */
    BankId headerFor(BankId primary, boolean resumed) {
        return primary;
    }

    /**
     * Returns what the primary trailer gets once a revert is done.
     *
     * @return that the image that is back is permanent
     */
    Word[] wordsOfARevert() {
        return new Word[] {Word.REVERT, Word.IMAGE_OK, Word.COPY_DONE};
    }

    @Override
    protected Optional<Booted> select() throws HalException {
        SwapTrailer primary = trailer(PRIMARY_TRAILER);
        SwapTrailer secondary = trailer(SECONDARY_TRAILER);
        boolean resumed = secondary.isGood() && secondary.steps() > 0;
        boolean unconfirmed = primary.isGood() && primary.has(Word.COPY_DONE) && !primary.has(Word.IMAGE_OK);
        if (!secondary.isGood() && unconfirmed && isReverted(secondary.magic()) && canSwap()) {
            secondary = writeRevert(primary);
        }
        if (isDone(primary, secondary)) {
            area.clear(SECONDARY_TRAILER); // the cut fell between the last two writes of a swap
        } else if (secondary.isGood()) {
            if (resumed || canSwap()) {
                swap(secondary);
            } else {
                area.clear(SECONDARY_TRAILER);
            }
        }
        BankId bank = sector(area.board(), PRIMARY).orElse(BankId.A);
        BankId header = headerFor(bank, resumed);
        boolean right = header == bank || host.header(header).equals(host.header(bank));
        return right ? load(bank) : Optional.empty();
    }

    private static boolean isDone(SwapTrailer primary, SwapTrailer secondary) {
        return primary.isGood() && secondary.isGood() && secondary.swap() == primary.swap();
    }

    private boolean canSwap() throws HalException {
        Optional<BankId> bank = sector(area.board(), SECONDARY);
        return bank.isPresent() && load(bank.get()).isPresent();
    }

    private SwapTrailer writeRevert(SwapTrailer primary) throws HalException {
        Info info = new Info(primary.swap() + 1, primary.trialId());
        area.clear(SECONDARY_TRAILER);
        SwapTrailer.append(area, SECONDARY_TRAILER, info, Word.IMAGE_OK, Word.REVERT);
        SwapTrailer.writeMagic(area, SECONDARY_TRAILER, info);
        return trailer(SECONDARY_TRAILER);
    }

    private void swap(SwapTrailer secondary) throws HalException {
        Info info = secondary.info().orElseThrow();
        int[][] copies = {{SECONDARY, SCRATCH}, {PRIMARY, SECONDARY}, {SCRATCH, PRIMARY}};
        Word[] steps = {Word.STEP_1, Word.STEP_2, Word.STEP_3};
        for (int step = secondary.steps(); step < copies.length; step++) {
            byte[] sector = area.board().read(copies[step][0], 0, SECTOR_BYTES).orElse(new byte[SECTOR_BYTES]);
            area.rewrite(copies[step][1], sector);
            SwapTrailer.append(area, SECONDARY_TRAILER, info, steps[step]);
        }
        area.clear(PRIMARY_TRAILER);
        Word[] words = secondary.has(Word.REVERT) ? wordsOfARevert() : new Word[] {Word.TEST, Word.COPY_DONE};
        SwapTrailer.append(area, PRIMARY_TRAILER, info, words);
        SwapTrailer.writeMagic(area, PRIMARY_TRAILER, info);
        area.clear(SECONDARY_TRAILER);
    }

    @Override
    protected Standing standing(BankId running) {
        SwapTrailer primary = trailer(PRIMARY_TRAILER);
        SwapTrailer secondary = trailer(SECONDARY_TRAILER);
        if (secondary.isGood() && !isDone(primary, secondary)) {
            return new Standing(Trial.ARMED, 1, secondary.trialId());
        }
        Trial trial = Trial.NONE;
        if (primary.isGood() && primary.has(Word.REVERT)) {
            trial = primary.has(Word.SEEN) ? Trial.NONE : Trial.FELL_BACK;
        } else if (primary.isGood() && !primary.has(Word.IMAGE_OK)) {
            trial = Trial.RUNNING;
        }
        return new Standing(trial, 0, primary.trialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        Info info = new Info(trailer(PRIMARY_TRAILER).swap() + 1, trialId);
        area.clear(SECONDARY_TRAILER);
        SwapTrailer.append(area, SECONDARY_TRAILER, info, Word.TEST);
        SwapTrailer.writeMagic(area, SECONDARY_TRAILER, info);
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        if (standing(running).trial() == Trial.RUNNING) {
            SwapTrailer primary = trailer(PRIMARY_TRAILER);
            SwapTrailer.append(area, PRIMARY_TRAILER, primary.info().orElseThrow(), Word.IMAGE_OK);
        } else {
            endTrial(running);
        }
    }

    /** Unlike the others it then forgets the id of a trial that never ran. */
    @Override
    protected void endTrial(BankId running) throws HalException {
        Trial trial = standing(running).trial();
        if (trial == Trial.ARMED) {
            area.clear(SECONDARY_TRAILER);
        } else if (trial == Trial.FELL_BACK) {
            SwapTrailer primary = trailer(PRIMARY_TRAILER);
            SwapTrailer.append(area, PRIMARY_TRAILER, primary.info().orElseThrow(), Word.SEEN);
        }
    }

    private SwapTrailer trailer(int unit) {
        return SwapTrailer.read(area, area.board(), unit);
    }

    private static Optional<BankId> sector(Reader reader, int unit) {
        byte[] found = reader.read(unit, 0, SECTOR_BYTES).orElse(new byte[0]);
        return Arrays.stream(BankId.values())
                .filter(bank -> Arrays.equals(found, sector(bank)))
                .findFirst();
    }

    private static byte[] sector(BankId bank) {
        return String.format("image of %s..", bank).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Optional<BankId> permanent() {
        SwapTrailer primary = SwapTrailer.read(area, area.observer(), PRIMARY_TRAILER);
        SwapTrailer secondary = SwapTrailer.read(area, area.observer(), SECONDARY_TRAILER);
        boolean trial = primary.isGood() && !primary.has(Word.IMAGE_OK) && !primary.has(Word.REVERT);
        return trial || secondary.isGood() ? Optional.empty() : sector(area.observer(), PRIMARY);
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        for (int unit = 0; unit < BootHost.VARIABLE_UNITS; unit++) {
            area.poke(unit, new byte[0]);
        }
        area.poke(PRIMARY, sector(permanent));
        area.poke(SECONDARY, sector(permanent.other()));
    }

    /** The sectors stand for images, which aren't variables. */
    @Override
    public void loseVariables() throws HalException {
        area.poke(PRIMARY_TRAILER, new byte[SECTOR_BYTES]);
        area.poke(SECONDARY_TRAILER, new byte[SECTOR_BYTES]);
    }

    @Override
    public String describe() {
        Reader reader = area.observer();
        return "primary " + name(reader, PRIMARY) + ": " + SwapTrailer.read(area, reader, PRIMARY_TRAILER)
                + "; secondary " + name(reader, SECONDARY) + ": "
                + SwapTrailer.read(area, reader, SECONDARY_TRAILER);
    }

    private static String name(Reader reader, int unit) {
        return Objects.toString(sector(reader, unit).map(BankId::name).orElse("?"));
    }
}
