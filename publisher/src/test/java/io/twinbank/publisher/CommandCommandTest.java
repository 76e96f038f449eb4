// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.command.Command;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code otapub command} writes is what a device takes. */
class CommandCommandTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeKey() throws Exception {
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("operator.pem"), false);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Run command(String... more) {
        List<String> arguments = new ArrayList<>(List.of("command"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--key", file("operator.pem"), "--out", file("command.cose")));
        return Run.otapub(arguments.toArray(String[]::new));
    }

    private TrustAnchor anchor(String name) throws Exception {
        return new TrustAnchor(
                name, Keys.readPublic(folder.resolve(name + ".pub.pem")).subjectPublicKeyInfo(), Set.of(Role.COMMAND));
    }

    private Order taken() throws Exception {
        return taken(TrustPolicy.anyOf(anchor("operator")));
    }

    private Order taken(TrustPolicy policy) throws Exception {
        return SignedCommand.verify(Files.readAllBytes(folder.resolve("command.cose")), policy);
    }

    @Test
    void command_pause_isSignedForTheDeviceAndADay() throws Exception {
        Instant before = Instant.now();

        Run run = command("pause", "--device", "gw-17");

        assertEquals(0, run.exit(), run.err());
        Order order = taken();
        assertEquals(new Command.Pause(), order.command());
        assertEquals(Recipient.device("gw-17"), order.recipient());
        assertTrue(order.sequence() >= before.getEpochSecond());
        long until = before.plus(Duration.ofDays(1)).getEpochSecond();
        assertTrue(order.expires() >= until && order.expires() < until + 60, run.out());
        assertTrue(run.out().contains("Pause[] for device gw-17, sequence "), run.out());
        Digest known = Digest.sha256Of(Files.readAllBytes(folder.resolve("command.cose")));
        assertTrue(run.out().contains("known as    " + known + " in the device's answer"), run.out());
    }

    @Test
    void command_classicAndPostQuantumKey_isTakenWhereBothHaveToSign() throws Exception {
        Run.otapub("keygen", "--alg", "ml-dsa-44", "--out", file("second.pem"));
        TrustPolicy hybrid =
                new TrustPolicy(List.of(anchor("operator"), anchor("second")), Map.of(Role.COMMAND, Rule.hybrid(1)));

        Run run = command("report", "--device", "gw-17", "--key", file("second.pem"));

        assertEquals(0, run.exit(), run.err());
        assertEquals(new Command.Report(), taken(hybrid).command());
        assertEquals(
                2,
                run.out().lines().filter(line -> line.startsWith("signed by")).count(),
                run.out());
    }

    @Test
    void command_nineKeys_isUsage() {
        List<String> arguments = new ArrayList<>(List.of("pause", "--device", "gw-17"));
        for (int i = 0; i < 8; i++) {
            arguments.addAll(List.of("--key", file("operator.pem")));
        }

        Run run = command(arguments.toArray(String[]::new));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("--key: at most 8, not 9"), run.err());
    }

    @Test
    void command_settings_areAllThatWereSet() throws Exception {
        command(
                "settings",
                "--group",
                "paint-shop",
                "--set",
                "window=02:00-04:00",
                "--set",
                "budget=5",
                "--sequence",
                "9");

        assertEquals(new Command.Settings(Map.of("window", "02:00-04:00", "budget", "5")), taken().command());
        assertEquals(Recipient.group("paint-shop"), taken().recipient());
        assertEquals(9, taken().sequence());
    }

    @Test
    void command_cancel_namesTheManifest() throws Exception {
        Digest manifest = packed();

        command("cancel", "--device", "gw-17", "--manifest", file("fw.suit"));

        assertEquals(new Command.Cancel(manifest), taken().command());
    }

    @Test
    void command_rollout_saysHowManyOfTenThousand() throws Exception {
        Digest manifest = packed();

        command("rollout", "--group", "field", "--manifest", file("fw.suit"), "--share", "2.5");

        assertEquals(new Command.Rollout(manifest, 250), taken().command());
        assertEquals(
                2,
                command("rollout", "--group", "field", "--manifest", file("fw.suit"))
                        .exit());
        assertEquals(
                2,
                command("rollout", "--group", "field", "--manifest", file("fw.suit"), "--share", "0.001")
                        .exit());
        assertEquals(
                2,
                command("rollout", "--group", "field", "--manifest", file("fw.suit"), "--share", "101")
                        .exit());
    }

    private Digest packed() throws Exception {
        Files.write(folder.resolve("fw.img"), new byte[100]);
        Run.otapub(
                "pack",
                "--image",
                file("fw.img"),
                "--key",
                file("operator.pem"),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--out",
                file("fw.suit"),
                "--integrated");
        return SuitEnvelope.decode(Files.readAllBytes(folder.resolve("fw.suit")), Limits.standard())
                .manifestDigest();
    }

    @Test
    void command_thatMakesNoSense_isUsageAndWritesNothing() {
        for (List<String> arguments : List.of(
                List.of("cancel", "--device", "gw-17"),
                List.of("pause", "--device", "gw-17", "--set", "a=b"),
                List.of("pause", "--device", "gw/17"),
                List.of("pause", "--device", "gw-17", "--valid", "a day"),
                List.of("pause", "--device", "gw-17", "--sequence", "0"),
                List.of("settings", "--device", "gw-17", "--set", "a=" + "b".repeat(129)),
                List.of("pause"))) {
            Run run = command(arguments.toArray(String[]::new));

            assertEquals(2, run.exit(), arguments + run.err());
            assertFalse(Files.exists(folder.resolve("command.cose")), arguments.toString());
        }
    }
}
