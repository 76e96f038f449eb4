// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Judgement;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What the first verification costs a JVM that has just started: an envelope by the agent, beside a bare signature and the
 * digest of as many bytes by the JDK alone, both also with a class data archive. FOLDER [ROUNDS]; each figure is from a process
 * of its own, taken in turns.
 */
public final class FirstVerification {
    private static final String ENVELOPE = "envelope";
    private static final String KEY = "key";
    private static final String SIGNATURE = "signature";

    private FirstVerification() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        String what = args.length > 1 ? args[1] : "9";
        switch (what) {
            case "jdk" -> time(() -> verifyByJdk(folder));
            case "agent" -> time(() -> verifyByAgent(folder));
            default -> compare(folder, Integer.parseInt(what));
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static void time(Work work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        System.out.println(System.nanoTime() - begun);
    }

    private static void verifyByJdk(Path folder) throws Exception {
        byte[] envelope = Files.readAllBytes(folder.resolve(ENVELOPE));
        MessageDigest.getInstance("SHA-256").digest(envelope);
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(folder.resolve(KEY)))));
        signature.update(envelope);
        if (!signature.verify(Files.readAllBytes(folder.resolve(SIGNATURE)))) {
            throw new IllegalStateException("the JDK's signature isn't good");
        }
    }

    private static void verifyByAgent(Path folder) throws IOException {
        TrustAnchor anchor =
                new TrustAnchor("benchmark", Files.readAllBytes(folder.resolve(KEY)), Set.of(Role.FIRMWARE));
        Judgement judgement = new ManifestVerifier(Limits.standard())
                .judge(Files.readAllBytes(folder.resolve(ENVELOPE)), TrustPolicy.anyOf(anchor), Role.FIRMWARE);
        if (!judgement.accepted()) {
            throw new IllegalStateException(judgement.toString());
        }
    }

    private static void compare(Path folder, int rounds) throws Exception {
        prepare(folder);
        for (String what : List.of("jdk", "agent")) {
            milliseconds(folder, what, "-XX:ArchiveClassesAtExit=" + archive(folder, what));
        }
        List<double[]> measured = new ArrayList<>();
        for (int i = -1; i < rounds; i++) { // the first round only warms the page cache
            double[] round = {
                milliseconds(folder, "jdk", "-Xshare:auto"),
                milliseconds(folder, "agent", "-Xshare:auto"),
                milliseconds(folder, "jdk", "-XX:SharedArchiveFile=" + archive(folder, "jdk")),
                milliseconds(folder, "agent", "-XX:SharedArchiveFile=" + archive(folder, "agent"))
            };
            if (i >= 0) {
                measured.add(round);
            }
        }
        tell("first ES256 verification in a fresh JVM", measured, 0);
        tell("the same with a class data archive", measured, 2);
    }

    private static Path archive(Path folder, String what) {
        return folder.resolve(what + ".jsa");
    }

    private static void tell(String what, List<double[]> measured, int at) {
        System.out.printf(
                "%s: JDK %.0f ms, agent %.0f ms, ratio %.2f (medians of %d)%n",
                what,
                median(measured, round -> round[at]),
                median(measured, round -> round[at + 1]),
                median(measured, round -> round[at + 1] / round[at]),
                measured.size());
    }

    private static void prepare(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] envelope = new EnvelopeBuilder(
                        FileBoard.OS, 2, FileBoard.IDENTITY.vendorId(), FileBoard.IDENTITY.classId())
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(new byte[8]), 8, "https://updates.example/os.img"))
                .sign(SigningKey.of(pair.getPrivate(), pair.getPublic()));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(envelope);
        Files.write(folder.resolve(ENVELOPE), envelope);
        Files.write(folder.resolve(KEY), pair.getPublic().getEncoded());
        Files.write(folder.resolve(SIGNATURE), signature.sign());
    }

    private static double milliseconds(Path folder, String what, String option)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xlog:disable", // the JDK says much about classes that it can't archive
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstVerification.class.getName(),
                        folder.toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String nanoseconds = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(what + ": exit code " + process.exitValue());
        }
        return Long.parseLong(nanoseconds) / 1e6;
    }

    private static double median(List<double[]> measured, ToDoubleFunction<double[]> figure) {
        double[] sorted = measured.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
