// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningBankTest {
    private static final Map<BankId, List<Path>> DEVICES = Map.of(
            BankId.A, List.of(Path.of("/dev/mmcblk0p5"), Path.of("/dev/mmcblk0p2")),
            BankId.B, List.of(Path.of("/dev/mmcblk0p6"), Path.of("/dev/mmcblk0p3")));
    private static final Map<String, String> NUMBERS = Map.of(
            "/dev/mmcblk0p2", "179:2",
            "/dev/mmcblk0p3", "179:3",
            "/dev/disk/by-partuuid/0b-02", "179:2",
            "/dev/disk/by-uuid/77", "179:3",
            "/dev/disk/by-partlabel/sysA", "179:2",
            "/dev/disk/by-label/rootB", "179:3",
            "/dev/sda1", "8:1");

    @TempDir
    Path folder;

    private Optional<BankId> variable = Optional.empty();

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(folder.resolve("proc/self"));
        commandLine("quiet");
        mounts("22 1 0:21 / / rw - overlay overlay rw");
    }

    @ParameterizedTest
    @CsvSource({
        "rauc.slot=A, A",
        "twinbank.slot=B, B",
        "root=/dev/mmcblk0p3, B",
        "root=PARTUUID=0b-02, A",
        "root=UUID=77, B",
        "root=PARTLABEL=sysA, A",
        "root=LABEL=rootB, B",
        "rauc.slot=A root=/dev/mmcblk0p2, A"
    })
    void measure_commandLineAndVariableAgree_isKnown(String words, BankId expected) throws IOException {
        commandLine("console=ttyS0 " + words + " rw");
        variable = Optional.of(expected);

        assertEquals(expected, bank().measure());
    }

    @ParameterizedTest
    @CsvSource({
        "root=/dev/sda1",
        "root=/dev/gone",
        "root=0801",
        "rauc.slot=system0",
        "rauc.slot=A root=/dev/mmcblk0p3",
        "quiet"
    })
    void measure_commandLineThatDoesNotTell_isOneSourceLess(String words) throws IOException {
        commandLine(words);
        variable = Optional.of(BankId.A);

        HalException unknown = assertThrows(HalException.class, () -> bank().measure());

        assertEquals(HalException.Kind.UNSUPPORTED, unknown.kind());
    }

    @Test
    void measure_rootFileSystemOnTheBank_isASource() throws IOException {
        mounts(
                "22 1 0:21 / / rw - rootfs rootfs rw\n23 1 179:3 / / ro,relatime - ext4 /dev/root ro\n30 23 8:1 / /data rw - ext4 x rw");
        variable = Optional.of(BankId.B);

        assertEquals(BankId.B, bank().measure());
    }

    @Test
    void measure_rootFileSystemOnAVerifiedVolume_isOnTheBankBelow() throws IOException {
        mounts("23 1 254:1 / / ro - ext4 /dev/dm-1 ro");
        slave("254:1", "dm-0", "254:0");
        slave("254:0", "mmcblk0p2", "179:2");
        variable = Optional.of(BankId.A);

        assertEquals(BankId.A, bank().measure());
    }

    @Test
    void layers_devicesInACircle_end() throws IOException {
        slave("254:1", "dm-0", "254:0");
        slave("254:0", "dm-1", "254:1");

        assertEquals(
                Set.of(new Kernel.Device(254, 1), new Kernel.Device(254, 0)),
                kernel().layers(new Kernel.Device(254, 1)));
    }

    @Test
    void measure_oneSourceSaysOtherwise_isUnknownAndAllAreNamed() throws IOException {
        commandLine("rauc.slot=A");
        mounts("23 1 179:2 / / ro - ext4 /dev/root ro");
        variable = Optional.of(BankId.B);

        HalException unknown = assertThrows(HalException.class, () -> bank().measure());

        assertEquals(
                "RUNNING_BANK_UNKNOWN: found kernel command line: A (rauc.slot=A); root file system: A (device 179:2);"
                        + " boot loader's variables: B (as its script has them); expected two that agree, and none that"
                        + " says otherwise",
                unknown.getMessage());
    }

    @Test
    void measure_oneSourceAlone_isUnknown() throws IOException {
        commandLine("rauc.slot=A");

        HalException unknown = assertThrows(HalException.class, () -> bank().measure());

        assertEquals(
                "RUNNING_BANK_UNKNOWN: found kernel command line: A (rauc.slot=A); root file system: doesn't tell (device"
                        + " 0:21); boot loader's variables: doesn't tell (as its script has them); expected two that"
                        + " agree, and none that says otherwise",
                unknown.getMessage());
    }

    @Test
    void commandLine_quotedWord_isOne() throws IOException {
        commandLine("a=\"b c\" root=x\n");

        assertEquals(List.of("a=b c", "root=x"), kernel().commandLine());
    }

    @Test
    void measure_procCannotBeRead_isAFault() throws IOException {
        Files.delete(folder.resolve("proc/cmdline"));

        HalException fault = assertThrows(HalException.class, () -> bank().measure());

        assertEquals(HalException.Kind.IO, fault.kind());
    }

    @Test
    void number_realDevices_areWhatTheKernelCallsThem() throws IOException {
        Kernel real = new Kernel(Path.of("/"));

        assertEquals(Optional.of(new Kernel.Device(1, 3)), real.number(Path.of("/dev/null")));
        assertEquals(Optional.empty(), real.number(folder));
        assertEquals(Optional.empty(), real.number(folder.resolve("missing")));
    }

    private RunningBank bank() {
        return new RunningBank(DEVICES, kernel(), () -> variable);
    }

    private Kernel kernel() {
        return new Kernel(folder) {
            @Override
            Optional<Device> number(Path file) {
                return Optional.ofNullable(NUMBERS.get(file.toString())).flatMap(Device::parse);
            }
        };
    }

    private void commandLine(String words) throws IOException {
        Files.writeString(folder.resolve("proc/cmdline"), words);
    }

    private void mounts(String lines) throws IOException {
        Files.writeString(folder.resolve("proc/self/mountinfo"), lines);
    }

    private void slave(String device, String name, String number) throws IOException {
        Path slave = folder.resolve("sys/dev/block/" + device + "/slaves/" + name);
        Files.createDirectories(slave);
        Files.writeString(slave.resolve("dev"), number + "\n");
    }
}
