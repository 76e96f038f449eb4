// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The boot loader of a gateway on files: what {@code uboot-rauc.cmd} does, with the tools of libubootenv in place of {@code saveenv}. A bank
 * loads if it doesn't begin with zeros.
 */
final class BootStub {
    private static final int HEAD_BYTES = 4096;

    private final GatewayOnFiles gateway;
    private boolean fellBack;

    BootStub(GatewayOnFiles gateway) {
        this.gateway = gateway;
    }

    /** Tells whether a trial was given up, and forgets it. */
    boolean fellBack() {
        boolean answer = fellBack;
        fellBack = false;
        return answer;
    }

    /** Boots a bank and returns which. */
    String boot() throws IOException, InterruptedException {
        String bank = choose();
        gateway.boot(bank);
        return bank;
    }

    private String choose() throws IOException, InterruptedException {
        Map<String, String> variables = read();
        String order = variables.getOrDefault("BOOT_ORDER", "");
        if (!order.matches("[AB]( [AB])?")) {
            throw new IllegalStateException("the environment is lost: " + variables);
        }
        String first = order.substring(0, 1);
        String second = first.equals("A") ? "B" : "A";
        String left = "BOOT_" + first + "_LEFT";
        if (variables.containsKey("twinbank_trial")) {
            int attempts = Integer.parseInt(variables.getOrDefault(left, "0"));
            if (attempts > 0) {
                save(left + "=" + (attempts - 1));
                if (loads(first)) {
                    return first;
                }
            }
            fellBack |= !variables.containsKey("twinbank_fellback");
            save(left + "=0", "twinbank_fellback=1");
            first = second;
        }
        if (!loads(first)) {
            throw new IllegalStateException("bank " + first + " doesn't load: " + variables);
        }
        return first;
    }

    private boolean loads(String bank) throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(gateway.bank(bank).toFile(), "r")) {
            file.readFully(head);
        }
        for (byte one : head) {
            if (one != 0) {
                return true;
            }
        }
        return false;
    }

    private Map<String, String> read() throws IOException, InterruptedException {
        Map<String, String> variables = new TreeMap<>();
        run("fw_printenv").lines().filter(line -> line.contains("=")).forEach(line -> {
            int equals = line.indexOf('=');
            variables.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return variables;
    }

    /** In one write, as saveenv. */
    private void save(String... variables) throws IOException, InterruptedException {
        Path script = Files.write(gateway.file("saveenv"), List.of(variables));
        run("fw_setenv", "-s", script.toString());
    }

    private String run(String tool, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Part.LIBUBOOTENV.path().resolveSibling(tool).toString());
        command.add("-c");
        command.add(gateway.file("fw_env.config").toString());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with " + process.exitValue() + ": " + said);
        }
        return said;
    }
}
