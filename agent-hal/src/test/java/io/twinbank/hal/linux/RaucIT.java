// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RAUC and the agent on the same boot variables: what the one does, the other reads. */
@Timeout(60)
@Needs({Part.RAUC, Part.DBUS})
class RaucIT {
    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();

    /** Says which bank runs, as the measurement does. */
    private record Banks(BankId running) implements BootableBanks {
        @Override
        public boolean isBootable(BankId bank) {
            return true;
        }

        @Override
        public void spoil(BankId bank) {}

        @Override
        public OptionalLong securityVersion(BankId bank) {
            return OptionalLong.of(0);
        }
    }

    /** What {@code rauc status} says: the bank that is booted next, and which are good. */
    private record Seen(String primary, String stateOfA, String stateOfB) {}

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : running) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Needs(Part.GRUB)
    void grub_inTurns_eachReadsTheOther() throws Exception {
        Path file = folder.resolve("grubenv");
        run(Map.of(), Part.GRUB.path().toString(), file.toString(), "create");
        GrubEnvironment environment = GrubEnvironment.of(file);
        environment.change(
                all -> all.putAll(BootRig.map("ORDER", "A B", "A_OK", "1", "A_TRY", "0", "B_OK", "0", "B_TRY", "0")));

        takeTurns(
                "bootloader=grub\ngrubenv=" + file,
                environment,
                BootConvention.grub(),
                new VariableBootControlTest.PublishedGrubScript(),
                0);
    }

    /** RAUC calls fw_setenv without a configuration of its own, so those on its path bring one. */
    @Test
    @Needs({Part.LIBUBOOTENV, Part.UBOOT_TOOLS})
    void uboot_inTurns_eachReadsTheOther() throws Exception {
        Path config = folder.resolve("fw_env.config");
        Files.writeString(config, "env0 0 0x4000\nenv1 0 0x4000\n".replace("env", folder + "/env"));
        Files.writeString(folder.resolve("factory.txt"), "BOOT_ORDER=A B\nBOOT_A_LEFT=3\nBOOT_B_LEFT=0\n");
        run(
                Map.of(),
                Part.UBOOT_TOOLS.path().toString(),
                "-r",
                "-s",
                "0x4000",
                "-o",
                folder.resolve("env0").toString(),
                folder.resolve("factory.txt").toString());
        Files.copy(folder.resolve("env0"), folder.resolve("env1"));
        for (String tool : List.of("fw_setenv", "fw_printenv")) {
            Path shim = Files.createDirectories(folder.resolve("bin")).resolve(tool);
            Path real = Part.LIBUBOOTENV.path().resolveSibling(tool);
            Files.writeString(shim, "#!/bin/sh\nexec " + real + " -c " + config + " \"$@\"\n");
            Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        takeTurns(
                "bootloader=uboot",
                UBootEnvironment.open(config),
                BootConvention.rauc(),
                new VariableBootControlTest.PublishedRaucScript(),
                3);
    }

    private void takeTurns(
            String bootLoader,
            BootVariables variables,
            BootConvention convention,
            BootRig.Script script,
            int attemptsLeftMarkedGood)
            throws Exception {
        Map<String, String> bus = startBus();
        Process service = startRauc(bus, bootLoader, BankId.A);
        BootControl control =
                VariableBootControl.of(variables, convention, new Banks(BankId.A), Enforcement.AGENT_ONLY);
        assertEquals(new Seen("A", "good", "bad"), status(bus));

        control.armTrial(BankId.B, 1, 7);
        assertEquals(new Seen("B", "good", "good"), status(bus), "armed by the agent");
        rauc(bus, "mark-good");
        assertEquals(Trial.ARMED, control.status().trial(), "RAUC marks the running bank, which isn't the armed one");

        control.disarm();
        assertEquals("A", status(bus).primary(), "disarmed by the agent");
        rauc(bus, "mark-bad", "other");
        assertEquals(new Seen("A", "good", "bad"), status(bus));
        assertEquals(Trial.NONE, control.status().trial());

        control.armTrial(BankId.B, 1, 8);
        variables.change(all -> script.select(all, EnumSet.allOf(BankId.class)));
        service.destroyForcibly().waitFor();
        startRauc(bus, bootLoader, BankId.B);
        BootControl trial = VariableBootControl.of(variables, convention, new Banks(BankId.B), Enforcement.AGENT_ONLY);
        assertEquals(new Seen("A", "good", "bad"), status(bus), "the one attempt of B is used up");
        assertEquals(Trial.RUNNING, trial.status().trial());

        rauc(bus, "mark-good");
        assertEquals(new Seen("B", "good", "good"), status(bus));
        assertEquals(Trial.RUNNING, trial.status().trial(), "only the agent confirms what it armed");
        assertEquals(attemptsLeftMarkedGood, trial.status().attemptsLeft());

        trial.confirm();
        assertEquals("B", status(bus).primary());
        assertEquals("good", status(bus).stateOfB());
        rauc(bus, "mark-active", "other");
        assertEquals("A", status(bus).primary());
        assertEquals(Trial.NONE, trial.status().trial(), "what RAUC activates is no trial of the agent's");
        trial.confirm();
        assertEquals("B", status(bus).primary());
    }

    private Map<String, String> startBus() throws IOException {
        Process bus = start(
                Map.of(),
                Part.DBUS.path().toString(),
                "--session",
                "--nofork",
                "--print-address=1",
                "--address=unix:path=" + folder.resolve("bus"));
        // It isn't closed: the daemon may print more.
        BufferedReader printed = bus.inputReader(UTF_8);
        String address = String.valueOf(printed.readLine());
        assertTrue(address.startsWith("unix:path="), address);
        return Map.of(
                "DBUS_STARTER_BUS_TYPE",
                "session",
                "DBUS_SESSION_BUS_ADDRESS",
                address,
                "PATH",
                folder.resolve("bin") + ":" + System.getenv("PATH"));
    }

    private Process startRauc(Map<String, String> bus, String bootLoader, BankId slot) throws Exception {
        StringBuilder config = new StringBuilder(
                "[system]\ncompatible=twinbank\n" + bootLoader + "\n[keyring]\npath=" + folder.resolve("none") + "\n");
        for (BankId bank : BankId.values()) {
            Path device = folder.resolve("bank" + bank);
            Files.write(device, new byte[4096]);
            config.append("[slot.rootfs.")
                    .append(bank)
                    .append("]\ntype=raw\ndevice=")
                    .append(device);
            config.append("\nbootname=").append(bank).append('\n');
        }
        Path file = Files.writeString(folder.resolve("system.conf"), config);
        Process service =
                start(bus, Part.RAUC.path().toString(), "service", "--conf=" + file, "--override-boot-slot=" + slot);
        while (exitCode(bus, Part.RAUC.path().toString(), "status") != 0) {
            assertTrue(service.isAlive(), () -> "rauc service: " + log());
        }
        return service;
    }

    private Seen status(Map<String, String> bus) throws Exception {
        String json = run(bus, Part.RAUC.path().toString(), "status", "--output-format=json");
        return new Seen(
                found("\"boot_primary\":\"rootfs\\.(\\w)\"", json),
                found("\"bootname\":\"A\"[^}]*\"boot_status\":\"(\\w+)\"", json),
                found("\"bootname\":\"B\"[^}]*\"boot_status\":\"(\\w+)\"", json));
    }

    private static String found(String pattern, String json) {
        Matcher matcher = Pattern.compile(pattern).matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }

    private void rauc(Map<String, String> bus, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Part.RAUC.path().toString(), "status"));
        command.addAll(List.of(words));
        run(bus, command.toArray(String[]::new));
    }

    private int exitCode(Map<String, String> environment, String... command) throws Exception {
        Process process = start(environment, command);
        process.inputReader(UTF_8).lines().forEach(line -> {});
        return process.waitFor();
    }

    private String run(Map<String, String> environment, String... command) throws Exception {
        Process process = start(environment, command);
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), () -> printed + log());
        return printed;
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(process);
        return process;
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }
}
