// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.StateStore.Absent;
import io.twinbank.hal.StateStore.Corrupt;
import io.twinbank.hal.StateStore.Found;
import io.twinbank.hal.contract.StateStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest {
    private static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "second one".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private FileStateStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileStateStore.open(folder, 4096, disk);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void load_newerCopyTruncatedAnywhere_findsTheOlder() throws IOException {
        storeBoth();
        Path file = newest();
        byte[] newer = Files.readAllBytes(file);

        for (int length = 0; length < newer.length; length++) {
            Files.write(file, Arrays.copyOf(newer, length));
            assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL), "truncated to " + length);
        }
    }

    @Test
    void load_newerCopyWithAnyBitFlipped_findsTheOlder() throws IOException {
        storeBoth();
        Path file = newest();
        byte[] newer = Files.readAllBytes(file);

        for (int bit = 0; bit < newer.length * 8; bit++) {
            byte[] flipped = newer.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL), "bit " + bit);
        }
    }

    @Test
    void load_olderCopyDamagedAnywhere_findsTheNewer() throws IOException {
        storeBoth();
        Path file = oldest();
        byte[] older = Files.readAllBytes(file);

        for (int at = 0; at < older.length; at++) {
            byte[] damaged = Arrays.copyOf(older, at);
            Files.write(file, damaged);
            assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL), "truncated to " + at);
            damaged = older.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL), "flipped at " + at);
        }
    }

    @Test
    void store_cutAfterAnyByte_isTheOldRecordOrTheNew() throws IOException {
        storeBoth();
        Path written = oldest();
        byte[] before = Files.readAllBytes(written);
        byte[] third = "the third".getBytes(StandardCharsets.US_ASCII);
        store.store(StateKey.JOURNAL, third);
        byte[] after = Files.readAllBytes(written);

        for (int cut = 0; cut <= after.length; cut++) {
            byte[] torn = Arrays.copyOf(before, Math.max(before.length, cut));
            System.arraycopy(after, 0, torn, 0, cut);
            Files.write(written, torn);
            boolean complete = Arrays.equals(Arrays.copyOf(torn, after.length), after);
            Found expected = new Found(complete ? third : SECOND);
            assertEquals(expected, store.load(StateKey.JOURNAL), "cut after " + cut);
        }
    }

    @Test
    void store_firstOneCutAnywhere_isAbsent() throws IOException {
        store.store(StateKey.JOURNAL, FIRST);
        byte[] whole = Files.readAllBytes(copy(0));

        for (int cut = 0; cut < whole.length; cut++) {
            Files.write(copy(0), Arrays.copyOf(whole, cut));
            assertEquals(new Absent(), store.load(StateKey.JOURNAL), "cut after " + cut);
        }
        Files.delete(copy(0));
        assertEquals(new Absent(), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_bothCopiesBad_isCorruptAndSaysWhy() throws IOException {
        storeBoth();
        Files.write(copy(0), new byte[10]);
        Files.delete(copy(1));

        Corrupt corrupt = assertInstanceOf(Corrupt.class, store.load(StateKey.JOURNAL));

        assertEquals("JOURNAL.0: 10 bytes, torn in its header; JOURNAL.1: missing", corrupt.detail());
    }

    @Test
    void store_bothCopiesBad_replacesBoth() throws IOException {
        storeBoth();
        Files.write(copy(0), new byte[100]);
        Files.write(copy(1), new byte[100]);

        store.store(StateKey.JOURNAL, FIRST);

        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
        Files.write(copy(0), new byte[0]);
        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_sequenceWraps_findsTheNewer() throws IOException {
        Files.write(copy(0), encode("JOURNAL", 0, -1, FIRST));
        Files.write(copy(1), encode("JOURNAL", 1, 0, SECOND));
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));

        Files.write(copy(1), encode("JOURNAL", 1, -2, SECOND));
        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
        store.store(StateKey.JOURNAL, SECOND);
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
        store.store(StateKey.JOURNAL, FIRST);
        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_fileOfAnotherRecordOrCopy_isRefused() throws IOException {
        Files.write(folder.resolve("TRUST.0"), encode("SECURITY", 0, 1, FIRST));
        Files.write(folder.resolve("TRUST.1"), encode("TRUST", 0, 2, FIRST));

        Corrupt corrupt = assertInstanceOf(Corrupt.class, store.load(StateKey.TRUST));

        assertEquals("TRUST.0: it is copy 0 of SECURITY; TRUST.1: it is copy 0 of TRUST", corrupt.detail());
    }

    @Test
    void load_hugeLength_allocatesNothing() throws IOException {
        byte[] huge = encode("TRUST", 0, 1, FIRST);
        ByteBuffer.wrap(huge).putInt(40, Integer.MAX_VALUE);
        Files.write(folder.resolve("TRUST.0"), huge);

        Corrupt corrupt = assertInstanceOf(Corrupt.class, store.load(StateKey.TRUST));

        assertTrue(corrupt.detail().contains("payload of 2147483647 bytes, file has 5"), corrupt.detail());
    }

    @Test
    void load_newerFormat_isCorruptAndSaysSo() throws IOException {
        byte[] newer = encode("TRUST", 0, 1, FIRST);
        newer[4] = 2;
        Files.write(folder.resolve("TRUST.0"), newer);

        Corrupt corrupt = assertInstanceOf(Corrupt.class, store.load(StateKey.TRUST));

        assertTrue(corrupt.detail().contains("format 2, expected 1"), corrupt.detail());
    }

    @Test
    void delete_oneCopyDamagedAfterwards_staysAbsent() throws IOException {
        storeBoth();
        store.delete(StateKey.JOURNAL);

        for (int number = 0; number <= 1; number++) {
            byte[] good = Files.readAllBytes(copy(number));
            Files.write(copy(number), new byte[0]);
            assertEquals(new Absent(), store.load(StateKey.JOURNAL));
            Files.write(copy(number), good);
        }
    }

    @Test
    void delete_failsInItsSecondCopy_isAbsentNonetheless() throws IOException {
        storeBoth();
        String second = newest().getFileName().toString();
        disk.failWrite = second;

        assertThrows(HalException.class, () -> store.delete(StateKey.JOURNAL));

        disk.failWrite = "";
        assertEquals(new Absent(), store.load(StateKey.JOURNAL));
    }

    @Test
    void store_fullDisk_hasNoSpaceAndKeepsTheOld() throws IOException {
        storeBoth();
        disk.space = 20;

        HalException full = assertThrows(HalException.class, () -> store.store(StateKey.JOURNAL, FIRST));

        assertEquals(HalException.Kind.NO_SPACE, full.kind());
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
        disk.space = Long.MAX_VALUE;
        store.store(StateKey.JOURNAL, FIRST);
        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
    }

    @Test
    void store_forceFails_isTheOldRecordEvenForAnother() throws IOException {
        storeBoth();
        disk.failForce = "JOURNAL.*";

        HalException fault = assertThrows(HalException.class, () -> store.store(StateKey.JOURNAL, FIRST));

        assertEquals(HalException.Kind.IO, fault.kind());
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
        store.close();
        store = FileStateStore.open(folder, 4096, new FaultyDisk());
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
    }

    @Test
    void store_directorySyncFails_takesTheNewRecordBackForGood() throws IOException {
        storeBoth();
        store.close();
        store = FileStateStore.open(folder, 4096, disk);
        disk.failForce = folder.getFileName().toString();
        disk.forces = 0;
        Path written = oldest();

        assertThrows(HalException.class, () -> store.store(StateKey.JOURNAL, FIRST));

        assertEquals(0, Files.size(written));
        assertEquals(2, disk.forces, "the record, and that it was taken back");
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
    }

    @Test
    void store_steadyState_forcesOnce() throws IOException {
        storeBoth();
        disk.forces = 0;

        store.store(StateKey.JOURNAL, FIRST);

        assertEquals(1, disk.forces);
    }

    @Test
    void load_staleCopyUnreadable_findsTheNewer() throws IOException {
        storeBoth();

        disk.failRead = oldest().getFileName().toString();

        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_newerCopyUnreadableForAMoment_isAFaultAndNotTheOlder() throws IOException {
        storeBoth();

        disk.failRead = newest().getFileName().toString();
        HalException fault = assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL));
        disk.failRead = "";

        assertEquals(HalException.Kind.IO, fault.kind());
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_newerCopyUnreadableForGood_isTheOlderInTheEnd() throws IOException {
        storeBoth();

        disk.failRead = newest().getFileName().toString();
        for (int load = 0; load < 3; load++) {
            assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL));
        }

        assertEquals(new Found(FIRST), store.load(StateKey.JOURNAL));
    }

    @Test
    void store_newerCopyUnreadableForAMoment_neverTearsIt() throws IOException {
        storeBoth();
        disk.failRead = newest().getFileName().toString();

        assertThrows(HalException.class, () -> store.store(StateKey.JOURNAL, FIRST));

        disk.failRead = "";
        assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_afterAStart_doesNotBelieveEitherCopyBeforeTheOtherWasRead() throws IOException {
        storeBoth();
        store.close();

        for (Path copy : List.of(oldest(), newest())) {
            store = FileStateStore.open(folder, 4096, disk);
            disk.failRead = copy.getFileName().toString();
            assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL), copy.toString());
            disk.failRead = "";
            assertEquals(new Found(SECOND), store.load(StateKey.JOURNAL));
            store.close();
        }
    }

    @Test
    void load_bothCopiesUnreadable_isAFaultForEver() throws IOException {
        storeBoth();

        disk.failRead = "JOURNAL.*";

        for (int load = 0; load < 10; load++) {
            HalException fault = assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL));
            assertEquals(HalException.Kind.IO, fault.kind());
        }
    }

    @Test
    void load_copiesThatCannotBeOpened_areNotAbsent() throws IOException {
        storeBoth();

        disk.failOpen = "JOURNAL.*";

        assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL));
    }

    @Test
    void open_whileOpen_isLocked() throws IOException {
        HalException locked = assertThrows(HalException.class, () -> FileStateStore.open(folder));

        assertEquals(HalException.Kind.LOCKED, locked.kind());
        store.close();
        FileStateStore.open(folder).close();
    }

    @Test
    void open_directoriesMadeByAStartThatFailed_bringsTheirNamesToTheMedium() throws IOException {
        Path directory = folder.resolve("made").resolve("before");
        disk.failForce = "made";
        assertThrows(HalException.class, () -> FileStateStore.open(directory, 4096, disk));
        assertTrue(Files.isDirectory(directory));

        assertThrows(HalException.class, () -> FileStateStore.open(directory, 4096, disk));

        disk.failForce = "";
        FileStateStore.open(directory, 4096, disk).close();
        disk.failForce = "made";
        FileStateStore.open(directory, 4096, disk).close();
    }

    @Test
    void open_folderThatIsAFile_fails() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[0]);

        assertThrows(HalException.class, () -> FileStateStore.open(file));
    }

    @Test
    void load_afterClose_isRefused() throws IOException {
        store.close();

        assertThrows(HalException.class, () -> store.load(StateKey.JOURNAL));
    }

    @Test
    void store_largerThenSmaller_ignoresWhatIsLeft() throws IOException {
        store.store(StateKey.TRUST, new byte[3000]);
        store.store(StateKey.TRUST, new byte[3000]);
        store.store(StateKey.TRUST, SECOND);

        assertEquals(new Found(SECOND), store.load(StateKey.TRUST));
    }

    private void storeBoth() throws IOException {
        store.store(StateKey.JOURNAL, FIRST);
        store.store(StateKey.JOURNAL, SECOND);
    }

    private Path newest() throws IOException {
        return sequence(copy(0)) > sequence(copy(1)) ? copy(0) : copy(1);
    }

    private Path oldest() throws IOException {
        return newest().equals(copy(0)) ? copy(1) : copy(0);
    }

    private Path copy(int number) {
        return folder.resolve("JOURNAL." + number);
    }

    private static long sequence(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.read(header, 32) < 8 ? -1 : header.getLong(0);
        }
    }

    /** The format as documented, written down a second time. */
    private static byte[] encode(String name, int number, long sequence, byte[] payload) {
        ByteBuffer copy = ByteBuffer.allocate(48 + payload.length);
        copy.put("TBRC".getBytes(StandardCharsets.US_ASCII));
        copy.put(new byte[] {1, (byte) number, 1, 0});
        copy.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 24));
        copy.putLong(sequence).putInt(payload.length);
        CRC32C crc = new CRC32C();
        crc.update(copy.array(), 0, 44);
        crc.update(payload);
        copy.putInt((int) crc.getValue()).put(payload);
        return copy.array();
    }

    abstract static class Contract extends StateStoreContract {
        private final int maxRecordBytes;

        @TempDir
        Path folder;

        private FileStateStore open;

        Contract(int maxRecordBytes) {
            this.maxRecordBytes = maxRecordBytes;
        }

        @Override
        protected StateStore newStore() throws IOException {
            open = FileStateStore.open(folder.resolve("a").resolve("state"), maxRecordBytes);
            return open;
        }

        @Override
        protected StateStore reopen(StateStore old) throws IOException {
            open.close();
            return newStore();
        }

        @AfterEach
        void close() throws IOException {
            open.close();
        }
    }

    @Nested
    class Normal extends Contract {
        Normal() {
            super(FileStateStore.DEFAULT_MAX_RECORD_BYTES);
        }
    }

    @Nested
    class SmallPart extends Contract {
        SmallPart() {
            super(4096);
        }
    }

    @Test
    void look_whileAnAgentHasIt_readsAndCantWrite() throws Exception {
        try (FileStateStore agents = FileStateStore.open(folder.resolve("looked"));
                FileStateStore looked = FileStateStore.look(folder.resolve("looked"))) {
            agents.store(StateKey.JOURNAL, new byte[] {7});

            Found found = assertInstanceOf(Found.class, looked.load(StateKey.JOURNAL));
            assertArrayEquals(new byte[] {7}, found.record());
            for (Executable change : List.<Executable>of(
                    () -> looked.store(StateKey.JOURNAL, new byte[] {8}), () -> looked.delete(StateKey.JOURNAL))) {
                assertEquals(
                        HalException.Kind.LOCKED,
                        assertThrows(HalException.class, change).kind());
            }
        }
    }

    @Test
    void look_nothingThere_makesNothing() throws Exception {
        Path none = folder.resolve("none");
        try (FileStateStore looked = FileStateStore.look(none)) {
            assertInstanceOf(Absent.class, looked.load(StateKey.SECURITY));
        }
        assertFalse(Files.exists(none));
    }
}
