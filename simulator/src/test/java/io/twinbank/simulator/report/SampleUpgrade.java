// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.TimelineReport.Block;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Ending;
import io.twinbank.simulator.report.TimelineReport.Region;
import io.twinbank.simulator.report.TimelineReport.Snapshot;
import io.twinbank.simulator.report.TimelineReport.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The operations of an upgrade from 1.4.0 in bank A to 1.5.0 in bank B, roughly as the agent does them. */
final class SampleUpgrade {
    private static final int PAGES_PER_BLOCK = 16;
    private final List<OperationReport> operations = new ArrayList<>();
    private final Map<String, Snapshot> snapshots = new HashMap<>();
    private final int blocks;
    private int boot = 1;
    private String phase = "OFFERED";

    private SampleUpgrade(int blocks) {
        this.blocks = blocks;
    }

    static SampleUpgrade ofBlocks(int blocks) {
        SampleUpgrade upgrade = new SampleUpgrade(blocks);
        upgrade.fill();
        return upgrade;
    }

    private void fill() {
        add("STATE_STORE", "write", "store ENVELOPE", "Offers.java:71");
        add("STATE_STORE", "write", "store JOURNAL", "Journal.java:52");
        phase = "DOWNLOADING";
        for (int block = 0; block < blocks; block++) {
            add("BANK_B", "erase", "erase block " + block, "Download.java:118");
            for (int page = 0; page < PAGES_PER_BLOCK; page++) {
                add("BANK_B", "program", "program block " + block + " page " + page, "Download.java:143");
            }
            if (block % 4 == 3) {
                add("BANK_B", "flush", "flush", "Download.java:151");
                add("STATE_STORE", "write", "store JOURNAL", "Journal.java:52");
            }
        }
        phase = "VERIFYING";
        add("STATE_STORE", "write", "store JOURNAL", "Journal.java:52");
        phase = "ARMING";
        add("BOOT_CONTROL", "write", "armTrial B x3", "Install.java:64");
        add("BOOT_CONTROL", "write", "armTrial B x3", "Install.java:64");
        boot = 2;
        phase = "TRIAL";
        add("BOOT_LOADER", "write", "tries 3 to 2", "");
        add("STATE_STORE", "write", "store JOURNAL", "Trial.java:88");
        phase = "COMMITTING";
        add("BOOT_CONTROL", "write", "confirm B", "Commit.java:40");
        add("BOOT_CONTROL", "write", "confirm B", "Commit.java:40");
        add("COUNTER", "advance", "advance 14 to 15", "Commit.java:57");
        add("STATE_STORE", "write", "store OUTCOME", "Outcomes.java:33");
        phase = "REPORTING";
        add("STATE_STORE", "write", "store JOURNAL", "Journal.java:52");
        add("STATE_STORE", "write", "store OUTCOME", "Outcomes.java:48");
    }

    private void add(String part, String name, String call, String source) {
        operations.add(new OperationReport(operations.size() + 1, boot, new Step(phase, part, name, call, source)));
    }

    List<OperationReport> operations() {
        return Collections.unmodifiableList(operations);
    }

    /** The number of the operation that is the n-th of a call. */
    long numberOf(String call, int n) {
        return operations.stream()
                .filter(operation -> operation.step().call().equals(call))
                .skip(n - 1L)
                .findFirst()
                .orElseThrow()
                .number();
    }

    long firstOf(int life) {
        return operations.stream()
                .filter(operation -> operation.boot() == life)
                .findFirst()
                .orElseThrow()
                .number();
    }

    long lastOf(int life) {
        return operations.stream().filter(operation -> operation.boot() == life).count() + firstOf(life) - 1;
    }

    Outcome outcome(OperationReport operation, String variant, SplittableRandom random) {
        return switch (operation.step().phase()) {
            case "DOWNLOADING", "VERIFYING" ->
                variant.equals("fail:io") && operation.step().name().equals("erase") ? Outcome.STAYED : Outcome.RESUMED;
            case "ARMING" -> variant.equals("keep:none") ? Outcome.STAYED : Outcome.RESUMED;
            case "TRIAL" ->
                variant.equals("fail:io") || random.nextInt(3) == 0 ? Outcome.ROLLED_BACK : Outcome.COMMITTED;
            case "COMMITTING" ->
                operation.step().part().equals("COUNTER") && variant.equals("fail:io")
                        ? Outcome.FAIL_CLOSED
                        : variant.startsWith("bits") ? Outcome.ROLLED_BACK : Outcome.COMMITTED;
            default -> Outcome.COMMITTED;
        };
    }

