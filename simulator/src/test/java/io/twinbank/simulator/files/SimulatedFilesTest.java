// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulated file system promises, and what it doesn't. */
class SimulatedFilesTest {
    private static final long CAPACITY = 100_000;

    private final OperationLog log = new OperationLog(() -> 0, stop -> {});
    private SimulatedFiles files;
    private Path root;

    @BeforeEach
    void mount() {
        mount(Semantics.ORDERED);
    }

    private void mount(Semantics semantics, Flaw... flaws) {
        files = new SimulatedFiles(semantics, Set.of(flaws), CAPACITY, log);
        root = files.root(Part.STATE_STORE);
        log.powerOn();
    }

    @ParameterizedTest
    @EnumSource
    void write_notForced_isSeenAndMayBeLost(Semantics semantics) throws IOException {
        mount(semantics);
        durable("f", "old");

        write("f", 0, "new");

        assertEquals("new", read("f"));
        assertEquals(Set.of("old", "new"), after("f"));
        files.losePower(Survival.NONE);
        assertEquals("old", read("f"));
    }

    @Test
    void write_forced_survivesEveryCut() throws IOException {
        durable("f", "old");

        write("f", 0, "newer");
        force("f");

        assertEquals(Set.of("newer"), after("f"));
    }

    @Test
    void write_twoPages_surviveEachWithoutTheOther() throws IOException {
        durable("f", "a".repeat(Page.SIZE) + "a");

        write("f", Page.SIZE - 1, "bb");

        Set<String> ends = new HashSet<>();
        after("f").forEach(text -> ends.add(text.substring(Page.SIZE - 1)));
        assertEquals(Set.of("aa", "ab", "ba", "bb"), ends);
    }

