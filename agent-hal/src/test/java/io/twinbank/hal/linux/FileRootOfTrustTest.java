// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileRootOfTrustTest {
    private static final byte[] ONE = key(1);
    private static final byte[] TWO = key(2);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("anchors.pem");
    }

    @Test
    void factoryPolicy_bareKey_hasAllRoles() throws IOException {
        TrustPolicy policy = policy(pem(ONE));

        assertEquals(TrustPolicy.anyOf(new TrustAnchor("key 1", ONE, EnumSet.allOf(Role.class))), policy);
    }

    @Test
    void factoryPolicy_namesRolesAndThresholds_areThoseOfTheFile() throws IOException {
        TrustPolicy policy = policy("# our keys\n"
                + "threshold: firmware 2\r\n"
                + "name: Zoë 2026\nroles: root , firmware\n" + pem(ONE)
                + "\nroles: firmware,command\n" + pem(TWO).replace("\n", "\r\n")
                + "threshold: root 1");

        assertEquals(
                new TrustPolicy(
                        List.of(
                                new TrustAnchor("Zoë 2026", ONE, Set.of(Role.ROOT, Role.FIRMWARE)),
                                new TrustAnchor("key 2", TWO, Set.of(Role.FIRMWARE, Role.COMMAND))),
                        Map.of(Role.FIRMWARE, Rule.of(2), Role.ROOT, Rule.of(1))),
                policy);
    }

    @Test
    void factoryPolicy_hybridThreshold_isARuleOfBothFamilies() throws IOException {
        TrustPolicy policy = policy("threshold: firmware 1 hybrid\n" + pem(ONE) + pem(TWO));

        assertEquals(Rule.hybrid(1), policy.rule(Role.FIRMWARE));
    }

    @Test
    void factoryPolicy_certificate_isItsKey() throws Exception {
        KeyPair pair = SelfSigned.generate("secp256r1");
        byte[] certificate =
                SelfSigned.of("x", pair, Security.getProvider("SunEC")).getEncoded();

        TrustPolicy policy = policy(pem("CERTIFICATE", certificate));

        assertEquals(
                new TrustAnchor("key 1", pair.getPublic().getEncoded(), EnumSet.allOf(Role.class)),
                policy.anchors().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "role: root | found 'role: root', expected 'name:', 'roles:', 'threshold:', '#' and a comment",
                "roles root | found 'roles root', expected 'name:'",
                "roles: roots | found role 'roots', expected some of root, firmware, command",
                "roles: ROOT | found role 'ROOT', expected some of",
                "roles: | found role '', expected some of",
                "roles: root, root | found role 'root' twice, expected each at most once",
                "name: | found name '', expected 1 to 64 printable bytes",
                "threshold: firmware | found threshold 'firmware', expected a role and a number from 1 to 99",
                "threshold: firmware 0 | found threshold 'firmware 0', expected a role and a number from 1 to 99",
                "threshold: firmware 2 keys | found threshold 'firmware 2 keys', expected a role and a number",
                "threshold: all 2 | found role 'all', expected some of",
                "threshold: root 2 | found a threshold of 2 keys, expected at most 1, as many as have the role",
                "threshold: root 1 hybrid | found a threshold of 1 classic and 1 post-quantum keys, expected at most 1",
                "-----BEGIN PRIVATE KEY----- | found '-----BEGIN PRIVATE KEY-----', expected '-----BEGIN PUBLIC KEY-----' or",
                "-----BEGIN PUBLIC KEY | found '-----BEGIN PUBLIC KEY', expected",
                "-----END PUBLIC KEY----- | found '-----END PUBLIC KEY-----', expected 'name:'"
            })
    void factoryPolicy_badLine_isRefusedByNumber(String line, String reason) throws IOException {
        String message = refusal("\n" + line + "\n" + pem(ONE));

        assertTrue(message.contains(file + ": line 2: " + reason), message);
    }

    @Test
    void factoryPolicy_sameDirectiveTwice_isRefused() throws IOException {
        String names = refusal("name: a\nname: b\n" + pem(ONE));
        String thresholds = refusal("threshold: root 1\nthreshold: root 1\n" + pem(ONE));

        assertTrue(names.contains("line 2: found a second 'name:', expected one for each key"), names);
        assertTrue(thresholds.contains("line 2: found a second threshold of role 'root', expected one"), thresholds);
    }

    @Test
    void factoryPolicy_directiveWithoutAKey_isRefused() throws IOException {
        String message = refusal(pem(ONE) + "roles: root\n# the end\n");

        assertTrue(message.contains("line 4: found no key after this, expected one"), message);
    }

    @Test
    void factoryPolicy_blockWithoutEnd_isRefused() throws IOException {
        String cut = refusal(pem(ONE).substring(0, 60));
        String other = refusal(pem(ONE).replace("END PUBLIC KEY", "END CERTIFICATE"));

        assertTrue(cut.contains("line 1: found a block without its end, expected '-----END PUBLIC KEY-----'"), cut);
        assertTrue(other.contains("line 1: found a block without its end"), other);
    }

    @Test
    void factoryPolicy_noBase64_isRefused() throws IOException {
        String message = refusal("-----BEGIN PUBLIC KEY-----\n%%%%\n-----END PUBLIC KEY-----\n");

        assertTrue(message.contains("line 1: Illegal base64 character 25"), message);
    }

    @Test
    void factoryPolicy_noDerSequence_isRefused() throws IOException {
        byte[] more = Arrays.copyOf(ONE, ONE.length + 1);
        byte[] shared = HexFormat.of().parseHex("a301040305205820" + "11".repeat(32));

        for (byte[] bad : new byte[][] {{}, {0x30}, more, shared}) {
            String message = refusal(pem(bad));
            assertTrue(message.contains("line 1: found " + bad.length + " bytes, expected one DER SEQUENCE"), message);
        }
    }

    @Test
    void factoryPolicy_noCertificate_isRefused() throws IOException {
        String message = refusal(pem("CERTIFICATE", ONE));

        assertTrue(message.contains("line 1: found a certificate that can't be read"), message);
    }

    @Test
    void factoryPolicy_noRootKey_isRefused() throws IOException {
        String empty = refusal("");
        String firmware = refusal("roles: firmware\n" + pem(ONE));

        assertTrue(empty.contains("found no key with role root among 0, expected at least one"), empty);
        assertTrue(firmware.contains("found no key with role root among 1, expected at least one"), firmware);
    }

    @Test
    void factoryPolicy_sameKeyTwice_isRefused() throws IOException {
        String message = refusal(pem(ONE) + "name: copy\n" + pem(ONE));

        assertTrue(message.contains("found the key of 'copy' twice, expected different keys"), message);
    }

    @Test
    void factoryPolicy_tooManyKeys_isRefused() throws IOException {
        String keys = IntStream.rangeClosed(1, 33).mapToObj(n -> pem(key(n))).collect(Collectors.joining());

        String message = refusal(keys);

        assertTrue(message.contains("found one more key, expected at most 32"), message);
        assertEquals(
                32,
                policy(keys.substring(0, keys.length() - pem(key(33)).length()))
                        .anchors()
                        .size());
    }

    @Test
    void factoryPolicy_tooLong_isRefused() throws IOException {
        String message = refusal(pem(ONE) + "#".repeat(65536));

        assertTrue(message.contains("found more than 65536 bytes, expected at most that"), message);
    }

    @Test
    void factoryPolicy_noUtf8_isRefused() throws IOException {
        Files.write(file, new byte[] {'#', (byte) 0xff});

        String message = refusal(FileRootOfTrust.open(file));

        assertTrue(message.contains("found bytes that aren't UTF-8, expected PEM"), message);
    }

    @Test
    void factoryPolicy_missingFile_isRefused() {
        String message = refusal(FileRootOfTrust.open(file));

        assertTrue(message.contains("read the trust anchors of " + file), message);
    }

    @Test
    void factoryPolicy_pinnedDigest_mustBeTheFiles() throws Exception {
        byte[] text = pem(ONE).getBytes(StandardCharsets.US_ASCII);
        byte[] pin = MessageDigest.getInstance("SHA-256").digest(text);
        Files.write(file, text);
        FileRootOfTrust root = FileRootOfTrust.open(file, pin);
        assertEquals(1, root.factoryPolicy().anchors().size());

        Files.writeString(file, pem(TWO));
        String message = refusal(root);

        String found =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        assertTrue(
                message.contains("found SHA-256 " + found + ", expected the pinned "
                        + HexFormat.of().formatHex(pin)),
                message);
        Files.write(file, text);
        assertEquals(1, root.factoryPolicy().anchors().size());
    }

    @Test
    void open_pinOfOtherLength_isACallersMistake() {
        assertThrows(IllegalArgumentException.class, () -> FileRootOfTrust.open(file, new byte[20]));
    }

    @Test
    void bind_always_isUnsupported() {
        FileRootOfTrust root = FileRootOfTrust.open(file);

        assertFalse(root.canBind());
        assertEquals(
                HalException.Kind.UNSUPPORTED,
                assertThrows(HalException.class, () -> root.bind(new byte[32])).kind());
        assertEquals(
                HalException.Kind.UNSUPPORTED,
                assertThrows(HalException.class, root::bound).kind());
    }

    private TrustPolicy policy(String text) throws IOException {
        Files.writeString(file, text);
        return FileRootOfTrust.open(file).factoryPolicy();
    }

    private String refusal(String text) throws IOException {
        Files.writeString(file, text);
        return refusal(FileRootOfTrust.open(file));
    }

    private static String refusal(FileRootOfTrust root) {
        HalException refused = assertThrows(HalException.class, root::factoryPolicy);
        assertEquals(HalException.Kind.IO, refused.kind());
        return refused.getMessage();
    }

    /** Of the form of a key on Ed25519. */
    private static byte[] key(int number) {
        return HexFormat.of()
                .parseHex("302a300506032b6570032100"
                        + String.format("%02x", number).repeat(32));
    }

    private static String pem(byte[] der) {
        return pem("PUBLIC KEY", der);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
