// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.cose.CoseKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key that a device shares: what makes MACs with it, and all that refuses it. */
class SharedKeyFileTest {
    @TempDir
    Path folder;

    private Release release;
    private CoseKey key;

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
        assertEquals(0, keygen("mac.key").exit());
        key = Keys.readTrusted(folder.resolve("mac.key"));
    }

    private Run keygen(String name, String... more) {
        List<String> command = new ArrayList<>(List.of("keygen", "--alg", "hmac-256", "--out", release.path(name)));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    private Run verify(String name) {
        return Run.otapub("verify", release.path("fw.suit"), "--trust", release.path(name));
    }

    private static void assertRefused(Run run, int exit, String words) {
        assertEquals(exit, run.exit(), run.out());
        assertTrue((run.out() + run.err()).contains(words), run.out() + run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    @Test
    void keygen_hmac_makesOneFileThatIsACoseKey() throws Exception {
        byte[] file = Files.readAllBytes(folder.resolve("mac.key"));
        CBORObject coseKey = CBORObject.DecodeFromBytes(file);

        assertEquals(3, coseKey.size());
        assertEquals(4, coseKey.get(1).AsInt32());
        assertEquals(5, coseKey.get(3).AsInt32());
        assertEquals(32, coseKey.get(-1).GetByteString().length);
        assertFalse(Files.exists(folder.resolve("mac.key.pub.pem")));
        assertEquals(CoseKey.Type.HMAC_256, key.type());
    }

    @Test
    void keygen_hmac_saysWhatItIsWithoutTheSecret() throws Exception {
        Run run = keygen("other.key");

        String secret = HexFormat.of()
                .formatHex(Files.readAllBytes(folder.resolve("other.key")))
                .substring(16);
        assertTrue(run.out().startsWith("shared key  " + release.path("other.key")), run.out());
        assertTrue(run.out().contains("give every device a key of its own"), run.out());
        assertFalse(run.out().contains(secret), run.out());
        assertNotEquals(key, Keys.readTrusted(folder.resolve("other.key")));
    }

    @Test
    void keygen_hmacOnPosix_isForItsOwnerOnly() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));

        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("mac.key"))));
    }

    @Test
    void keygen_hmacFileExists_refusesWithoutForce() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("mac.key"));

        assertRefused(keygen("mac.key"), 1, "exists already; --force replaces it");
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("mac.key")));
        assertEquals(0, keygen("mac.key", "--force").exit());
        assertFalse(Arrays.equals(before, Files.readAllBytes(folder.resolve("mac.key"))));
    }

    @Test
    void pack_bySharedKey_devicesWithItAcceptIt() {
        Run packed = release.pack("--key", release.path("mac.key"));
        Run inspected = Run.otapub("inspect", release.path("fw.suit"));
        keygen("other.key");

        assertEquals(0, packed.exit(), packed.err());
        assertTrue(packed.out().contains("signed by   HMAC 256/256 key " + key), packed.out());
        assertTrue(inspected.out().contains("MAC         HMAC 256/256 by key " + key), inspected.out());
        assertEquals(0, verify("mac.key").exit());
        assertTrue(verify("mac.key").out().contains("MAC:       HMAC 256/256 by key " + key + ", valid"));
        assertRefused(verify("other.key"), 1, "UNKNOWN_KEY");
        assertRefused(verify("ann.pub.pem"), 1, "UNKNOWN_KEY");
    }

    @Test
    void pack_bySharedKey_isWhatAnotherLibraryComputes() throws Exception {
        release.pack("--key", release.path("mac.key"));

        CBORObject envelope = CBORObject.DecodeFromBytes(Files.readAllBytes(release.envelope()));
        CBORObject wrapper = CBORObject.DecodeFromBytes(envelope.get(2).GetByteString());
        CBORObject message = CBORObject.DecodeFromBytes(wrapper.get(1).GetByteString());
        CBORObject structure = CBORObject.NewArray()
                .Add("MAC0")
                .Add(message.get(0))
                .Add(new byte[0])
                .Add(wrapper.get(0));
        byte[] secret = CBORObject.DecodeFromBytes(Files.readAllBytes(folder.resolve("mac.key")))
                .get(-1)
                .GetByteString();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));

        assertTrue(message.HasMostOuterTag(17));
        assertEquals(
                CBORObject.NewMap().Add(1, 5),
                CBORObject.DecodeFromBytes(message.get(0).GetByteString()));
        assertTrue(message.get(2).isNull());
        assertArrayEquals(mac.doFinal(structure.EncodeToBytes()), message.get(3).GetByteString());
    }

    @Test
    void pack_keyAndSharedKeyInOneBlock_bothCount() throws Exception {
        release.pack("--one-block", "--key", release.path("ann.pem"), "--key", release.path("mac.key"));

        Run inspected = Run.otapub("inspect", "--json", release.path("fw.suit"));

        assertEquals(
                List.of("ESP256", "HMAC 256/256"),
                ((List<?>) Json.object(inspected.out()).get("signers"))
                        .stream().map(signer -> ((Map<?, ?>) signer).get("alg")).toList());
        assertEquals(0, verify("mac.key").exit());
        assertEquals(0, verify("ann.pub.pem").exit());
    }

    @Test
    void sign_bySharedKey_addsAMacOnce() throws Exception {
        release.pack("--key", release.path("ann.pem"));

        Run signed = sign("fw.suit", "mac.key");
        Run again = sign("fw.suit", "mac.key");

        assertEquals(0, signed.exit(), signed.err());
        assertTrue(signed.out().contains("signatures: 2"), signed.out());
        assertEquals(0, verify("mac.key").exit());
        assertEquals(0, verify("ann.pub.pem").exit());
        assertRefused(again, 1, "has a signature by key " + key + " already");
        assertTrue(again.out().contains("MAC         HMAC 256/256 by key " + key + ", not checked"), again.out());
    }

    private Run sign(String envelope, String keyFile) throws IOException {
        String digest = String.valueOf(Json.object(
                        Run.otapub("inspect", "--json", release.path(envelope)).out())
                .get("manifestDigest"));
        return Run.otapub("sign", release.path(envelope), "--key", release.path(keyFile), "--manifest", digest);
    }

    /** Who could check a MAC could have made it, so it is no second person's word. */
    @Test
    void release_withAMac_isRefusedAsNobodys() throws IOException {
        Files.writeString(folder.resolve("policy.json"), """
                {"signers": [{"name": "ann", "publicKey": "ann.pub.pem"}, {"name": "bob", "publicKey": "bob.pub.pem"}]}
                """);
        Files.writeString(folder.resolve("shared.json"), """
                {"signers": [{"name": "ann", "publicKey": "ann.pub.pem"}, {"name": "eve", "publicKey": "mac.key"}]}
                """);
        release.pack(
                "--key", release.path("ann.pem"), "--key", release.path("bob.pem"), "--key", release.path("mac.key"));

        assertRefused(
                release("policy.json"),
                1,
                "STRANGE_SIGNATURE a MAC, by key " + key
                        + ", is nobody's: the device could have made it; add it after the release");
        assertRefused(release("shared.json"), 1, "it is a shared key, which has no public half");
        assertFalse(Files.exists(folder.resolve("fw.release.json")));
    }

    private Run release(String policy) {
        return Run.otapub(
                "release",
                release.path("fw.suit"),
                "--policy",
                release.path(policy),
                "--out",
                release.path("fw.release.json"));
    }

    @Test
    void digestAndAttach_ofASharedKey_saySignInstead() {
        release.pack("--unsigned");

        Run digest = Run.otapub(
                "digest", release.path("fw.suit"), "--public-key", release.path("mac.key"), "--out", release.path("m"));
        Run attach = Run.otapub(
                "attach",
                release.path("fw.suit"),
                "--public-key",
                release.path("mac.key"),
                "--signature",
                release.path("fw.img"));

        String words = "it is a shared key, which has no public half; pack and sign make MACs with it";
        assertRefused(digest, 1, words);
        assertRefused(attach, 1, words);
    }

    @Test
    void command_bySharedKey_isRefused() {
        Run run = Run.otapub(
                "command", "pause", "--device", "gw-1", "--key", release.path("mac.key"), "--out", release.path("c"));

        assertRefused(run, 1, "mac.key is a shared key: devices take MACs for firmware only");
        assertFalse(Files.exists(folder.resolve("c")));
    }

    @Test
    void trust_withASharedKey_isRefusedWhereverItIsGiven() throws Exception {
        String set = """
                {"version": 1, "issued": "2026-11-29T00:00:00Z", "expires": "2028-11-29T00:00:00Z",
                 "keys": [{"name": "ann", "publicKey": "ann.pub.pem", "roles": ["ROOT"]},
                          {"name": "maker", "publicKey": "MAKER", "roles": ["FIRMWARE"]}],
                 "rules": {"ROOT": {"keys": 1}, "FIRMWARE": {"keys": 1}}}
                """;
        Files.writeString(folder.resolve("shared.json"), set.replace("MAKER", "mac.key"));
        Files.writeString(folder.resolve("good.json"), set.replace("MAKER", "bob.pub.pem"));

        Run shared = trust("shared.json", "ann.pem");
        Run byShared = trust("good.json", "mac.key");
        Run good = trust("good.json", "ann.pem");
        Run signedByShared = sign("trust.suit", "mac.key");

        assertRefused(shared, 1, "it is a shared key, which has no public half");
        assertRefused(byShared, 1, "mac.key is a shared key: devices take MACs for firmware only");
        assertEquals(0, good.exit(), good.err());
        assertRefused(signedByShared, 1, "a trust manifest is signed by root keys, and a shared key is never one");
    }

    private Run trust(String set, String keyFile) {
        return Run.otapub(
                "trust",
                "--set",
                release.path(set),
                "--key",
                release.path(keyFile),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--out",
                release.path("trust.suit"));
    }

    @ParameterizedTest
    @CsvSource({
        "a3010403052050" + "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e, 'k (-1) of 16 bytes, expected 32 bytes'",
        "a3010403042040, 'alg (3) HMAC 256/64 (4), expected HMAC 256/256 (5)'",
        "a30104, no COSE_Key"
    })
    void pack_byAFileThatHoldsAnotherKey_saysWhichAndWhy(String hex, String words) throws IOException {
        Files.write(folder.resolve("bad.key"), HexFormat.of().parseHex(hex));

        Run packed = release.pack("--key", release.path("bad.key"));

        assertRefused(packed, 1, "bad.key holds no key that can be used: shared key: " + words);
        assertFalse(packed.err().contains("5e5e"), packed.err());
        assertRefused(verify("bad.key"), 2, "bad.key holds no key that can be used: shared key: " + words);
    }
}
