// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.agentd.GatewayOnFiles.Said;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands without a daemon, on a gateway that consists of files. */
class TwinbankTest {
    @TempDir
    private Path folder;

    private GatewayOnFiles gateway;
    private final byte[] image = GatewayOnFiles.image(2, 1_000_003);

    @BeforeEach
    void gateway() throws IOException {
        gateway = new GatewayOnFiles(folder);
    }

    /** The members of a JSON object, those of objects in it by their paths. */
    private static Map<String, String> members(String text) throws IOException {
        Map<String, String> members = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(text)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue()) {
                    members.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
                }
            }
        }
        return members;
    }

    private Map<String, String> status() throws IOException {
        Said said = gateway.twinbank("status", "--json");
        assertEquals(0, said.exit(), said.err());
        return members(said.last());
    }

    private byte[] bankB() throws IOException {
        return Arrays.copyOf(Files.readAllBytes(gateway.file("bank-b.img")), image.length);
    }

    @Test
    void status_newGateway_tellsBothBanks() throws IOException {
        Map<String, String> status = status();

        assertEquals("IDLE", status.get("/state"));
        assertEquals("A", status.get("/running/bank"));
        assertEquals("null", status.get("/running/digest"));
        assertEquals("NONE", status.get("/trial/kind"));
        assertEquals("null", status.get("/update"));
        assertEquals("null", status.get("/lastOutcome"));
        assertEquals("0", status.get("/rollbackFloor"));
        assertEquals("false", status.get("/agentRunning"));
    }

    /** One that is named is read alone; help and a slip of the pen take all. */
    @Test
    void twinbank_withoutACommand_tellsOfAll() {
        List<String> names = List.of("run", "install", "status", "confirm", "consent", "plan", "doctor");

        Said help = GatewayOnFiles.say("--help");
        Said slip = GatewayOnFiles.say("stauts");

        assertEquals(0, help.exit());
        assertEquals(2, slip.exit());
        assertTrue(slip.err().contains("twinbank status"), slip.err());
        for (String name : names) {
            assertTrue(help.out().contains("\n  " + name + " "), help.out());
            Said own = GatewayOnFiles.say(name, "--help");
            assertEquals(0, own.exit(), own.err());
            assertTrue(own.out().startsWith("Usage: twinbank " + name + " "), own.out());
        }
    }

    @Test
    void status_changesNothing() throws IOException {
        byte[] before = Files.readAllBytes(gateway.file("uboot.env"));

        gateway.twinbank("status");
        gateway.twinbank("doctor");

        assertFalse(Files.exists(gateway.file("state")), "status and doctor don't make the state folder");
        assertArrayEquals(before, Files.readAllBytes(gateway.file("uboot.env")));
        assertArrayEquals(new byte[GatewayOnFiles.BANK_BYTES], Files.readAllBytes(gateway.file("bank-b.img")));
    }

    @Test
    void install_thenBootAndConfirm_isInstalled() throws IOException {
        Path update = gateway.update(7, image, "--security-version", "1", "--image-version", "1.4.2");

        Said installed = gateway.twinbank("install", update.toString());

        assertEquals(0, installed.exit(), installed.err());
        assertEquals("bank B is tried at the restart, which is asked for now; 3 attempts", installed.last());
        assertArrayEquals(image, bankB());
        Map<String, String> armed = status();
        assertEquals("ARMED", armed.get("/state"));
        assertEquals("A", armed.get("/running/bank"));
        assertEquals("ARMED", armed.get("/trial/kind"));
        assertEquals("3", armed.get("/trial/attemptsLeft"));
        assertEquals("an agent", armed.get("/update/waitingFor"));
        assertEquals("0", armed.get("/rollbackFloor"), "the floor rises at the confirm");

        gateway.boot("B");
        Said confirmed = gateway.twinbank("confirm");

        assertEquals(0, confirmed.exit(), confirmed.err());
        assertEquals("installed", confirmed.last());
        Map<String, String> after = status();
        assertEquals("IDLE", after.get("/state"));
        assertEquals("B", after.get("/running/bank"));
        assertEquals("1.4.2", after.get("/running/version"));
        assertEquals("7", after.get("/running/sequence"));
        assertEquals("1", after.get("/running/securityVersion"));
        assertEquals("NONE", after.get("/trial/kind"));
        assertEquals("Installed", after.get("/lastOutcome/outcome"));
        assertEquals("1", after.get("/rollbackFloor"));
    }

    @Test
    void install_fellBack_isToldAtTheNextCommand() throws IOException {
        gateway.twinbank("install", gateway.update(7, image).toString());
        Path environment = gateway.file("uboot.env");
        byte[] copy = GatewayOnFiles.environment(
                "BOOT_A_LEFT=3", "BOOT_B_LEFT=0", "BOOT_ORDER=B A", "twinbank_trial=B", "twinbank_trial_id=1");
        Files.write(
                environment,
                ByteBuffer.allocate(2 * copy.length).put(copy).put(copy).array());
        assertEquals("FELL_BACK", status().get("/trial/kind"));

        Said next = gateway.twinbank("install", gateway.update(8, image).toString());

        assertTrue(next.out().contains("rolled back"), next.out());
        assertEquals(0, next.exit(), next.err());
    }

    @Test
    void install_lowerSecurityVersionThanTheFloor_isRefusedWithItsNumbers() throws IOException {
        gateway.twinbank(
                "install", gateway.update(7, image, "--security-version", "1").toString());
        gateway.boot("B");
        gateway.twinbank("confirm");

        Said refused =
                gateway.twinbank("install", "--json", gateway.update(8, image).toString());

        assertEquals(1, refused.exit());
        Map<String, String> answer = members(refused.last());
        assertEquals("Rejected", answer.get("/outcome"));
        assertEquals("SECURITY_VERSION_TOO_LOW", answer.get("/reason"));
        assertEquals("0", answer.get("/found"));
    }

    @Test
    void install_tamperedEnvelope_isRefusedAndChangesNothing() throws IOException {
        Path update = gateway.update(7, image);
        byte[] bytes = Files.readAllBytes(update);
        bytes[bytes.length / 2] ^= 1;
        Files.write(update, bytes);

        Said refused = gateway.twinbank("install", update.toString());

        assertEquals(1, refused.exit());
        assertTrue(refused.last().startsWith("rejected: "), refused.last());
        assertArrayEquals(new byte[GatewayOnFiles.BANK_BYTES], Files.readAllBytes(gateway.file("bank-b.img")));
    }

    @Test
    void install_noFile_saysSo() {
        Said said = gateway.twinbank("install", gateway.file("none.suit").toString());

        assertEquals(1, said.exit());
        assertEquals(
                "twinbank: " + gateway.file("none.suit") + ": there is no such file",
                said.err().strip());
    }

    @Test
    void install_anImageInsteadOfAnEnvelope_saysWhatToName() {
        Said said = gateway.twinbank("install", gateway.file("bank-a.img").toString());

        assertEquals(1, said.exit());
        assertTrue(said.err().contains("more than 131072 bytes; name the envelope (.suit)"), said.err());
    }

    @Test
    void install_httpAddress_isRefused() {
        Said said = gateway.twinbank("install", "http://updates.invalid/update.suit");

        assertEquals(1, said.exit());
        assertTrue(said.err().contains("only https addresses and files can be installed"), said.err());
    }

    @Test
    void confirm_withoutATrial_saysNo() {
        Said said = gateway.twinbank("confirm");

        assertEquals(1, said.exit());
        assertTrue(said.last().startsWith("there is no trial to confirm"), said.out());
    }

    @Test
    void confirm_failingHealthChecks_operatorsWordCounts() throws IOException {
        Path required = Files.createDirectories(gateway.file("health/required"));
        script(required.resolve("10-never"), "exit 1");
        gateway.with("health.dir = health");
        gateway.twinbank("install", gateway.update(7, image).toString());
        gateway.boot("B");

        assertEquals("installed", gateway.twinbank("confirm").last());
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    @Test
    void doctor_soundGateway_saysThatAnUpdateWouldSucceed() throws IOException {
        Path required = Files.createDirectories(gateway.file("health/required"));
        script(required.resolve("10-modem"), "exit 0");
        gateway.with("health.dir = health");

        Said said = gateway.twinbank("doctor");

        assertEquals(0, said.exit(), said.out());
        assertEquals("an update would succeed", said.last());
        assertTrue(
                said.lines().stream().anyMatch(line -> line.matches("good +health checks +1 required in .*")),
                said.out());
    }

    @Test
    void doctor_whatIsWrong_isNamedEach() throws IOException {
        Files.write(gateway.file("uboot.env"), new byte[1 << 15]);
        gateway.with("mqtt.uri = tcp://127.0.0.1:1");

        Said environment = gateway.twinbank("doctor", "--json");

        assertEquals(1, environment.exit());
        Map<String, String> answer = members(environment.last());
        assertEquals("false", answer.get("/wouldSucceed"));
        try (Stream<String> bad = answer.keySet().stream()
                .filter(member -> "BAD".equals(answer.get(member)))
                .map(member -> answer.get(member.replace("verdict", "about")))) {
            assertTrue(bad.toList().containsAll(List.of("boot loader", "broker")), answer.toString());
        }
    }

    @Test
    void doctor_bankOfAnotherSize_warns() throws IOException {
        Files.write(gateway.file("bank-b.img"), new byte[GatewayOnFiles.BANK_BYTES / 2]);

        Said said = gateway.twinbank("doctor");

        assertEquals(0, said.exit());
        assertTrue(
                said.out().contains("has 1048576 bytes, the running one 2097152: an image that fills that doesn't fit"),
                said.out());
    }

    @Test
    void status_spoiltEnvironment_saysWhatIsWrong() throws IOException {
        Files.write(gateway.file("uboot.env"), new byte[1 << 15]);

        Said said = gateway.twinbank("status");

        assertEquals(1, said.exit());
        assertTrue(said.err().contains("uboot.env"), said.err());
    }

    @Test
    void any_wrongConfiguration_isAUsageErrorWithItsLines() {
        gateway.with("boot.attempts = 10", "bnak.a = x");

        Said said = gateway.twinbank("status");

        assertEquals(2, said.exit());
        assertEquals(2, said.err().lines().count(), said.err());
        assertTrue(said.err().startsWith("twinbank: " + gateway.config + ":13: boot.attempts"), said.err());
    }
}
