// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitReason;
import io.twinbank.core.suit.SuitReport;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.Uuids;
import io.twinbank.core.suit.VersionMatch;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code inspect} says about a device; what it says about an envelope is in {@link PackCommandTest}. */
class InspectCommandTest {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");
    private static final Digest DIGEST = Digest.sha256Of(new byte[9]);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void makeAnEnvelope() throws Exception {
        ComponentId os = ComponentId.of("os");
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] envelope = new EnvelopeBuilder(os, 7, VENDOR, CLASS)
                .image(BankId.A, new EnvelopeBuilder.Image(DIGEST, 9, "https://acme.example/a.img"))
                .image(BankId.B, new EnvelopeBuilder.Image(DIGEST, 9, "https://acme.example/b.img"))
                .securityVersion(2)
                .version(new SuitVersion(List.of(1L, 4L)))
                .require(new Requirement.InstalledVersion(
                        os, new VersionMatch(VersionMatch.Order.GREATER_OR_EQUAL, new SuitVersion(List.of(1L)))))
                .sign(SigningKey.of(pair.getPrivate(), pair.getPublic()));
        file = Files.write(folder.resolve("release.suit"), envelope);
    }

    private String inspect(String... options) {
        String[] args = new String[options.length + 2];
        args[0] = "inspect";
        args[1] = file.toString();
        System.arraycopy(options, 0, args, 2, options.length);
        Run run = Run.otapub(args);
        assertEquals(0, run.exit(), run.err());
        return run.out();
    }

    @Test
    void inspect_aDeviceThatItFits_saysWhatWouldBeDone() {
        String text = inspect("--device", "acme.example/gw-1", "--bank", "B");

        for (String part : List.of(
                "version     1.4\n",
                "on this device, with bank B to be written\n",
                "    holds       condition vendor-identifier (1) of os in install (20)\n",
                "    FAILS       condition component-slot (5) of os in install (20): found 0, expected 1, bank B\n",
                "    later       condition image-match (3) of os in validate (7)\n",
                "    if          installed version of os >= 1\n",
                "    step 1      fetch https://acme.example/b.img, and write it to os, 9 bytes, " + DIGEST
                        + ", security version 2\n",
                "    afterwards  version 1.4\n")) {
            assertTrue(text.contains(part), part + " isn't in:\n" + text);
        }
        assertFalse(text.contains("with bank A"), text);
    }

    @Test
    void inspect_aDeviceThatItDoesntFit_saysWhyNot() {
        String text = inspect("--device", VENDOR + "/gw-2");

        assertTrue(
                text.contains("    FAILS       condition class-identifier (2) of os in install (20): found " + CLASS));
        assertTrue(text.contains("    REFUSED     WRONG_CLASS: "), text);
        assertTrue(text.contains("with bank A"), text);
        assertTrue(text.contains("with bank B"), text);
        assertFalse(text.contains("step 1"), text);
    }

    @Test
    void inspect_jsonWithADevice_isOneObject() throws IOException {
        Map<String, Object> object = Json.object(inspect("--json", "--device", "acme.example/gw-1/0001"));

        List<?> banks = (List<?>) object.get("onDevice");
        Map<?, ?> ofA = (Map<?, ?>) banks.get(0);
        Map<?, ?> step = (Map<?, ?>) ((List<?>) ofA.get("steps")).get(0);
        assertEquals(2, banks.size());
        assertEquals("A", ofA.get("bank"));
        assertEquals(true, ofA.get("accepted"));
        assertEquals("Remote[uri=https://acme.example/a.img]", step.get("payload"));
        assertEquals(9L, step.get("payloadBytes"));
        assertEquals("1.4", object.get("version"));
    }

    @Test
    void inspect_noDevice_saysNothingAboutOne() throws IOException {
        assertFalse(inspect().contains("on this device"));
        assertEquals(List.of(), Json.object(inspect("--json")).get("onDevice"));
    }

    private static final String NONCE = "5f0c-7";

    private SuitReport report(String model, SuitReason.Ending ending) throws Exception {
        UUID classId = Uuids.classId(VENDOR, model);
        DeviceIdentity device = new DeviceIdentity(VENDOR, classId, Uuids.deviceId(classId, "1"), "gw-17");
        return new ManifestVerifier(Limits.standard())
                .report(
                        Files.readAllBytes(file),
                        new Target(device, List.of(ComponentId.of("os")), BankId.B),
                        NONCE.getBytes(StandardCharsets.UTF_8),
                        Optional.of(ending),
                        Optional.empty());
    }

    private Path signed(SuitReport report, SigningKey key) throws Exception {
        return Files.write(folder.resolve("report.cose"), CoseSign1.signAttached(key, report.encode(), new byte[0]));
    }

    private static SigningKey deviceKey() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return SigningKey.of(pair.getPrivate(), pair.getPublic());
    }

    @Test
    void inspect_aSignedReport_saysWhatBecameOfTheManifest() throws Exception {
        SuitReport report = report("gw-2", SuitReason.Ending.of(RejectReason.WRONG_CLASS));
        SigningKey key = deviceKey();
        file = signed(report, key);

        String text = inspect("--report");
        Map<String, Object> object = Json.object(inspect("--report", "--json"));

        for (String line : List.of(
                "manifest    " + report.manifestDigest() + "\n",
                "nonce       5f0c-7\n",
                "signature   Ed25519 by key " + key.publicKey() + ", not checked\n",
                ", component 0: class-id (2) = " + Uuids.classId(VENDOR, "gw-2") + "\n",
                "result      WRONG_CLASS in the manifest at byte 0, component 0: condition-failed (10)\n")) {
            assertTrue(text.contains(line), line + " isn't in:\n" + text);
        }
        Map<?, ?> failure = (Map<?, ?>) object.get("failure");
        assertEquals("WRONG_CLASS", failure.get("meaning"));
        assertEquals(12L, failure.get("code"));
        assertEquals(10L, failure.get("reason"));
        assertEquals(NONCE, object.get("nonce"));
        assertEquals(key.publicKey().toString(), object.get("kid"));
        assertEquals(false, object.get("ok"));
    }

    @Test
    void inspect_aReportOfWhatIsntDoneThere_saysWhatTheDeviceCan() throws Exception {
        SuitReport report = report("gw-1", SuitReason.Ending.of(RejectReason.UNSUPPORTED));
        file = Files.write(folder.resolve("report.cbor"), report.encode());

        String text = inspect("--report");

        assertTrue(text.contains("signature   none\n"), text);
        assertTrue(text.contains("device has  [os]\n"), text);
        assertTrue(text.contains("device does commands [1, 2, 3, "), text);
        Map<?, ?> able = (Map<?, ?>) Json.object(inspect("--report", "--json")).get("capabilities");
        assertEquals(List.of("os"), able.get("components"));
    }

    @Test
    void inspect_aReportMessage_showsTheReportInIt() throws Exception {
        SuitReport report = report("gw-1", SuitReason.Ending.ROLLED_BACK);
        file = signed(report, deviceKey());
        byte[] cose = Files.readAllBytes(file);
        file = message(NONCE, report.manifestDigest().toString(), cose);

        assertTrue(inspect("--report").contains("result      RolledBack in "));

        message("5f0c-8", report.manifestDigest().toString(), cose);
        Run another = Run.otapub("inspect", "--report", file.toString());
        assertEquals(1, another.exit());
        assertTrue(another.err().contains("id is 5f0c-8, and 5f0c-7 in the report"), another.err());

        message(NONCE, DIGEST.toString(), cose);
        Run ofAnotherManifest = Run.otapub("inspect", "--report", file.toString());
        assertEquals(1, ofAnotherManifest.exit());
        assertTrue(ofAnotherManifest.err().contains("manifestDigest is " + DIGEST), ofAnotherManifest.err());
    }

    private Path message(String id, String digest, byte[] suitReport) throws IOException {
        return Files.writeString(
                folder.resolve("report.json"),
                "{\"schema\":1,\"id\":\"" + id + "\",\"manifestDigest\":\"" + digest + "\",\"suitReport\":\""
                        + Base64.getEncoder().encodeToString(suitReport) + "\"}");
    }

    @Test
    void inspect_somethingElseAsAReport_saysWhatIsWrong() throws IOException {
        assertEquals(1, Run.otapub("inspect", "--report", file.toString()).exit());
        file = Files.writeString(folder.resolve("report.json"), "{\"id\":\"1\"}");
        Run without = Run.otapub("inspect", "--report", file.toString());
        assertEquals(1, without.exit());
        assertTrue(without.err().contains("no field suitReport"), without.err());
        assertEquals(
                2,
                Run.otapub("inspect", "--report", file.toString(), "--device", "acme.example/gw-1")
                        .exit());
    }

    @Test
    void inspect_aDeviceThatIsntOne_saysWhatIsExpected() {
        for (String device : List.of("acme.example", "a/b/c/d", "acme.example/", "/")) {
            Run run = Run.otapub("inspect", file.toString(), "--device", device);

            assertEquals(2, run.exit());
            assertTrue(run.err().contains("VENDOR/MODEL or VENDOR/MODEL/SERIAL is expected"), run.err());
        }
    }
}
