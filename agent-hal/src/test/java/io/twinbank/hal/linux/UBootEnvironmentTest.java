// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.HalException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UBootEnvironmentTest {
    private static final int SIZE = 64;

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private Path file;
    private int locked;
    private int held;

    @BeforeEach
    void makeFile() {
        file = folder.resolve("env.bin");
    }

    @Test
    void read_twoGoodCopies_theLaterCounts() throws IOException {
        write(copy(7, "bank=A\0"), copy(8, "bank=B\0"));

        UBootEnvironment.Contents found = redundant().read();

        assertEquals(Map.of("bank", "B"), found.variables());
        assertTrue(found.redundant());
        assertEquals(Optional.empty(), found.damage());
    }

    @ParameterizedTest
    @CsvSource({"0, 1, B", "1, 0, A", "254, 255, B", "255, 0, B", "0, 255, A", "255, 254, A", "128, 0, A", "5, 5, A"})
    void read_serialNumbers_areComparedAsUBootDoes(int first, int second, String expected) throws IOException {
        write(copy(first, "bank=A\0"), copy(second, "bank=B\0"));

        assertEquals(Map.of("bank", expected), redundant().read().variables());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void read_oneCopyDamaged_theOtherCountsAndTheDamageIsNamed(int damaged) throws IOException {
        write(copy(7, "bank=A\0"), copy(8, "bank=B\0"));
        flip(damaged * SIZE + 9);

        UBootEnvironment.Contents found = redundant().read();

        assertEquals(Map.of("bank", damaged == 0 ? "B" : "A"), found.variables());
        assertEquals(
                Optional.of(file + " at 0x" + Integer.toHexString(damaged * SIZE) + ": the CRC is wrong"),
                found.damage());
    }

    @Test
    void read_bothCopiesDamaged_throwsAndGuessesNothing() throws IOException {
        write(copy(7, "bank=A\0"), copy(8, "bank=B\0"));
        flip(9);
        flip(SIZE + 9);
        byte[] before = Files.readAllBytes(file);
        UBootEnvironment environment = redundant();

        HalException fault = assertThrows(HalException.class, environment::read);
        assertThrows(HalException.class, () -> environment.change(variables -> variables.put("bank", "A")));

        assertEquals(Kind.IO, fault.kind());
        assertEquals(
                "U-Boot's environment has no good copy (" + file + " at 0x0: the CRC is wrong; " + file
                        + " at 0x40: the CRC is wrong): reset, so that U-Boot saves one, or write one by fw_setenv",
                fault.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void read_oneCopy_hasNoSerialNumber() throws IOException {
        write(single("bank=A\0"));

        UBootEnvironment.Contents found = open("env.bin 0 64").read();

        assertEquals(Map.of("bank", "A"), found.variables());
        assertFalse(found.redundant());
    }

    @Test
    void read_valuesWithEqualsSignsAndHighBytes_areAsTheyWere() throws IOException {
        write(copy(1, "args=root=/dev/x ro\0empty=\0text=\u00e4\u00ff\0"), copy(0, "old=1\0"));

        assertEquals(
                Map.of("args", "root=/dev/x ro", "empty", "", "text", "\u00e4\u00ff"),
                redundant().read().variables());
    }

    @Test
    void read_dataThatFillsTheCopy_isReadToItsEnd() throws IOException {
        String full = "a=" + "x".repeat(SIZE - 5 - 2);
        write(copy(1, full), copy(0, "old=1\0"));

        assertEquals("x".repeat(SIZE - 7), redundant().read().variables().get("a"));
    }

    @Test
    void change_twoCopies_writesOnlyTheOlderWithTheNextSerialNumberAndForcesIt() throws IOException {
        write(copy(255, "bank=A\0keep=1\0"), copy(254, "bank=B\0"));

        redundant().change(variables -> {
            assertEquals(1, held, "the lock is held while the variables change");
            variables.put("bank", "B");
        });

        byte[] after = Files.readAllBytes(file);
        assertArrayEquals(copy(255, "bank=A\0keep=1\0"), Arrays.copyOf(after, SIZE));
        assertArrayEquals(copy(0, "bank=B\0keep=1\0"), Arrays.copyOfRange(after, SIZE, 2 * SIZE));
        assertEquals(1, disk.forces);
        assertEquals(1, locked);
        assertEquals(0, held);
    }

    @Test
    void change_cutAfterAnyByte_leavesTheVariablesBeforeOrAfter() throws IOException {
        String full = "bank=A\0filling=" + "x".repeat(SIZE - 5 - 15);
        for (int cut = 0; cut <= SIZE; cut++) {
            write(copy(3, full), copy(4, "bank=B\0"));
            disk.space = cut;
            try {
                redundant().change(variables -> variables.put("bank", "C"));
            } catch (HalException torn) {
                assertEquals(Kind.NO_SPACE, torn.kind());
            }
            disk.space = Long.MAX_VALUE;

            String expected = cut == SIZE ? "C" : "B";
            assertEquals(expected, redundant().read().variables().get("bank"), "cut after " + cut + " bytes");
        }
    }

    @Test
    void change_otherCopyDamaged_mendsItEvenIfNothingChanges() throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));
        flip(9);

        UBootEnvironment.Contents after = redundant().change(variables -> {});

        assertEquals(Optional.empty(), after.damage());
        assertArrayEquals(copy(5, "bank=B\0"), Arrays.copyOf(Files.readAllBytes(file), SIZE));
    }

    @Test
    void change_nothingChanges_isOnlyForced() throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));
        byte[] before = Files.readAllBytes(file);

        redundant().change(variables -> variables.put("bank", "B"));

        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(1, disk.forces);
    }

    @Test
    void change_tooLarge_isRefusedAndNothingIsWritten() throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));
        byte[] before = Files.readAllBytes(file);

        HalException full = assertThrows(
                HalException.class, () -> redundant().change(variables -> variables.put("x", "y".repeat(50))));

        assertEquals(Kind.NO_SPACE, full.kind());
        assertEquals("U-Boot's environment would have 61 bytes, a copy has room for 59", full.getMessage());
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @ParameterizedTest
    @CsvSource({"a=b, 1", "'', 1", "a, '\0'"})
    void change_nameOrValueThatCannotBeStored_isTheCallersBug(String name, String value) throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));
        UBootEnvironment environment = redundant();

        assertThrows(IllegalArgumentException.class, () -> environment.change(variables -> variables.put(name, value)));
        assertEquals(0, held);
    }

    @Test
    void change_forceFails_throws() throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));
        disk.failForce = "env.bin";

        HalException fault =
                assertThrows(HalException.class, () -> redundant().change(variables -> variables.put("bank", "C")));

        assertEquals(Kind.IO, fault.kind());
        assertEquals(0, held);
    }

    @Test
    void read_copyThatCannotBeRead_isNotGood() throws IOException {
        Path other = folder.resolve("other.bin");
        write(copy(3, "bank=A\0"));
        Files.write(other, copy(4, "bank=B\0"));
        disk.failRead = "other.bin";

        UBootEnvironment.Contents found = open("env.bin 0 64\nother.bin 0 64").read();

        assertEquals(Map.of("bank", "A"), found.variables());
        assertEquals(Optional.of(other + " at 0x0: Input/output error"), found.damage());
    }

    @Test
    void read_fileTooShort_saysHowMuchIsMissing() throws IOException {
        write(copy(3, "bank=A\0"), new byte[10]);

        assertEquals(
                Optional.of(file + " at 0x40: it ends 54 bytes before the end of the environment"),
                redundant().read().damage());
    }

    @Test
    void open_offsetBelowZero_countsFromTheEnd() throws IOException {
        write(new byte[1000], copy(3, "bank=A\0"), copy(4, "bank=B\0"));

        UBootEnvironment environment = open("env.bin -0x80 0x40\nenv.bin -0x40 0x40");
        environment.change(variables -> variables.put("bank", "C"));

        assertEquals("C", environment.read().variables().get("bank"));
        assertEquals(1000 + 2 * SIZE, Files.size(file));
    }

    @Test
    void open_configurationOfFwPrintenv_isUnderstood() throws IOException {
        write(copy(3, "bank=A\0"), copy(4, "bank=B\0"));

        UBootEnvironment environment = open("""
                # Device  offset  size  sector size  sectors
                env.bin   0x0000  0x40  0x1000  1   # the first
                \tenv.bin 0100    64    4096

                """);

        assertEquals("B", environment.read().variables().get("bank"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| 0 copies of the environment, expected 1 or, to survive power cuts, 2",
                "env.bin 0 64,env.bin 64 64,env.bin 128 64| 3 copies of the environment, expected 1 or, to survive power cuts, 2",
                "env.bin 0| line 1: found 2 fields, expected DEVICE OFFSET SIZE",
                "#,env.bin zero 64| line 2: found zero, expected a number such as 0x4000",
                "env.bin 0 15| line 1: found a size of 15, expected 16 to 4194304 bytes",
                "env.bin 0 4194305| line 1: found a size of 4194305, expected 16 to 4194304 bytes",
                "env.bin 0 64,env.bin 64 128| copies of 64 and 128 bytes, expected the same size",
                "env.bin 0 64,env.bin 63 64| the copies overlap",
                "/dev/mtd1 0 64| line 1: found /dev/mtd1, expected a block device or a file",
                "/dev/ubi0:env 0 64| line 1: found /dev/ubi0:env, expected a block device or a file"
            })
    void open_wrongConfiguration_saysWhere(String lines, String message) {
        HalException wrong = assertThrows(HalException.class, () -> open(lines.replace(',', '\n')));

        assertEquals(Kind.UNSUPPORTED, wrong.kind());
        assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
    }

    @Test
    void open_noConfiguration_isAFault() {
        Path missing = folder.resolve("fw_env.config");

        HalException fault = assertThrows(HalException.class, () -> UBootEnvironment.open(missing));

        assertEquals(Kind.IO, fault.kind());
    }

    private UBootEnvironment redundant() throws IOException {
        return open("env.bin 0 0x40\nenv.bin 0x40 0x40");
    }

    private UBootEnvironment open(String lines) throws IOException {
        Path config = folder.resolve("fw_env.config");
        Files.writeString(config, lines);
        return UBootEnvironment.open(config, disk, () -> {
            locked++;
            held++;
            return () -> held--;
        });
    }

    private void write(byte[]... copies) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(4096);
        for (byte[] copy : copies) {
            all.put(copy);
        }
        Files.write(file, Arrays.copyOf(all.array(), all.position()));
    }

    private void flip(int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    private static byte[] copy(int serial, String data) {
        return build(5, serial, data);
    }

    private static byte[] single(String data) {
        return build(4, 0, data);
    }

    private static byte[] build(int header, int serial, String data) {
        ByteBuffer copy = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(4, (byte) serial).position(header).put(data.getBytes(StandardCharsets.ISO_8859_1));
        CRC32 crc = new CRC32();
        crc.update(copy.array(), header, SIZE - header);
        return copy.putInt(0, (int) crc.getValue()).array();
    }
}