    Boot boot(int life, long first, long last, String cut) {
        List<Step> steps = operations.subList((int) first - 1, (int) last).stream()
                .map(OperationReport::step)
                .toList();
        return new Boot(
                life,
                life == 1 ? "POWER_ON" : "SOFTWARE",
                life == 1 ? "A" : "B",
                life == 1 ? "1.4.0" : "1.5.0",
                first,
                steps,
                cut.isEmpty() ? Ending.RESET : Ending.CUT,
                cut.isEmpty() ? "reset by the agent into the trial" : "cut in operation " + last + ", " + cut,
                snapshot(first - 1, ""),
                snapshot(last, cut));
    }

    /** What the board holds after an operation, whole or cut. */
    Snapshot snapshot(long after, String cut) {
        return snapshots.computeIfAbsent(after + " " + cut, key -> made(after, cut));
    }

    private Snapshot made(long after, String cut) {
        long done = cut.equals("before") ? after - 1 : after;
        boolean tears = cut.matches("(prefix|suffix|bits).*|even|odd");
        List<Block> bankB = new ArrayList<>(Collections.nCopies(blocks * 3 / 2 + 8, Block.OTHER));
        String journal = "empty";
        String env = "boots A, confirmed";
        long counter = 14;
        int downloaded = 0;
        for (OperationReport operation : operations.subList(0, (int) done)) {
            Step step = operation.step();
            boolean torn = operation.number() == after && tears;
            if (step.part().equals("BANK_B") && !step.name().equals("flush")) {
                int block = Integer.parseInt(step.call().split(" ")[2]);
                boolean erase = step.name().equals("erase");
                downloaded = Math.max(downloaded, block);
                bankB.set(block, torn ? Block.TORN : erase ? Block.ERASED : Block.NEW);
            } else if (step.call().equals("store JOURNAL")) {
                journal = step.phase() + " 1.5.0, " + downloaded * 4096 + " of " + blocks * 4096
                        + " bytes, manifest 9f2c61d0";
            } else if (step.part().equals("BOOT_CONTROL")) {
                env = step.phase().equals("ARMING") ? "tries B, 3 left, falls back to A" : "boots B, confirmed";
            } else if (step.part().equals("COUNTER")) {
                counter = 15;
            }
        }
        boolean armed = done > 0 && operations.get((int) done - 1).step().part().equals("BOOT_CONTROL");
        boolean tornEnv = armed && cut.startsWith("prefix");
        List<Block> bankA = new ArrayList<>(Collections.nCopies(blocks * 3 / 2 + 8, Block.ERASED));
        Collections.fill(bankA.subList(0, blocks), Block.OLD);
        Block envBlock = tornEnv ? Block.TORN : Block.OLD;
        return new Snapshot(
                List.of(
                        new StoredRecord("JOURNAL", journal, true),
                        new StoredRecord("SECURITY", "floor 14, counter 14, sequence 31", true),
                        new StoredRecord("ENV copy 0", env, true),
                        new StoredRecord(
                                "ENV copy 1", tornEnv ? "checksum 5a17c0de, expected 81e2b7f4" : env, !tornEnv),
                        new StoredRecord("COUNTER", Long.toString(counter), true)),
                List.of(
                        new Region("BANK_A", 4096, bankA),
                        new Region("BANK_B", 4096, bankB),
                        new Region("STATE_STORE", 4096, Collections.nCopies(6, Block.NEW)),
                        new Region("ENV", 4096, List.of(Block.OLD, envBlock))));
    }

    /** A page that an operation changed in part. */
    static ViolationReport.Page page(OperationReport operation) {
        SplittableRandom random = new SplittableRandom(operation.number());
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            int old = i < 48 ? random.nextInt(256) : 0xff;
            before.append("%02x".formatted(old));
            after.append("%02x".formatted(i >= 16 && i < 37 || i > 100 && i < 104 ? old & random.nextInt(256) : old));
        }
        return new ViolationReport.Page("ENV", 0x1000, before.toString(), after.toString());
    }
}
