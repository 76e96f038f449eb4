// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pack} writes is planned by the device's code, and shown by {@code inspect}. */
class PackCommandTest {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");
    private final byte[] firmware = new byte[100_000];
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    @TempDir
    Path folder;

    private Path image;
    private Path out;

    @BeforeEach
    void prepare() throws IOException {
        Arrays.fill(firmware, (byte) 7);
        image = Files.write(folder.resolve("fw.img"), firmware);
        out = folder.resolve("fw.suit");
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("one.pem"), false);
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("two.pem"), false);
    }

    @Test
    void pack_uri_isPlannedAsGiven() throws Exception {
        Run run = pack("--uri", "https://acme.example/fw.img");

        assertEquals(0, run.exit(), run.err());
        InstallPlan plan = plan("0001", BankId.B);
        assertEquals(ComponentId.of("os"), plan.component());
        assertEquals(new PayloadLocation.Remote(URI.create("https://acme.example/fw.img")), plan.payload());
        assertEquals(firmware.length, plan.sizeBytes());
        assertEquals(Digest.sha256(MessageDigest.getInstance("SHA-256").digest(firmware)), plan.imageDigest());
        assertEquals(7, plan.sequence());
        assertEquals(2, plan.securityVersion());
    }

    @Test
    void pack_rolloutAndEmergency_areInThePlan() throws Exception {
        assertEquals(
                0,
                pack("--uri", "https://acme.example/fw.img", "--rollout", "2.5", "--emergency")
                        .exit());
        assertEquals(250, plan("0001", BankId.B).rollout());
        assertTrue(plan("0001", BankId.B).emergency());

        Run tooMany = pack("--uri", "https://acme.example/fw.img", "--rollout", "100.5");

        assertEquals(2, tooMany.exit());
        assertTrue(tooMany.err().contains("'100.5' isn't a share of the devices"), tooMany.err());
    }

    @Test
    void pack_twoKeys_satisfiesAThresholdOfTwo() throws Exception {
        pack(
                "--uri",
                "https://acme.example/fw.img",
                "--key",
                folder.resolve("two.pem").toString());

        TrustPolicy both = new TrustPolicy(List.of(anchor("one"), anchor("two")), Map.of(Role.FIRMWARE, Rule.of(2)));
        assertEquals(
                2,
                verifier.authenticate(Files.readAllBytes(out), both, Role.FIRMWARE)
                        .signers()
                        .size());
    }

    @Test
    void pack_oneUriPerBank_isPlannedByBank() throws Exception {
        pack("--uri-a", "https://acme.example/a.img", "--uri-b", "https://acme.example/b.img");

        assertEquals(
                new PayloadLocation.Remote(URI.create("https://acme.example/a.img")),
                plan("0001", BankId.A).payload());
        assertEquals(
                new PayloadLocation.Remote(URI.create("https://acme.example/b.img")),
                plan("0001", BankId.B).payload());
    }

    @Test
    void pack_components_comeWithTheImage() throws Exception {
        Path config = Files.write(folder.resolve("app.conf"), new byte[] {1, 2, 3});
        Path modem = Files.write(folder.resolve("modem.bin"), new byte[] {4});

        Run run = pack(
                "--integrated",
                "--component",
                "app/config=" + config,
                "--component",
                "modem=" + modem,
                "--component-uri",
                "modem=https://acme.example/modem.bin");

        assertEquals(0, run.exit(), run.err());
        List<InstallStep> others = plan("0001", BankId.A, ComponentId.of("app", "config"), ComponentId.of("modem"))
                .others();
        Assertions.assertArrayEquals(
                new byte[] {1, 2, 3},
                assertInstanceOf(PayloadLocation.Integrated.class, others.get(0).payload())
                        .bytes());
        assertEquals(
                new PayloadLocation.Remote(URI.create("https://acme.example/modem.bin")),
                others.get(1).payload());
        assertEquals(1, others.get(1).sizeBytes());
        assertTrue(run.out().contains("component   modem, 1 bytes, sha-256:"), run.out());
    }

    private static final Target PARTITIONED = new Target(
            new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gateway"),
            List.of(ComponentId.of("kernel"), ComponentId.of("os")),
            BankId.B);

    private List<InstallStep> images() throws Exception {
        Authentic authentic =
                verifier.authenticate(Files.readAllBytes(out), TrustPolicy.anyOf(anchor("one")), Role.FIRMWARE);
        return verifier.plan(authentic, PARTITIONED).images();
    }

    private String kernel() throws IOException {
        return "kernel=" + Files.write(folder.resolve("kernel.img"), new byte[] {1, 2, 3});
    }

    @Test
    void pack_severalImages_bringAllComponentsOfABank() throws Exception {
        Run run = pack(
                "--image",
                kernel(),
                "--uri",
                "kernel=https://acme.example/kernel.img?v=2",
                "--uri",
                "os=https://acme.example/fw.img?v=2");

        assertEquals(0, run.exit(), run.err());
        List<InstallStep> images = images();
        assertEquals(
                List.of(ComponentId.of("os"), ComponentId.of("kernel")),
                images.stream().map(InstallStep::component).toList());
        assertEquals(
                new PayloadLocation.Remote(URI.create("https://acme.example/fw.img?v=2")),
                images.get(0).payload());
        assertEquals(
                new PayloadLocation.Remote(URI.create("https://acme.example/kernel.img?v=2")),
                images.get(1).payload());
        assertEquals(3, images.get(1).sizeBytes());
        assertEquals(
                List.of(2L, 2L),
                images.stream().map(InstallStep::securityVersion).toList());
        assertTrue(run.out().contains("image       kernel, "), run.out());
    }

    @Test
    void pack_severalImagesWithAUriPerBank_arePlannedByBank() throws Exception {
        Run run = pack(
                "--image",
                kernel(),
                "--uri-a",
                "kernel=https://acme.example/kernel-a.img",
                "--uri-b",
                "kernel=https://acme.example/kernel-b.img",
                "--uri-b",
                "os=https://acme.example/b.img");

        assertEquals(0, run.exit(), run.err());
        assertEquals(
                List.of(
                        new PayloadLocation.Remote(URI.create("https://acme.example/b.img")),
                        new PayloadLocation.Remote(URI.create("https://acme.example/kernel-b.img"))),
                images().stream().map(InstallStep::payload).toList());
    }

    @Test
    void pack_severalImagesIntegrated_areAllInTheEnvelope() throws Exception {
        Run run = pack("--image", kernel(), "--integrated");

        assertEquals(0, run.exit(), run.err());
        Assertions.assertArrayEquals(
                new byte[] {1, 2, 3},
                assertInstanceOf(
                                PayloadLocation.Integrated.class,
                                images().get(1).payload())
                        .bytes());
    }

    @Test
    void inspect_severalImages_showsEach() throws Exception {
        pack("--image", kernel(), "--integrated");

        String text = Run.otapub("inspect", out.toString(), "--device", "acme.example/gw-1")
                .out();
        Map<String, Object> json =
                Json.object(Run.otapub("inspect", "--json", out.toString()).out());

        assertTrue(text.contains("component   0: os"), text);
        assertTrue(text.contains("component   1: kernel"), text);
        assertTrue(text.contains("step 1      take #firmware/os of the envelope, and write it to os"), text);
        assertTrue(text.contains("step 2      take #firmware/kernel of the envelope, and write it to kernel"), text);
        assertEquals(List.of("os", "kernel"), json.get("components"));
    }

    @Test
    void pack_severalImagesAndAUriThatNamesNone_isRefused() throws Exception {
        Run run = pack("--image", kernel(), "--uri", "https://acme.example/fw.img?a=b");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("which image is it for? Say NAME=URI; there are [os, kernel]"), run.err());
    }

    @Test
    void pack_oneImageWithoutAUri_isRefused() throws Exception {
        Run run = pack("--image", kernel(), "--uri", "kernel=https://acme.example/kernel.img");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("no URI for the image of os: say os=URI as well"), run.err());
    }

    @Test
    void pack_twoUrisForOneImage_isRefused() {
        Run run = pack("--uri", "https://acme.example/1.img", "--uri", "https://acme.example/2.img");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("one URI for each image"), run.err());
    }

    @Test
    void pack_imageTwice_isRefused() {
        Run run = pack("--image", "os=" + image, "--integrated");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("there is more than one for [os]"), run.err());
    }

    @Test
    void pack_severalImagesWithHashesOfChunks_isRefused() throws Exception {
        Run run = pack("--image", kernel(), "--integrated", "--chunk-hashes");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("go with one --image, not with 2"), run.err());
    }

    @Test
    void pack_componentThatNamesTheImage_isItsName() throws Exception {
        Run run = pack("--component", "firmware", "--uri", "firmware=https://acme.example/fw.img");

        assertEquals(0, run.exit(), run.err());
        String text = Run.otapub("inspect", out.toString()).out();
        assertTrue(text.contains("component   0: firmware"), text);
    }

    @Test
    void pack_componentThatNamesNoImage_isRefused() throws Exception {
        image = folder.resolve("fw.img");
        Run run = Run.otapub(
                "pack",
                "--image",
                "os=" + image,
                "--component",
                "modem",
                "--unsigned",
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--integrated",
                "--out",
                out.toString());

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("did you mean --component modem=FILE?"), run.err());
    }

    @Test
    void pack_componentTwice_isRefused() throws Exception {
        Path config = Files.write(folder.resolve("app.conf"), new byte[] {1});

        Run run = pack("--integrated", "--component", "os=" + config);

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("component os is there already"), run.err());
    }

    @Test
    void pack_noImage_isComponentsAloneAndSaysSo() throws Exception {
        Path config = Files.write(folder.resolve("app.conf"), new byte[] {1, 2, 3});
        Path modem = Files.write(folder.resolve("modem.bin"), new byte[] {4});

        Run run = packAlone("--component", "app/config=" + config, "--component", "modem=" + modem);

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("no image    no reset: components alone\n"), run.out());
        InstallPlan plan = plan("0001", BankId.A, ComponentId.of("app", "config"), ComponentId.of("modem"));
        Assertions.assertFalse(plan.bringsImage());
        assertEquals(2, plan.others().size());
        assertEquals(0, plan.steps().get(0).securityVersion());
        Run inspect = Run.otapub("inspect", out.toString());
        assertTrue(inspect.out().contains("no image    no reset: components alone;"), inspect.out());
    }

    @Test
    void pack_noImageNorComponent_isRefused() throws Exception {
        assertTrue(packAlone().err().contains("without --image there are --component NAME=FILE, at least one"));
    }

    @Test
    void pack_noImageButASecurityVersion_isRefused() throws Exception {
        Path config = Files.write(folder.resolve("app.conf"), new byte[] {1});

        Run run = packAlone("--component", "config=" + config, "--security-version", "2");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("goes with --image only"), run.err());
    }

    private Run packAlone(String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of(
                "pack",
                "--key",
                folder.resolve("one.pem").toString(),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "8",
                "--out",
                out.toString()));
        args.addAll(List.of(more));
        return Run.otapub(args.toArray(String[]::new));
    }

    @Test
    void pack_uriOfNoComponent_isRefused() throws Exception {
        Run run = pack("--integrated", "--component-uri", "modem=https://acme.example/modem.bin");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("no --component modem=FILE; there are []"), run.err());
    }

    @Test
    void pack_integrated_carriesTheImage() throws Exception {
        pack("--integrated");

        PayloadLocation.Integrated payload = assertInstanceOf(
                PayloadLocation.Integrated.class, plan("0001", BankId.A).payload());
        Assertions.assertArrayEquals(firmware, payload.bytes());
    }

    @Test
    void pack_oneDevice_isRefusedByAnother() throws Exception {
        pack("--uri", "https://acme.example/fw.img", "--device-serial", "0001");

        assertEquals(7, plan("0001", BankId.A).sequence());
        RejectedException refused = Assertions.assertThrows(RejectedException.class, () -> plan("0002", BankId.A));
        assertEquals(RejectReason.WRONG_DEVICE, refused.reason());
    }

    @Test
    void inspect_everything_isNamed() {
        pack("--uri", "https://acme.example/fw.img", "--device-serial", "0001", "--text", "Fixes the clock.");

        Run run = Run.otapub("inspect", out.toString());

        assertEquals(0, run.exit(), run.err());
        for (String part : List.of(
                "ESP256 by key",
                "sequence    7",
                "component   0: os",
                "en manifest description: Fixes the clock.",
                "vendor-id (1) = " + VENDOR,
                "class-id (2) = " + CLASS,
                "device-id (24) = " + Uuids.deviceId(CLASS, "0001"),
                "security-version (-257) = 2",
                "image-size (14) = 100000",
                "image-digest (3) = sha-256:",
                "install (20)",
                "uri (21) = https://acme.example/fw.img",
                "directive fetch (21)",
                "condition image-match (3)",
                "validate (7)")) {
            assertTrue(run.out().contains(part), part + " isn't in\n" + run.out());
        }
    }

    @Test
    void inspect_json_isOneObject() throws IOException {
        pack("--uri-a", "https://acme.example/a.img", "--uri-b", "https://acme.example/b.img", "--severed");

        Map<String, Object> object =
                Json.object(Run.otapub("inspect", "--json", out.toString()).out());

        assertEquals(7L, object.get("sequence"));
        assertEquals(List.of("os"), object.get("components"));
        Map<?, ?> sections = (Map<?, ?>) object.get("sections");
        Map<?, ?> tryEach = (Map<?, ?>) ((List<?>) sections.get("install (20)")).get(0);
        assertEquals(2, ((List<?>) tryEach.get("branches")).size());
    }

    @Test
    void inspect_controlCharacters_dontReachTheTerminal() {
        pack("--uri", "https://acme.example/fw.img", "--text", "\u001b[2Jgone");

        Run run = Run.otapub("inspect", out.toString());

        assertFalse(run.out().contains("\u001b"));
        assertTrue(run.out().contains("?[2Jgone"), run.out());
    }

    @Test
    void inspect_garbage_saysWhatIsWrong() throws IOException {
        Run run = Run.otapub("inspect", Files.writeString(out, "hello").toString());

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("MALFORMED"), run.err());
        assertEquals(1, Run.otapub("inspect", folder.resolve("none").toString()).exit());
    }

    @Test
    void pack_filesMissingOrEmpty_saysWhich() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.img"));

        image = folder.resolve("none.img");
        Run missing = pack("--uri", "https://acme.example/fw.img");
        image = empty;
        Run nothing = pack("--uri", "https://acme.example/fw.img");

        assertEquals(1, missing.exit());
        assertTrue(missing.err().contains("none.img: no such file or folder"), missing.err());
        assertEquals(1, nothing.exit());
        assertTrue(nothing.err().contains("empty"), nothing.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void pack_wrongUse_exits2() {
        assertEquals(2, pack().exit());
        assertEquals(2, pack("--uri", "https://a.example/x", "--integrated").exit());
        assertEquals(2, pack("--uri", "no scheme").exit());
        assertEquals(2, pack("--uri", "relative").exit());
        assertEquals(2, pack("--uri", "https://a.example/x", "--sequence", "-1").exit());
    }

    private Run pack(String... more) {
        List<String> command = new ArrayList<>(List.of(
                "pack",
                "--image",
                image.toString(),
                "--key",
                folder.resolve("one.pem").toString(),
                "--out",
                out.toString(),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--security-version",
                "2"));
        command.addAll(List.of(more));
        if (!command.contains("--sequence")) {
            command.addAll(List.of("--sequence", "7"));
        }
        return Run.otapub(command.toArray(String[]::new));
    }

    private InstallPlan plan(String serial, BankId bank, ComponentId... others) throws IOException, RejectedException {
        DeviceIdentity identity = new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, serial), "gw");
        Authentic authentic =
                verifier.authenticate(Files.readAllBytes(out), TrustPolicy.anyOf(anchor("one")), Role.FIRMWARE);
        return verifier.plan(authentic, new Target(identity, List.of(ComponentId.of("os")), List.of(others), bank));
    }

    private TrustAnchor anchor(String name) throws IOException {
        byte[] key = Keys.readPublic(folder.resolve(name + ".pub.pem")).subjectPublicKeyInfo();
        return new TrustAnchor(name, key, Set.of(Role.FIRMWARE));
    }
}
