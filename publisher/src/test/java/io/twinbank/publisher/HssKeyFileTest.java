// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.HSSPrivateKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A one-time key signs once, whatever happens. */
class HssKeyFileTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void generate() throws IOException {
        file = folder.resolve("fw.pem");
        PrivateKeys.generate(Keys.Algorithm.HSS_LMS, 32, file, false);
    }

    /** Which one-time key signed: the first number of the one level's signature. */
    private static int index(byte[] signature) {
        return ByteBuffer.wrap(signature).getInt(4);
    }

    private static long stored(Path file) throws IOException {
        return ((HSSPrivateKeyParameters) PrivateKeys.read(file)).getIndex();
    }

    @Test
    void sign_untilItIsUsedUp_usesEachOnceAndThenSaysSo() throws Exception {
        Set<Integer> used = new TreeSet<>();
        for (int i = 0; i < 32; i++) {
            used.add(index(new HssKeyFile(file).sign(MESSAGE)));
            assertEquals(i + 1, stored(file));
        }
        byte[] before = Files.readAllBytes(file);

        SignatureException e = assertThrows(SignatureException.class, () -> new HssKeyFile(file).sign(MESSAGE));

        assertEquals(IntStream.range(0, 32).boxed().collect(Collectors.toSet()), used);
        assertEquals(
                file.toRealPath() + " is used up: all 32 signatures of this HSS-LMS key were made. Make a new key, and"
                        + " have devices trust it",
                e.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void sign_usedUp_packSaysSoInWords() throws Exception {
        for (int i = 0; i < 32; i++) {
            new HssKeyFile(file).sign(MESSAGE);
        }
        Path image = Files.writeString(folder.resolve("fw.img"), "firmware");

        Run run = Run.otapub(
                "pack",
                "--image",
                image.toString(),
                "--key",
                file.toString(),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "1",
                "--security-version",
                "1",
                "--integrated",
                "--out",
                folder.resolve("fw.suit").toString());

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("all 32 signatures"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertFalse(Files.exists(folder.resolve("fw.suit")));
    }

    @Test
    void sign_fileCannotBeReplaced_letsNothingOut() throws Exception {
        Files.createDirectories(folder.resolve("fw.pem.new").resolve("in the way"));

        assertThrows(SignatureException.class, () -> new HssKeyFile(file).sign(MESSAGE));

        assertEquals(0, stored(file));
    }

    @Test
    void sign_afterAPowerCutInTheMiddle_goesOn() throws Exception {
        Files.writeString(folder.resolve("fw.pem.new"), "torn");

        assertEquals(0, index(new HssKeyFile(file).sign(MESSAGE)));

        assertEquals(1, stored(file));
        assertFalse(Files.exists(folder.resolve("fw.pem.new")));
    }

    @Test
    void sign_fileIsReplaced_staysForItsOwnerOnly() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));

        new HssKeyFile(file).sign(MESSAGE);

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void sign_severalAtOnceAndByALink_useEachOnce() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link.pem"), file);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Path name = i % 2 == 0 ? file : link;
                tasks.add(() -> index(new HssKeyFile(name).sign(MESSAGE)));
            }
            Set<Integer> used = new TreeSet<>();
            for (Future<Integer> each : pool.invokeAll(tasks)) {
                used.add(each.get());
            }

            assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 7), used);
            assertEquals(8, stored(file));
            assertTrue(Files.isSymbolicLink(link));
        } finally {
            pool.shutdownNow();
        }
    }

    /** Signs eight times once it is told to, each time with a file that is read anew, and says which one-time keys. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            index(new HssKeyFile(file).sign(MESSAGE)); // classes are loaded, the rest is quick
            System.out.println("ready");
            if (System.in.read() < 0) {
                throw new IllegalStateException("nobody says when to begin");
            }
            for (int i = 0; i < 8; i++) {
                System.out.println(index(new HssKeyFile(file).sign(MESSAGE)));
            }
        }
    }

    @Test
    void sign_twoProcessesAtOnce_useEachOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OtherProcess.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
            }
            List<BufferedReader> answers =
                    processes.stream().map(Process::inputReader).toList();
            for (BufferedReader each : answers) {
                assertEquals("ready", each.readLine());
            }
            for (Process each : processes) {
                each.getOutputStream().write('\n');
                each.getOutputStream().flush();
            }
            List<Integer> used = new ArrayList<>();
            for (BufferedReader each : answers) {
                each.lines().map(Integer::valueOf).forEach(used::add);
            }

            assertEquals(
                    IntStream.range(2, 18).boxed().toList(),
                    used.stream().sorted().toList(),
                    used.toString());
            assertEquals(18, stored(file));
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void open_fileWithASecondName_isRefused() throws Exception {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
        Files.createLink(folder.resolve("other.pem"), file);

        IOException e = assertThrows(IOException.class, () -> new HssKeyFile(file));

        assertTrue(e.getMessage().contains("hard link"), e.getMessage());
    }

    @Test
    void sign_twoLevels_verifies() throws Exception {
        Path large = folder.resolve("large.pem");
        PrivateKeys.generate(Keys.Algorithm.HSS_LMS, 1025, large, false);
        SigningKey key = Keys.signingKey(large.toString());

        CoseSign1.signDetached(key, MESSAGE);

        assertEquals(1, stored(large));
        assertEquals(1 << 20, ((HSSPrivateKeyParameters) PrivateKeys.read(large)).getIndexLimit());
    }
}
