// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tokens of SoftHSM. It reads its configuration and finds its tokens once in a process, so all tests of one share them. */
final class SoftHsm {
    static final String LIBRARY = "/usr/lib/softhsm/libsofthsm2.so";
    static final String PIN = "5678";
    static final String SO_PIN = "1234";
    static final String READABLE_SECRETS = "attributes(generate, CKO_SECRET_KEY, CKK_GENERIC_SECRET) ="
            + " { CKA_SENSITIVE = false CKA_EXTRACTABLE = true }\n";

    private static final String KEYS = "attributes(generate, CKO_PRIVATE_KEY, CKK_EC) ="
            + " { CKA_TOKEN = true CKA_SIGN = true CKA_DERIVE = true }\n";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The token that tests work on. */
    static final String LABEL = "twinbank";

    static final long SLOT = prepare();
    /** One that nobody has logged in to. */
    static final long GUARDED_SLOT = makeToken("guarded");

    private SoftHsm() {}

    private static long prepare() {
        try {
            Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
            Path tokens = Files.createTempDirectory(configuration.getParent(), "softhsm");
            Files.writeString(
                    configuration,
                    "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
            return makeToken(LABEL);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long makeToken(String label) {
        String said = run(
                Part.SOFTHSM.path().toString(),
                "--init-token",
                "--free",
                "--label",
                label,
                "--so-pin",
                SO_PIN,
                "--pin",
                PIN);
        Matcher slot = Pattern.compile("slot ([0-9]+)$").matcher(said);
        if (!slot.find()) {
            throw new IllegalStateException("softhsm2-util said " + said);
        }
        return Long.parseLong(slot.group(1));
    }

    static String run(String... command) {
        try {
            Program.Result result = Program.run(LIMIT, List.of(command));
            assertEquals(0, result.exitCode(), () -> List.of(command) + ": " + result.text() + result.error());
            return result.text();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes SunPKCS11's configuration of the token that tests work on. */
    static Path configuration(Path folder) throws IOException {
        return configuration(folder, SLOT, LIBRARY, READABLE_SECRETS);
    }

    static Path configuration(Path folder, long slot, String library, String more) throws IOException {
        return Files.writeString(
                folder.resolve("p11.conf"),
                "name = Board\nlibrary = " + library + "\nslot = " + slot + "\n" + KEYS + more);
    }

    static Pkcs11Token open(Path configuration) throws IOException {
        return Pkcs11Token.open(configuration, PIN.toCharArray());
    }

    /** Opens the token that tests work on, with nothing on it. */
    static Pkcs11Token openEmpty(Path folder) throws IOException, GeneralSecurityException {
        Pkcs11Token token = open(configuration(folder));
        KeyStore keyStore = token.keyStore();
        for (String alias : Collections.list(keyStore.aliases())) {
            keyStore.deleteEntry(alias);
        }
        return token;
    }
}
