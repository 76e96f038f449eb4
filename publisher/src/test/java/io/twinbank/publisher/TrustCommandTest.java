// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code otapub trust} writes is what a device takes, once enough root keys signed it. */
class TrustCommandTest {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");
    private static final DeviceIdentity DEVICE =
            new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gw-17");

    /** The roots are ann and bob; the maker signs the operating system. */
    private static final String SET = """
            {"version": 4, "issued": "2026-01-29T00:00:00Z", "expires": "2128-01-29T00:00:00Z",
             "keys": [
              {"name": "ann", "publicKey": "ann.pub.pem", "roles": ["ROOT"]},
              {"name": "bob", "publicKey": "bob.pub.pem", "roles": ["ROOT"]},
              {"name": "maker", "publicKey": "maker.pub.pem", "roles": ["FIRMWARE"], "components": [["os"]]}],
             "rules": {"ROOT": {"keys": 2}, "FIRMWARE": {"keys": 1, "hybrid": false}},
             "revokedKeys": ["old.pub.pem", "00FF567890123456789012345678901234567890123456789012345678901234"],
             "revokedManifests": ["fw.suit", "sha-256:0a34567890123456789012345678901234567890123456789012345678901234"]}
            """;

    @TempDir
    Path folder;

    private final ManifestVerifier verifier = new ManifestVerifier(Envelopes.LIMITS);
    private Release release;

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
        for (String name : List.of("maker", "old")) {
            Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve(name + ".pem"), false);
        }
        release.pack("--key", release.path("old.pem"));
    }

    private Run trust(String set, String out, String... more) throws IOException {
        Files.writeString(folder.resolve("set.json"), set);
        List<String> command = new ArrayList<>(List.of("trust", "--set", release.path("set.json")));
        command.addAll(List.of("--vendor-domain", "acme.example", "--model", "gw-1", "--out", release.path(out)));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    private Run signedByBoth(String set, String out, String... more) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("--key", release.path("ann.pem"), "--key", release.path("bob.pem")));
        options.addAll(List.of(more));
        return trust(set, out, options.toArray(String[]::new));
    }

    private static String version(int version) {
        return SET.replace("\"version\": 4", "\"version\": " + version);
    }

    private byte[] der(String name) throws IOException {
        return Keys.readPublic(folder.resolve(name + ".pub.pem")).subjectPublicKeyInfo();
    }

    private String thumbprint(String name) throws IOException {
        return CoseKey.of(der(name)).toString();
    }

    /** What devices with the set before believe: that takes both of these keys. */
    private TrustPolicy roots(String... names) throws IOException {
        List<TrustAnchor> anchors = new ArrayList<>();
        for (String name : names) {
            anchors.add(new TrustAnchor(name, der(name), Set.of(Role.ROOT)));
        }
        return new TrustPolicy(anchors, Map.of(Role.ROOT, Rule.of(names.length)));
    }

    private TrustSet taken(String file, String... roots) throws Exception {
        Authentic authentic = verifier.authenticate(Files.readAllBytes(folder.resolve(file)), roots(roots), Role.ROOT);
        return TrustManifest.read(authentic, DEVICE, verifier);
    }

    @Test
    void inspect_aTrustManifest_showsWhomDevicesWouldBelieve() throws IOException {
        signedByBoth(SET, "trust-4.suit");

        Run text = Run.otapub("inspect", release.path("trust-4.suit"));
        Map<?, ?> set = (Map<?, ?>) Json.object(Run.otapub("inspect", release.path("trust-4.suit"), "--json")
                        .out())
                .get("trustSet");

        for (String line : List.of(
                "trust set   4\n",
                "expires     2128-01-29T00:00:00Z\n",
                "key         " + thumbprint("maker") + " (maker), ED25519, [FIRMWARE] for [os]\n",
                "rule        ROOT: at least 2 keys\n",
                "revoked     key " + thumbprint("old") + "\n",
                "revoked     manifest sha-256:0a34567890123456789012345678901234567890123456789012345678901234\n")) {
            assertTrue(text.out().contains(line), line + " isn't in:\n" + text.out());
        }
        assertEquals(4L, set.get("version"));
        assertEquals("2128-01-29T00:00:00Z", set.get("expires"));
        assertEquals(thumbprint("maker"), ((Map<?, ?>) ((List<?>) set.get("keys")).get(2)).get("kid"));
        assertEquals(2L, ((Map<?, ?>) ((Map<?, ?>) set.get("rules")).get("ROOT")).get("threshold"));
        assertEquals(2, ((List<?>) set.get("revokedKeys")).size());
        assertEquals(2, ((List<?>) set.get("revokedManifests")).size());
    }

    @Test
    void sign_aTrustManifest_showsTheSetFirst() throws Exception {
        trust(SET, "trust-4.suit", "--key", release.path("ann.pem"));

        Run run = sign("trust-4.suit");

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("key         " + thumbprint("bob") + " (bob), ED25519, [ROOT]\n"), run.out());
        assertTrue(run.out().indexOf("trust set   4") < run.out().indexOf("signed by"), run.out());
        assertEquals(4, taken("trust-4.suit", "ann", "bob").version());
    }

    private Run sign(String file) throws Exception {
        String digest = SuitEnvelope.decode(Files.readAllBytes(folder.resolve(file)), Envelopes.LIMITS)
                .manifestDigest()
                .toString();
        return Run.otapub("sign", release.path(file), "--key", release.path("bob.pem"), "--manifest", digest);
    }

    /** The manifest of one set with another beside it: what is shown has to be what is signed. */
    @Test
    void sign_anotherSetThanTheManifestMeans_isRefused() throws Exception {
        trust(SET, "trust-4.suit", "--key", release.path("ann.pem"));
        byte[] envelope = Files.readAllBytes(folder.resolve("trust-4.suit"));
        byte[] changed = new String(envelope, StandardCharsets.ISO_8859_1)
                .replace("maker", "baker")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(folder.resolve("trust-4.suit"), changed);

        Run signed = sign("trust-4.suit");
        Run inspected = Run.otapub("inspect", release.path("trust-4.suit"));

        assertEquals(1, signed.exit());
        assertTrue(signed.err().contains("PAYLOAD_DIGEST: #trust (found sha-256:"), signed.err());
        assertEquals(1, inspected.exit());
        assertTrue(inspected.err().contains("PAYLOAD_DIGEST: #trust (found sha-256:"), inspected.err());
    }

    @Test
    void trust_signedByBothRoots_isTakenAsWritten() throws Exception {
        Run run = signedByBoth(SET, "trust-4.suit");

        assertEquals(0, run.exit(), run.err());
        assertEquals("", run.err());
        TrustSet set = taken("trust-4.suit", "ann", "bob");
        assertEquals(4, set.version());
        assertEquals(Instant.parse("2026-01-29T00:00:00Z").getEpochSecond(), set.issued());
        assertEquals(Instant.parse("2128-01-29T00:00:00Z").getEpochSecond(), set.expires());
        assertEquals(
                List.of(
                        new TrustAnchor("ann", der("ann"), Set.of(Role.ROOT)),
                        new TrustAnchor("bob", der("bob"), Set.of(Role.ROOT)),
                        new TrustAnchor("maker", der("maker"), Set.of(Role.FIRMWARE), List.of(ComponentId.of("os")))),
                set.policy().anchors());
        assertEquals(
                Map.of(Role.ROOT, Rule.of(2), Role.FIRMWARE, Rule.of(1)),
                set.policy().rules());
        assertEquals(
                Set.of(thumbprint("old"), "00ff567890123456789012345678901234567890123456789012345678901234"),
                set.policy().revokedKeys());
        assertEquals(
                List.of(
                        release.manifestDigest(),
                        "sha-256:0a34567890123456789012345678901234567890123456789012345678901234"),
                set.revokedManifests().stream().map(Object::toString).toList());
    }

    @Test
    void trust_summary_saysWhatDevicesWillBelieve() throws Exception {
        String said = signedByBoth(SET, "trust-4.suit").out();

        for (String line : List.of(
                "trust set   4\n",
                "expires     2128-01-29T00:00:00Z\n",
                "key         " + thumbprint("maker") + " (maker), ED25519, [FIRMWARE] for [os]\n",
                "rule        ROOT: at least 2 keys\n",
                "revoked     key " + thumbprint("old") + "\n",
                "revoked     manifest " + release.manifestDigest() + "\n",
                "signed by   ESP256 key " + thumbprint("ann") + " (ann)\n")) {
            assertTrue(said.contains(line), line + "in\n" + said);
        }
    }

    @Test
    void trust_oneRootOfTwo_isWrittenWithAWarningAndGoodOnceTheOtherSigns() throws Exception {
        Run run = trust(SET, "trust-4.suit", "--key", release.path("ann.pem"));

        assertEquals(0, run.exit(), run.err());
        assertTrue(
                run.err()
                        .contains("signed by 1 root keys of trust set 4, its rule is at least 2 keys: 1 more of [bob "
                                + thumbprint("bob") + "]"),
                run.err());
        RejectedException refused = assertThrows(RejectedException.class, () -> taken("trust-4.suit", "ann"));
        assertEquals(RejectReason.THRESHOLD_NOT_MET, refused.reason());

        String digest = run.out().replaceAll("(?s).*manifest {4}(sha-256:\\w+)\n.*", "$1");
        Run signed = Run.otapub(
                "sign", release.path("trust-4.suit"), "--key", release.path("bob.pem"), "--manifest", digest);

        assertEquals(0, signed.exit(), signed.err());
        assertEquals(4, taken("trust-4.suit", "ann").version());
    }

    @Test
    void trust_unsigned_namesAllWhoCanSign() throws Exception {
        Run run = trust(SET, "trust-4.suit", "--unsigned");

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.err().contains("signed by 0 root keys of trust set 4"), run.err());
        assertTrue(run.err().contains("2 more of [ann " + thumbprint("ann") + ", bob "), run.err());
    }

    @Test
    void trust_earlier_goAlongEachOnce() throws Exception {
        signedByBoth(version(2), "trust-2.suit");
        signedByBoth(version(3), "trust-3.suit", "--earlier", release.path("trust-2.suit"));

        Run run = signedByBoth(
                SET,
                "trust-4.suit",
                "--earlier",
                release.path("trust-3.suit"),
                "--earlier",
                release.path("trust-2.suit"));

        assertEquals(0, run.exit(), run.err());
        assertEquals(4, taken("trust-4.suit", "ann", "bob").version());
        List<byte[]> links = TrustManifest.links(Files.readAllBytes(folder.resolve("trust-4.suit")), Envelopes.LIMITS);
        assertEquals(2, links.size());
        for (int i = 0; i < 2; i++) {
            Authentic link =
                    assertInstanceOf(Authentic.class, verifier.verify(links.get(i), roots("ann", "bob"), Role.ROOT));
            assertEquals(i + 2, TrustManifest.read(link, DEVICE, verifier).version());
            assertEquals(List.of(), TrustManifest.links(links.get(i), Envelopes.LIMITS), "carries another");
        }
    }

    @Test
    void trust_rootsOfTheSetBefore_areMissedToo() throws Exception {
        signedByBoth(version(3), "trust-3.suit");
        String others = SET.replace("bob", "maker2").replace("\"ROOT\": {\"keys\": 2}", "\"ROOT\": {\"keys\": 1}");
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("maker2.pem"), false);

        Run run = trust(
                others, "trust-4.suit", "--key", release.path("ann.pem"), "--earlier", release.path("trust-3.suit"));

        assertEquals(0, run.exit(), run.err());
        assertTrue(
                run.err()
                        .contains("signed by 1 root keys of trust set 3, its rule is at least 2 keys: 1 more of [bob "
                                + thumbprint("bob") + "]"),
                run.err());
        assertFalse(run.err().contains("of trust set 4"), run.err());
    }

    @Test
    void trust_earlierWithAGap_isRefused() throws Exception {
        signedByBoth(version(2), "trust-2.suit");

        Run run = signedByBoth(SET, "trust-4.suit", "--earlier", release.path("trust-2.suit"));

        assertRefused(run, 1, "those just before 4, without a gap: found [2]");
    }

    @Test
    void trust_earlierThatIsFirmware_isRefused() throws Exception {
        assertRefused(
                signedByBoth(SET, "trust-4.suit", "--earlier", release.path("fw.suit")),
                1,
                "fw.suit: no earlier trust manifest that devices take: UNSUPPORTED");
    }

    @Test
    void trust_earlierSignedByOneRoot_isRefused() throws Exception {
        trust(version(3), "trust-3.suit", "--key", release.path("ann.pem"));

        assertRefused(
                signedByBoth(SET, "trust-4.suit", "--earlier", release.path("trust-3.suit")),
                1,
                "(found 1, expected at least 2 keys)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"version\": 4`                  | `\"version\": 0`                       | found 0, expected at least 1",
                "`\"version\": 4`                  | `\"version\": -1`                      | version is missing, or not a whole number",
                "`\"version\": 4`                  | `\"version\": 4, \"version\": 5`       | Duplicate field 'version'",
                "`\"version\": 4`                  | `\"version\": 4, \"revoked\": []`      | unknown field 'revoked'",
                "`\"roles\": [\"FIRMWARE\"]`       | `\"role\": [\"FIRMWARE\"]`             | unknown field 'role'",
                "`\"hybrid\": false`               | `\"hybrid\": \"no\"`                   | hybrid is to be true or false",
                "`\"hybrid\": false`               | `\"hybrd\": true`                      | unknown field 'hybrd'",
                "`\"FIRMWARE\": {`                 | `\"MAKER\": {`                         | unknown field 'MAKER'",
                "`\"hybrid\": false`               | `\"hybrid\": true`                     | rule of role FIRMWARE: 1 classic and 1 post-quantum keys can't be met by 1 anchors",
                "`\"ROOT\": {\"keys\": 2}`         | `\"ROOT\": {\"keys\": 1, \"hybrid\": true}` | found 2 classic and 0 post-quantum, expected at least 1 classic and 1 post-quantum keys",
                "`\"ROOT\": {\"keys\": 2}`         | `\"ROOT\": {\"keys\": 3}`              | rule of role ROOT: 3 keys can't be met by 2 anchors",
                "`\"ROOT\": {\"keys\": 2}`         | `\"ROOT\": {\"keys\": 9}`              | from 1 to 8, as many signatures as devices take, not 9",
                "`\"ROOT\": {\"keys\": 2}`         | `\"ROOT\": {\"keys\": 5, \"hybrid\": true}` | 5 classic and 5 post-quantum keys, devices take 8 signatures",
                "`\"ROOT\": {\"keys\": 2}, `       | ``                                     | rules: none for role ROOT",
                "`, \"FIRMWARE\": {\"keys\": 1, \"hybrid\": false}` | ``                    | none for role FIRMWARE, which key maker has",
                "`2128-01-29T00:00:00Z`            | `2026-01-29T00:00:00Z`                 | expiry (4) of the trust set",
                "`2128-01-29T00:00:00Z`            | `2128-01-29T00:00:00.5Z`               | whole seconds from 1970 on",
                "`2128-01-29T00:00:00Z`            | `2128-01-29`                           | expires: not a time such as",
                "`maker.pub.pem`                   | `ann.pub.pem`                          | twice",
                "`maker.pub.pem`                   | `maker.pem`                            | it is a private key",
                "`maker.pub.pem`                   | `nobody.pub.pem`                       | nobody.pub.pem: no such file",
                "`\"old.pub.pem\"`                 | `\"maker.pub.pem\"`                    | REVOKED",
                "`\"old.pub.pem\"`                 | `\"old\"`                              | a thumbprint of 64 hexadecimal digits",
                "`\"old.pub.pem\"`                 | `\"old.pub.pem\", \"old.pub.pem\"`     | is there twice",
                "`\"fw.suit\"`                     | `\"fw.img\"`                           | revokedManifests: sha-256:",
                "`\"fw.suit\"`                     | `\"fw.suit\", \"fw.suit\"`             | the same twice",
                "`[[\"os\"]]`                      | `[]`                                   | components is empty",
                "`[[\"os\"]]`                      | `[\"os\"]`                             | a component is a list of texts",
                "`[\"FIRMWARE\"]`                  | `[\"FIRMWARE\", \"FIRMWARE\"]`         | a role is there twice",
                "`[\"FIRMWARE\"]`                  | `[\"firmware\"]`                       | unknown role 'firmware'",
                "`[\"FIRMWARE\"]`                  | `[]`                                   | must not be empty",
            })
    void trust_setThatIsWrong_isRefusedAndNothingWritten(String good, String wrong, String words) throws IOException {
        assertTrue(SET.contains(good), good);

        assertRefused(signedByBoth(SET.replace(good, wrong == null ? "" : wrong), "trust-4.suit"), 1, words);
    }

    @Test
    void trust_fileThatIsTooLarge_isRefused() throws IOException {
        assertRefused(signedByBoth(SET + " ".repeat(64 << 10), "trust-4.suit"), 1, "larger than 65536 bytes");
    }

    @Test
    void trust_envelopeWithAnotherManifest_isNotRevoked() throws IOException {
        byte[] envelope = Files.readAllBytes(folder.resolve("fw.suit"));
        envelope[envelope.length - 1] ^= 1;
        Files.write(folder.resolve("fw.suit"), envelope);

        assertRefused(signedByBoth(SET, "trust-4.suit"), 1, "fw.suit: ");
    }

    @Test
    void trust_wrongUse_isUsage() throws IOException {
        assertRefused(trust(SET, "trust-4.suit"), 2, "--key");
        assertRefused(
                signedByBoth(SET, "trust-4.suit", "--key", release.path("ann.pem")),
                2,
                "is there twice, and counts once");
        String[] many = new String[34];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "--earlier";
            many[i + 1] = release.path("fw.suit");
        }
        assertRefused(signedByBoth(SET, "trust-4.suit", many), 2, "--earlier: at most 16, not 17");
    }

    @Test
    void trust_moreSignaturesThanDevicesTake_isRefused() throws IOException {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Path key = folder.resolve("old" + i + ".pem");
            Keys.write(Keys.generate(Keys.Algorithm.ED25519), key, false);
            options.addAll(List.of("--key", key.toString()));
        }

        Run run = trust(SET, "trust-4.suit", options.toArray(String[]::new));

        assertRefused(run, 1, "(found 9, expected at most 8)");
    }

    @Test
    void trust_timesThatBindDevices_areWarnedOf() throws IOException {
        String future = SET.replace("\"2026-01", "\"2127-01");
        String past = SET.replace("2026-01", "1999-01").replace("2128-01", "2000-01");

        assertTrue(signedByBoth(future, "trust-4.suit").err().contains("warning: it is issued in the future"));
        assertTrue(signedByBoth(past, "trust-4.suit").err().contains("warning: it has expired"));
    }

    private void assertRefused(Run run, int exit, String words) {
        assertEquals(exit, run.exit(), run.err());
        assertTrue(run.err().contains(words), words + " in " + run.err());
        assertFalse(Files.exists(folder.resolve("trust-4.suit")));
    }
}
