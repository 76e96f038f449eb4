// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar signs with keys in a SoftHSM token, which were made as the README says. */
@Needs({Part.SOFTHSM, Part.OPENSC, Part.OPENSSL})
class Pkcs11IT {
    private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";
    private static final String LABEL = "release 1";
    private static final String PIN = "5678";

    @TempDir
    static Path folder;

    private static Packaged packaged;

    @BeforeAll
    static void makeToken() throws Exception {
        Files.createDirectory(folder.resolve("tokens"));
        Path configuration = Files.writeString(
                folder.resolve("softhsm2.conf"),
                "directories.tokendir = " + folder.resolve("tokens") + "\nobjectstore.backend = file\n");
        packaged =
                new Packaged(folder, Map.of("SOFTHSM2_CONF", configuration.toString(), "OTAPUB_PKCS11_MODULE", MODULE));
        for (String label : List.of("spare", LABEL)) {
            packaged.tool(
                    Part.SOFTHSM.path(), "--init-token", "--free", "--label", label, "--so-pin", "1234", "--pin", PIN);
        }
        packaged.tool(Part.OPENSSL.path(), "genpkey", "-algorithm", "ed25519", "-out", "any.pem");
        generate("maker", "EC:prime256v1", "01");
        certify("maker", "01");
        generate("edwards", "EC:edwards25519", "02");
        packaged.tool(
                Part.OPENSSL.path(),
                "req",
                "-x509",
                "-new",
                "-subj",
                "/CN=edwards",
                "-key",
                "any.pem",
                "-outform",
                "der",
                "-out",
                "edwards.crt");
        pkcs11(
                "--login",
                "--pin",
                PIN,
                "--write-object",
                "edwards.crt",
                "--type",
                "cert",
                "--label",
                "edwards",
                "--id",
                "02");
        generate("lonely", "EC:prime256v1", "03");
        importP384("longer", "04");
        Files.write(folder.resolve("fw.img"), new byte[1000]);
        Files.writeString(folder.resolve("pin"), PIN + "\n");
    }

    @Test
    void pack_keyInToken_devicesAcceptIt() throws Exception {
        Run packed = pack(packaged, "pkcs11:token=release%201;object=maker?pin-source=file:pin");

        assertEquals(0, packed.exit(), packed.err());
        assertEquals("", packed.err());
        assertFalse(packed.out().contains("SoftHSM"), packed.out());
        Run verified = packaged.otapub("verify", "--json", "fw.suit", "--trust", "maker.pub.pem");
        assertEquals(true, Json.object(verified.out()).get("accepted"), verified.out());
    }

    @Test
    @Tag("slow")
    void pack_p384KeyInToken_devicesAcceptIt() throws Exception {
        Run packed = pack(packaged, "pkcs11:token=release%201;object=longer?pin-source=file:pin");

        assertEquals(0, packed.exit(), packed.err());
        Run verified = packaged.otapub("verify", "--json", "fw.suit", "--trust", "longer.pub.pem");
        assertEquals(true, Json.object(verified.out()).get("accepted"), verified.out());
        assertTrue(verified.out().contains("ESP384"), verified.out());
    }

    @Test
    void pack_pinInEnvironment_isTaken() throws Exception {
        Run usual = pack(with("OTAPUB_PIN", PIN), "pkcs11:token=release%201;object=maker");
        Run named = pack(with("RELEASE_PIN", PIN), "pkcs11:token=release%201;object=maker?pin-source=env:RELEASE_PIN");

        assertEquals(0, usual.exit(), usual.err());
        assertEquals(0, named.exit(), named.err());
    }

