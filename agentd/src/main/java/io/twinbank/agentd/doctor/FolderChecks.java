// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.doctor;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Keys;
import io.twinbank.agentd.config.GatewayConfig.Running;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folders and programs that an update needs. */
final class FolderChecks {
    /** The records, each twice and once more while it is replaced. */
    private static final long SPACE_BYTES = 1 << 20;

    private static final String STATE = "state folder";
    private static final String HEALTH = "health checks";
    private static final String SWITCH = "after a switch";

    private final GatewayConfig config;

    FolderChecks(GatewayConfig config) {
        this.config = config;
    }

    List<Finding> stateFolder() throws IOException {
        Path folder = config.stateDir();
        if (!Files.isDirectory(folder)) {
            Path parent = folder.getParent();
            return List.of(
                    parent != null && Files.isWritable(parent)
                            ? Finding.good(STATE, folder + " is made at the agent's first start")
                            : Finding.bad(
                                    STATE, folder + " isn't there and can't be made: make it, for the agent's user"));
        }
        if (!Files.isWritable(folder)) {
            return List.of(Finding.bad(
                    STATE, folder + " can't be written: mount it for writing, or run this as the agent's user"));
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < SPACE_BYTES) {
            return List.of(Finding.bad(
                    STATE, folder + " has " + free + " bytes free, expected " + SPACE_BYTES + ": make room there"));
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            return List.of(Finding.warning(STATE, folder + " can be written by others: chmod go-w " + folder));
        }
        return List.of(Finding.good(STATE, folder + ", " + (free >> 20) + " MiB free"));
    }

    /** What the next image's agent has to find, too. Where a file says which bank runs there is no bank to be in. */
    List<Finding> afterSwitch() throws IOException {
        if (config.running() instanceof Running.InFile) {
            return List.of(Finding.good(SWITCH, "not looked at: bank.running names a file"));
        }
        List<Path> needed = new ArrayList<>(List.of(config.stateDir()));
        config.keys().ifPresent(keys -> {
            if (keys instanceof Keys.Pkcs12 pkcs12) {
                needed.add(pkcs12.file());
                needed.add(pkcs12.password());
            } else if (keys instanceof Keys.Pkcs11 pkcs11) {
                needed.add(pkcs11.pin());
            }
        });
        FileStore root = Files.getFileStore(Path.of("/"));
        List<Finding> findings = new ArrayList<>();
        for (Path path : needed) {
            if (Files.exists(path) && Files.getFileStore(path).equals(root)) {
                findings.add(Finding.bad(
                        SWITCH,
                        path
                                + " is in the bank that runs, where the other bank's agent doesn't find it: put it on a partition"
                                + " that both mount"));
            }
        }
        return findings.isEmpty()
                ? List.of(Finding.good(SWITCH, "state and keys aren't in a bank, the other bank's agent finds them"))
                : findings;
    }

    List<Finding> healthFolder() throws IOException {
        if (config.healthDir().isEmpty()) {
            return List.of(
                    Finding.warning(
                            HEALTH,
                            "no health.dir: a new image counts as good as soon as its agent runs; give it programs that know better"));
        }
        Path folder = config.healthDir().get();
        List<Finding> findings = new ArrayList<>();
        int required = 0;
        for (String name : List.of("required", "wanted")) {
            for (Path file : files(folder.resolve(name))) {
                if (!Files.isExecutable(file)) {
                    findings.add(
                            Finding.warning(HEALTH, file + " isn't executable, so it isn't asked: chmod +x " + file));
                } else if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE)) {
                    findings.add(Finding.warning(HEALTH, file + " can be changed by everybody: chmod o-w " + file));
                }
                required += name.equals("required") && Files.isExecutable(file) ? 1 : 0;
            }
        }
        if (required == 0) {
            findings.add(Finding.warning(
                    HEALTH, folder + "/required has no program: nothing decides but that the agent runs"));
        }
        return findings.isEmpty() ? List.of(Finding.good(HEALTH, required + " required in " + folder)) : findings;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }

    List<Finding> resetCommand() {
        String program = config.resetCommand().get(0);
        boolean found = program.contains("/")
                ? Files.isExecutable(Path.of(program))
                : Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        return List.of(
                found
                        ? Finding.good("restart", String.join(" ", config.resetCommand()))
                        : Finding.bad("restart", "reset.command: there is no program " + program));
    }
}
