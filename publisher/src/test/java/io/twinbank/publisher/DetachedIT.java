// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** digest, sign elsewhere, attach: the elsewhere is {@code openssl}. */
@Needs(Part.OPENSSL)
class DetachedIT {
    @TempDir
    Path folder;

    private Release release;

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
        release.pack("--unsigned");
    }

    @Test
    void attach_ecdsaInBothForms_devicesAcceptIt() throws Exception {
        digest("ann");
        sign("ann");
        byte[] der = Files.readAllBytes(folder.resolve("sig"));
        byte[] unsigned = Files.readAllBytes(release.envelope());

        Run inDer = attach("ann");
        boolean acceptedInDer = release.accepted("ann");
        Files.write(release.envelope(), unsigned);
        Files.write(folder.resolve("sig"), plain(der));
        Run plain = attach("ann");

        assertEquals(0, inDer.exit(), inDer.err());
        assertTrue(acceptedInDer);
        assertEquals(0, plain.exit(), plain.err());
        assertTrue(release.accepted("ann"));
    }

    @Test
    void attach_hashSignedInsteadOfMessage_devicesAcceptIt() throws Exception {
        digest("ann", "--hash-out", release.path("hash"));
        openssl("pkeyutl", "-sign", "-inkey", "ann.pem", "-in", "hash", "-out", "sig");

        Run run = attach("ann");

        assertEquals(0, run.exit(), run.err());
        assertTrue(release.accepted("ann"));
    }

    @Test
    void attach_p384MessageOrHashSigned_devicesAcceptIt() throws Exception {
        Keys.write(Keys.generate(Keys.Algorithm.P384), folder.resolve("eve.pem"), false);
        byte[] unsigned = Files.readAllBytes(release.envelope());
        Run asked = digest("eve", "--json", "--hash-out", release.path("hash"));
        openssl("dgst", "-sha384", "-sign", "eve.pem", "-out", "sig", "message");
        Run byMessage = attach("eve");
        boolean accepted = release.accepted("eve");
        Files.write(release.envelope(), unsigned);
        openssl("pkeyutl", "-sign", "-inkey", "eve.pem", "-in", "hash", "-out", "sig");

        Run byHash = attach("eve");

        assertEquals("ESP384", Json.object(asked.out()).get("alg"));
        assertEquals(0, byMessage.exit(), byMessage.err());
        assertTrue(accepted);
        assertEquals(0, byHash.exit(), byHash.err());
        assertTrue(release.accepted("eve"));
    }

    @Test
    void attach_postQuantumKey_devicesAcceptIt() throws Exception {
        PrivateKeys.generate(Keys.Algorithm.ML_DSA_87, 1, folder.resolve("pq.pem"), false);
        digest("pq");
        byte[] message = Files.readAllBytes(folder.resolve("message"));
        Files.write(
                folder.resolve("sig"),
                Keys.signingKey(release.path("pq.pem")).operation().sign(message));

        Run run = attach("pq");

        assertEquals(0, run.exit(), run.err());
        assertTrue(release.accepted("pq"));
    }

    @Test
    void attach_twoSignersElsewhere_bothAreGood() throws Exception {
        digest("ann");
        sign("ann");
        attach("ann");
        Run asked = digest("bob", "--json");
        openssl("pkeyutl", "-sign", "-inkey", "bob.pem", "-rawin", "-in", "message", "-out", "sig");

        Run run = attach("bob", "--json");

        Map<String, Object> question = Json.object(asked.out());
        assertEquals("Ed25519", question.get("alg"));
        assertEquals(release.manifestDigest(), question.get("manifestDigest"));
        assertEquals(Files.size(folder.resolve("message")), question.get("bytes"));
        assertEquals(2L, Json.object(run.out()).get("signatures"));
        assertTrue(release.accepted("ann"));
        assertTrue(release.accepted("bob"));
    }

    @Test
    void attach_signatureThatIsntGood_isRefusedAndNothingWritten() throws Exception {
        digest("ann");
        sign("ann");
        byte[] good = Files.readAllBytes(folder.resolve("sig"));
        byte[] flipped = good.clone();
        flipped[good.length - 1] ^= 1;

        assertRefused("ann", flipped, "doesn't verify");
        assertRefused("ann", new byte[0], "0 bytes");
        assertRefused("ann", plain(flipped), "doesn't verify");
        assertRefused("bob", plain(good), "doesn't verify");
        assertRefused("ann", new byte[10_000], "larger than");
    }

    @Test
    void attach_envelopeChangedMeanwhile_isRefused() throws Exception {
        digest("ann");
        sign("ann");
        release.pack("--unsigned", "--text", "another");

        assertRefused("ann", Files.readAllBytes(folder.resolve("sig")), "doesn't verify");
    }

    private void assertRefused(String name, byte[] signature, String words) throws IOException {
        byte[] before = Files.readAllBytes(release.envelope());
        Files.write(folder.resolve("sig"), signature);

        Run run = attach(name);

        assertEquals(1, run.exit());
        assertTrue(run.err().contains(words), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertArrayEquals(before, Files.readAllBytes(release.envelope()));
    }

    private Run digest(String name, String... more) {
        List<String> command =
                new ArrayList<>(List.of("digest", release.path("fw.suit"), "--out", release.path("message")));
        command.addAll(List.of("--public-key", release.path(name + ".pub.pem")));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    private Run attach(String name, String... more) {
        List<String> command =
                new ArrayList<>(List.of("attach", release.path("fw.suit"), "--signature", release.path("sig")));
        command.addAll(List.of("--public-key", release.path(name + ".pub.pem")));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    private void sign(String name) throws IOException, InterruptedException {
        openssl("dgst", "-sha256", "-sign", name + ".pem", "-out", "sig", "message");
    }

    private void openssl(String... args) throws IOException, InterruptedException {
        new Packaged(folder, Map.of()).tool(Part.OPENSSL.path(), args);
    }

    private static byte[] plain(byte[] der) throws IOException {
        var order = ECNamedCurveTable.getParameterSpec("P-256").getN();
        var rs = StandardDSAEncoding.INSTANCE.decode(order, der);
        return PlainDSAEncoding.INSTANCE.encode(order, rs[0], rs[1]);
    }
}
