// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.linux.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's own key, where the configuration says that it is. The tools make it as an operator does. */
class KeysIT {
    private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");

    @TempDir
    private Path folder;

    private GatewayOnFiles gateway;

    @BeforeEach
    void gateway() throws IOException {
        gateway = new GatewayOnFiles(folder);
    }

    private static String run(String... command) throws IOException {
        Program.Result ended = Program.run(Duration.ofSeconds(30), List.of(command));
        assertEquals(0, ended.exitCode(), List.of(command) + ": " + ended.text() + ended.error());
        return ended.text();
    }

    private String deviceKey(String verdict) {
        Said said = gateway.twinbank("doctor");
        return said.lines().stream()
                .filter(line -> line.startsWith(verdict) && (line.contains("device key") || line.contains("keys ")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said.out() + said.err()));
    }

    private void makePkcs12(String... more) throws IOException {
        List<String> words = new ArrayList<>(
                List.of((KEYTOOL + " -genkeypair -alias device -keyalg EC -groupname secp256r1 -dname CN=gw-1"
                                + " -storetype PKCS12 -storepass secret -validity 3650")
                        .split(" ")));
        words.addAll(List.of("-keystore", gateway.file("device.p12").toString()));
        words.addAll(List.of(more));
        run(words.toArray(new String[0]));
    }

    @Test
    void pkcs12_madeByKeytool_signsAsLongAsItsCertificateIsValid() throws IOException {
        makePkcs12("-startdate", "2010/01/01");
        Files.writeString(gateway.file("device.p12.password"), "secret\n");
        gateway.with("key.kind = pkcs12", "key.file = device.p12");

        assertTrue(deviceKey("bad").contains("the certificate of CN=gw-1 ends on "), "a certificate that has ended");
        Files.delete(gateway.file("device.p12"));
        makePkcs12();
        assertTrue(deviceKey("good").endsWith("it signs"));

        Files.writeString(gateway.file("device.p12.password"), "wrong\n");
        assertTrue(deviceKey("bad").contains("device.p12"), "a wrong password is told with the file");
    }

    /** SoftHSM finds its tokens once in a process, and a process logs in to each once; so both are made before either is asked. */
    private static final class Tokens {
        static final Path FOLDER = folder();
        static final String OWN = make("own");
        static final String GUARDED = make("guarded");

        private static Path folder() {
            try {
                Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
                Path tokens = Files.createTempDirectory(configuration.getParent(), "softhsm");
                Files.writeString(
                        configuration,
                        "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
                return tokens;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns the slot. */
        private static String make(String label) {
            try {
                String util = Part.SOFTHSM.path().toString();
                String said = run((util + " --init-token --free --so-pin 1234 --pin 5678 --label " + label).split(" "));
                Matcher number = Pattern.compile("slot ([0-9]+)$").matcher(said);
                assertTrue(number.find(), said);
                return number.group(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void useToken(String slot, String pin) throws IOException {
        assertTrue(Files.isDirectory(Tokens.FOLDER));
        Files.writeString(
                gateway.file("p11.conf"),
                "name = Board" + slot + "\nlibrary = /usr/lib/softhsm/libsofthsm2.so\nslot = " + slot + "\n"
                        + "attributes(generate, CKO_PRIVATE_KEY, CKK_EC) = { CKA_TOKEN = true CKA_SIGN = true CKA_DERIVE = true }\n"
                        + "attributes(generate, CKO_SECRET_KEY, CKK_GENERIC_SECRET) = { CKA_SENSITIVE = false CKA_EXTRACTABLE = true }\n");
        Files.writeString(gateway.file("pin"), pin + "\n");
        gateway.with("key.kind = pkcs11", "key.pkcs11.config = p11.conf", "key.file = pin");
    }

    @Test
    @Needs(Part.SOFTHSM)
    void pkcs11_madeByKeytool_signs() throws IOException {
        useToken(Tokens.OWN, "5678");
        run((KEYTOOL + " -genkeypair -alias device -keyalg EC -groupname secp256r1 -dname CN=gw-1 -validity 3650"
                        + " -keystore NONE -storetype PKCS11 -storepass 5678 -addprovider SunPKCS11 -providerArg "
                        + gateway.file("p11.conf"))
                .split(" "));

        assertTrue(deviceKey("good").endsWith("it signs"));
    }

    @Test
    @Needs(Part.SOFTHSM)
    void pkcs11_wrongPin_isNotTriedAgain() throws IOException {
        useToken(Tokens.GUARDED, "0000");

        assertEquals(0, gateway.twinbank("status").exit(), "status doesn't ask the token");
        Said run = gateway.twinbank("run");

        assertEquals(2, run.exit(), run.err());
        assertTrue(run.err().contains("CKR_PIN_INCORRECT"), run.err());
        assertTrue(run.err().contains("not tried again, for some tokens lock"), run.err());
    }
}
