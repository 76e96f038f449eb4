// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.core.suit.Uuids;
import io.twinbank.core.suit.VersionMatch;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
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

    @Test
    void inspect_aDeviceThatIsntOne_saysWhatIsExpected() {
        for (String device : List.of("acme.example", "a/b/c/d", "acme.example/", "/")) {
            Run run = Run.otapub("inspect", file.toString(), "--device", device);

            assertEquals(2, run.exit());
            assertTrue(run.err().contains("VENDOR/MODEL or VENDOR/MODEL/SERIAL is expected"), run.err());
        }
    }
}