    @Test
    void pack_wrongPin_saysSoAndWritesNothing() throws Exception {
        Files.deleteIfExists(folder.resolve("fw.suit"));

        Run run = pack(with("OTAPUB_PIN", "0000"), "pkcs11:token=release%201;object=maker");

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("token release 1: the PIN is wrong"), run.err());
        assertFalse(Files.exists(folder.resolve("fw.suit")));
    }

    @Test
    void pack_noSuchToken_namesThoseThatThereAre() throws Exception {
        Run run = pack(packaged, "pkcs11:token=spare;serial=0;object=maker");

        assertEquals(1, run.exit());
        assertTrue(
                run.err()
                        .matches("(?s)otapub: no token for pkcs11:token=spare;serial=0;object=maker; there are:"
                                + " \\[token=release 1;serial=\\w+, token=spare;serial=\\w+]\\s*"),
                run.err());
    }

    @Test
    void pack_noSuchKey_namesThoseThatThereAre() throws Exception {
        Run run = pack(with("OTAPUB_PIN", PIN), "pkcs11:token=release%201;object=lonely");

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("no key for pkcs11:token=release%201;object=lonely"), run.err());
        assertTrue(run.err().contains("the token's keys are [edwards, longer, maker]"), run.err());
    }

    @Test
    void pack_keyTypeThatJavaDoesntSignWith_isRefusedByName() throws Exception {
        Run run = pack(with("OTAPUB_PIN", PIN), "pkcs11:token=release%201;object=edwards");

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("object=edwards is of type EdDSA"), run.err());
    }

    private static Run pack(Packaged at, String key) throws IOException, InterruptedException {
        return at.otapub(
                "pack",
                "--image",
                "fw.img",
                "--key",
                key,
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "1",
                "--security-version",
                "1",
                "--uri",
                "https://acme.example/fw.img",
                "--out",
                "fw.suit");
    }

    private static Packaged with(String name, String value) {
        Map<String, String> environment = new HashMap<>(packaged.environment());
        environment.put(name, value);
        return new Packaged(folder, environment);
    }

    private static void generate(String label, String type, String id) throws IOException, InterruptedException {
        pkcs11("--login", "--pin", PIN, "--keypairgen", "--key-type", type, "--label", label, "--id", id);
    }

    /** Puts a certificate beside a key, signed by whomever: it is never looked at. */
    private static void certify(String label, String id) throws IOException, InterruptedException {
        pkcs11("--read-object", "--type", "pubkey", "--label", label, "--output-file", label + ".der");
        packaged.tool(
                Part.OPENSSL.path(),
                "pkey",
                "-pubin",
                "-inform",
                "der",
                "-in",
                label + ".der",
                "-out",
                label + ".pub.pem");
        packaged.tool(
                Part.OPENSSL.path(),
                "x509",
                "-new",
                "-subj",
                "/CN=" + label,
                "-force_pubkey",
                label + ".pub.pem",
                "-key",
                "any.pem",
                "-outform",
                "der",
                "-out",
                label + ".crt");
        pkcs11(
                "--login",
                "--pin",
                PIN,
                "--write-object",
                label + ".crt",
                "--type",
                "cert",
                "--label",
                label,
                "--id",
                id);
    }

    /** Made outside: pkcs11-tool 0.23 can't read public keys on P-384 back. */
    private static void importP384(String label, String id) throws IOException, InterruptedException {
        String pem = label + ".pem";
        Path openssl = Part.OPENSSL.path();
        packaged.tool(openssl, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", pem);
        packaged.tool(openssl, "pkey", "-in", pem, "-outform", "der", "-out", label + ".key");
        packaged.tool(openssl, "pkey", "-in", pem, "-pubout", "-out", label + ".pub.pem");
        packaged.tool(
                openssl,
                "req",
                "-x509",
                "-new",
                "-subj",
                "/CN=" + label,
                "-key",
                pem,
                "-outform",
                "der",
                "-out",
                label + ".crt");
        for (String type : List.of("privkey", "cert")) {
            String file = label + (type.equals("cert") ? ".crt" : ".key");
            pkcs11("--login", "--pin", PIN, "--write-object", file, "--type", type, "--label", label, "--id", id);
        }
    }

    private static void pkcs11(String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--module", MODULE, "--token-label", LABEL));
        all.addAll(List.of(args));
        packaged.tool(Part.OPENSC.path(), all.toArray(String[]::new));
    }
}
