// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.report.TimelineReport;
import io.twinbank.simulator.report.TimelineReport.Block;
import io.twinbank.simulator.report.TimelineReport.Snapshot;
import io.twinbank.simulator.report.TimelineReport.StoredRecord;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Shows people what a board holds. */
final class Snapshots {
    private static final byte[] BLANKS = {(byte) 0xff, 0};

    private final World world;
    private final List<Firmware> firmware;

    Snapshots(World world) {
        this.world = world;
        this.firmware = world.scenario().firmware();
    }

    Snapshot take() throws HalException {
        List<StoredRecord> records = new ArrayList<>();
        for (StateKey key : StateKey.values()) {
            records.add(record(key, world.board().storage().records().peek(key)));
        }
        records.add(new StoredRecord("boot loader", world.board().loader().describe(), true));
        records.add(new StoredRecord(
                "security version", Long.toString(world.board().counterValue(CounterId.SECURITY_VERSION)), true));
        List<TimelineReport.Region> regions = new ArrayList<>();
        for (BankId bank : BankId.values()) {
            regions.add(bank(bank));
        }
        for (Part part : List.of(Part.STATE_STORE, Part.BOOT_CONTROL)) {
            Optional<Region> region = world.board().storage().region(part);
            if (region.isPresent()) {
                regions.add(region(region.get()));
            }
        }
        return new Snapshot(records, regions);
    }

    private StoredRecord record(StateKey key, StateStore.Loaded loaded) {
        if (loaded instanceof StateStore.Found found) {
            return new StoredRecord(key.name(), text(key, found), true);
        }
        return loaded instanceof StateStore.Corrupt corrupt
                ? new StoredRecord(key.name(), corrupt.detail(), false)
                : new StoredRecord(key.name(), "absent", true);
    }

    private String text(StateKey key, StateStore.Found found) {
        byte[] record = found.record();
        return switch (key) {
            case JOURNAL -> JournalHeader.of(found).toString();
            case MANIFEST_A, MANIFEST_B ->
                firmware.stream()
                        .filter(each -> Arrays.equals(each.envelope(), record))
                        .findFirst()
                        .map(each -> "envelope of " + each)
                        .orElse(record.length + " bytes of no envelope of ours");
            default -> record.length + " bytes" + (record.length > 1 ? ", schema " + record[1] : "");
        };
    }

    /** The cells of a bank, against the images that the scenario has. */
    private TimelineReport.Region bank(BankId bank) throws HalException {
        int blockBytes =
                world.board().bank(bank, SimulatedBoard.COMPONENT).geometry().eraseSizeBytes();
        byte[] cells = new byte[world.scenario().imageBytes()];
        world.board().storage().bank(bank).peek(0, ByteBuffer.wrap(cells));
        List<Block> blocks = new ArrayList<>();
        for (int at = 0; at < cells.length; at += blockBytes) {
            blocks.add(block(cells, at, Math.min(cells.length, at + blockBytes)));
        }
        return new TimelineReport.Region("BANK_" + bank, blockBytes, blocks);
    }

    private Block block(byte[] cells, int from, int to) {
        int old = world.scenario().other().isPresent() ? 2 : 1;
        boolean partly = false;
        for (int i = firmware.size() - 1; i >= 0; i--) {
            int mismatch = Arrays.mismatch(cells, from, to, firmware.get(i).image(), from, to);
            if (mismatch < 0) {
                return i < old ? Block.OLD : Block.NEW;
            }
            partly |= mismatch >= 8;
        }
        if (isBlank(cells, from, to)) {
            return Block.ERASED;
        }
        return partly ? Block.TORN : Block.OTHER;
    }

    private static TimelineReport.Region region(Region region) throws HalException {
        int blockBytes = region.units().eraseBytes();
        byte[] cells = new byte[Math.toIntExact(region.length())];
        region.peek(0, ByteBuffer.wrap(cells));
        List<Block> blocks = new ArrayList<>();
        for (int at = 0; at < cells.length; at += blockBytes) {
            blocks.add(isBlank(cells, at, Math.min(cells.length, at + blockBytes)) ? Block.ERASED : Block.OTHER);
        }
        return new TimelineReport.Region(region.part().name(), blockBytes, blocks);
    }

    private static boolean isBlank(byte[] cells, int from, int to) {
        for (byte blank : BLANKS) {
            int at = from;
            while (at < to && cells[at] == blank) {
                at++;
            }
            if (at == to) {
                return true;
            }
        }
        return false;
    }
}