    @Test
    void force_cutInTheMiddle_hasWrittenWholeSectors() throws IOException {
        durable("f", "a".repeat(3 * Page.SECTOR));
        log.faults((operation, change) -> {
            assertTrue(operation.name().equals("write") || change.tears().contains(Tear.parse("odd")));
            return operation.name().equals("force") ? new Fate.Cut(Tear.parse("odd"), Survival.NONE) : Fate.DONE;
        });
        write("f", 0, "b".repeat(3 * Page.SECTOR));

        assertThrows(PowerCut.class, () -> force("f"));

        files.losePower(Survival.NONE);
        log.powerOn();
        String half = "a".repeat(Page.SECTOR);
        assertEquals(half + "b".repeat(Page.SECTOR) + half, read("f"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix:7", "suffix:64", "even", "seeded:3", "all-but-bit:1"})
    void force_ofADirectoryCutInTheMiddle_isNotDone(String tear) throws IOException {
        Files.createDirectory(root.resolve("d"));
        log.faults((operation, change) -> new Fate.Cut(Tear.parse(tear), Survival.NONE));

        assertThrows(PowerCut.class, () -> force(""));

        files.losePower(Survival.NONE);
        log.powerOn();
        log.faults(Faults.none());
        assertTrue(Files.isDirectory(root));
        assertFalse(Files.exists(root.resolve("d")));
    }

    @ParameterizedTest
    @CsvSource({"one-bit:1, aba", "all-but-bit:1, bab", "bits:5, bab", "prefix:512, baa", "suffix:1024, aab"})
    void force_cutInTheMiddle_writesTheSectorsThatTheTearSays(String tear, String sectors) throws IOException {
        durable("f", "a".repeat(3 * Page.SECTOR));
        write("f", 0, "b".repeat(3 * Page.SECTOR));
        log.faults((operation, change) -> new Fate.Cut(Tear.parse(tear), Survival.NONE));

        assertThrows(PowerCut.class, () -> force("f"));

        files.losePower(Survival.NONE);
        log.powerOn();
        StringBuilder expected = new StringBuilder();
        sectors.chars().forEach(c -> expected.append(Character.toString(c).repeat(Page.SECTOR)));
        assertEquals(expected.toString(), read("f"));
    }

    @Test
    void create_fileForcedAndDirectoryNot_isLostWithItsName() throws IOException {
        write("f", 0, "text");
        force("f");
        assertEquals(Set.of("-", "text"), after("f"));

        force("");

        assertEquals(Set.of("text"), after("f"));
    }

    @Test
    void directory_notForcedIntoItsParent_isLostWithAllThatIsInIt() throws IOException {
        Files.createDirectory(root.resolve("d"));
        write("d/f", 0, "text");
        force("d/f");
        force("d");
        assertEquals(Set.of("-", "text"), after("d/f"));

        force("");

        assertEquals(Set.of("text"), after("d/f"));
    }

    @ParameterizedTest
    @EnumSource
    void rename_directoryNotForced_mayBeUndone(Semantics semantics) throws IOException {
        mount(semantics);
        durable("f", "old");
        durable("g", "new");

        move("g", "f");

        assertEquals("new", read("f"));
        assertTrue(after("f").containsAll(Set.of("old", "new")));
        files.losePower(Survival.NONE);
        assertEquals("old", read("f"));
        assertEquals("new", read("g"));
    }

    @Test
    void rename_onFat_mayLeaveBothNamesOrNone() throws IOException {
        mount(Semantics.WEAK);
        durable("f", "text");

        move("f", "g");

        assertEquals(Set.of("text -", "text text", "- -", "- text"), after("f", "g"));
    }

    @Test
    void rename_onExt4_isAtomic() throws IOException {
        durable("f", "text");

        move("f", "g");

        assertEquals(Set.of("text -", "- text"), after("f", "g"));
    }

    @Test
    void rename_beforeTheDataIsForced_leavesZerosOnFatOnly() throws IOException {
        String zeros = "\0\0\0\0";
        for (Semantics semantics : Semantics.values()) {
            mount(semantics);
            durable("f", "old");
            write("g", 0, "newX");

            move("g", "f");

            Set<String> found = after("f");
            assertTrue(found.containsAll(Set.of("old", "newX")), found::toString);
            assertEquals(semantics == Semantics.WEAK, found.contains(zeros), found::toString);
            assertEquals(semantics == Semantics.WEAK, found.contains(""), found::toString);
        }
    }

    @Test
    void names_onExt4_changeInTheirOrder() throws IOException {
        write("f", 0, "");
        write("g", 0, "");
        write("h", 0, "");
        assertEquals(Set.of("- - -", " - -", "  -", "  "), after("f", "g", "h"));

        mount(Semantics.WEAK);
        write("f", 0, "");
        write("g", 0, "");
        write("h", 0, "");
        assertEquals(8, after("f", "g", "h").size());
    }

    @Test
    void grow_notForced_hasTheSizeBeforeTheDataOnFatOnly() throws IOException {
        for (Semantics semantics : Semantics.values()) {
            mount(semantics);
            durable("f", "");

            write("f", 0, "data");

            Set<String> expected = semantics == Semantics.WEAK ? Set.of("", "\0\0\0\0", "data") : Set.of("", "data");
            assertEquals(expected, after("f"));
        }
    }

    @Test
    void truncate_notForced_mayBeUndone() throws IOException {
        durable("f", "a longer text");

        try (FileChannel channel = FileChannel.open(root.resolve("f"), StandardOpenOption.WRITE)) {
            channel.truncate(1);
        }
        write("f", 2, "b");

        assertEquals("a\0b", read("f"));
        Set<String> found = after("f");
        assertEquals(Set.of("a longer text", "a", "a\0b"), found);
    }

    @Test
    void delete_directoryNotForced_resurrects() throws IOException {
        durable("f", "text");

        Files.delete(root.resolve("f"));

        assertFalse(Files.exists(root.resolve("f")));
        assertEquals(Set.of("-", "text"), after("f"));
    }

    @Test
    void force_fails_losesTheDataAndSaysSoOnce() throws IOException {
        durable("f", "old");
        write("f", 0, "new");
        failNext("force", HalException.Kind.IO);

        IOException failed = assertThrows(IOException.class, () -> force("f"));
        force("f");

        assertEquals("Input/output error", failed.getMessage());
        assertEquals("new", read("f"));
        assertEquals(Set.of("old"), after("f"));
        write("f", 0, "new");
        force("f");
        assertEquals(Set.of("new"), after("f"));
    }

    @Test
    void write_faults_areTheKernelsErrors() throws IOException {
        durable("f", "old");
        failNext("write", HalException.Kind.NO_SPACE);

        IOException full = assertThrows(IOException.class, () -> write("f", 0, "new"));

        assertEquals("No space left on device", full.getMessage());
        assertEquals("old", read("f"));
    }

    @Test
    void write_beyondTheCapacity_hasNoSpace() throws IOException {
        durable("f", "x".repeat(60_000));
        assertEquals(CAPACITY - 60_000, Files.getFileStore(root).getUsableSpace());

        IOException full = assertThrows(IOException.class, () -> write("g", 0, "x".repeat(60_000)));

        assertTrue(full.getMessage().endsWith("No space left on device"), full.getMessage());
        write("f", 0, "y".repeat(60_000));
    }

    @Test
    void open_createNew_isExclusive() throws IOException {
        durable("f", "text");
        Set<StandardOpenOption> exclusively = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

        assertThrows(FileAlreadyExistsException.class, () -> FileChannel.open(root.resolve("f"), exclusively));
        FileChannel.open(root.resolve("g"), exclusively).close();

        assertTrue(Files.exists(root.resolve("g")));
        assertThrows(NoSuchFileException.class, () -> read("h"));
    }

    @Test
    void lock_heldByAnother_isRefusedUntilItEnds() throws IOException {
        FileChannel first = openLock();
        assertNotNull(first.tryLock());
        FileChannel second = openLock();
        assertNull(second.tryLock());

        first.close();
        assertNotNull(second.tryLock());
        files.start();

        assertNotNull(openLock().tryLock());
    }

    private FileChannel openLock() throws IOException {
        return FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Test
    void start_withoutAPowerCut_keepsWhatTheKernelHas() throws IOException {
        durable("f", "old");
        write("f", 0, "new");

        files.start();

        assertEquals("new", read("f"));
        assertEquals("new", files.peek(seen -> Files.readString(seen.resolve("f"))));
        assertEquals("old", files.peekMedium(medium -> Files.readString(medium.resolve("f"))));
        assertFalse(files.isDurable(root.resolve("f")));
        assertEquals(Set.of("old", "new"), after("f"));
    }

    @Test
    void start_afterAFailedForce_forgetsWhatWasOnlyInTheCache() throws IOException {
        durable("f", "old");
        write("f", 0, "new");
        failNext("force", HalException.Kind.IO);
        assertThrows(IOException.class, () -> force("f"));
        assertFalse(files.isDurable(root.resolve("f")));

        files.start();

        assertEquals("old", read("f"));
        assertTrue(files.isDurable(root.resolve("f")));
    }

    @Test
    void peekAndPoke_whileTheBoardIsOff_arePastTheRules() throws IOException {
        durable("f", "old");
        log.stop(log.powerCut());

        String seen = files.peek(medium -> {
            Files.writeString(medium.resolve("g"), "gone");
            return Files.readString(medium.resolve("f"));
        });
        files.poke(medium -> Files.writeString(medium.resolve("f"), "poked"));

        assertEquals("old", seen);
        assertThrows(PowerCut.class, () -> read("f"));
        log.powerOn();
        assertEquals(Set.of("poked -"), after("f", "g"));
        assertEquals(List.of(), log.findings());
    }

    @Test
    void flaws_ofPrograms_areWhatTheySay() throws IOException {
        mount(Semantics.ORDERED, Flaw.NO_FILE_FORCE);
        durable("f", "text");
        assertEquals(Set.of("", "text"), after("f"));

        mount(Semantics.ORDERED, Flaw.NO_DIRECTORY_FORCE);
        durable("f", "text");
        assertEquals(Set.of("-", "text"), after("f"));

        for (Flaw flaw : List.of(Flaw.FORCE_ERROR_IGNORED, Flaw.FORCE_RETRIED)) {
            mount(Semantics.ORDERED, flaw);
            durable("f", "old");
            write("f", 0, "new");
            failNext("force", HalException.Kind.IO);
            force("f");
            assertEquals(Set.of("old"), after("f"));
        }
    }

    @Test
    void list_directory_hasItsNames() throws IOException {
        durable("f", "");
        Files.createDirectory(root.resolve("d"));

        try (Stream<Path> found = Files.list(root)) {
            assertEquals(List.of(root.resolve("d"), root.resolve("f")), found.toList());
        }
        assertTrue(Files.isDirectory(root.resolve("d")));
        assertArrayEquals(new byte[0], Files.readAllBytes(root.resolve("f")));
    }

    @Test
    void hash_sameFilesOnAnotherWay_isTheSame() throws IOException {
        durable("f", "text");
        durable("g", "more");
        StateHash.Key direct = key();

        mount();
        durable("x", "more");
        write("f", 0, "text");
        move("x", "g");
        assertNotEquals(direct, key());
        force("f");
        force("");

        assertEquals(direct, key());
        write("f", 0, "text");
        assertNotEquals(direct, key());
    }

    @Test
    void restore_ofAnEarlierState_isThatState() throws IOException {
        durable("f", "old");
        write("f", 0, "new");
        Object saved = files.save();
        StateHash.Key key = key();
        files.losePower(Survival.NONE);
        durable("f", "other");

        files.restore(saved);

        assertEquals(key, key());
        assertEquals(Set.of("old", "new"), after("f"));
    }

    private StateHash.Key key() {
        StateHash hash = new StateHash();
        files.addTo(hash);
        return hash.key();
    }

    private void durable(String name, String text) throws IOException {
        write(name, 0, text);
        force(name);
        force("");
    }

    private void write(String name, long at, String text) throws IOException {
        try (FileChannel channel =
                FileChannel.open(root.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (!text.isEmpty()) {
                channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)), at);
            }
        }
    }

    private void force(String name) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(name), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void move(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    private String read(String name) throws IOException {
        return Files.readString(root.resolve(name), US_ASCII);
    }

    private void failNext(String call, HalException.Kind kind) {
        log.faults((operation, change) -> {
            boolean here = operation.name().equals(call);
            if (here) {
                log.faults((later, same) -> Fate.DONE);
            }
            return here ? new Fate.Fails(kind, false) : Fate.DONE;
        });
    }

    /** Returns what files hold after each power cut that may happen now, parted by blanks; {@code -} for none. */
    private Set<String> after(String... names) throws HalException {
        Object now = files.save();
        Set<String> found = new HashSet<>();
        for (Survival survival : files.survivals()) {
            files.losePower(survival);
            found.add(files.peek(medium -> {
                List<String> texts = new ArrayList<>();
                for (String name : names) {
                    Path path = medium.resolve(name);
                    texts.add(Files.exists(path) ? Files.readString(path, US_ASCII) : "-");
                }
                return String.join(" ", texts);
            }));
            files.restore(now);
        }
        return found;
    }
}
