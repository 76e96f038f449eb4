// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * What verifying and planning an envelope of 1 KiB costs a JVM that is warm, beside the bare check of its signature: by the
 * same library, with a key that is at hand. [ROUNDS]; the two take turns, one by one.
 */
public final class VerifyAndPlan {
    private static final int ENVELOPE_BYTES = 1 << 10;
    private static final int WARM_UP_TIMES = 20_000;
    private static final int WARM_UP_ROUNDS = 8;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long ROUND_NANOS = 200_000_000;
    private static final Target TARGET = new Target(FileBoard.IDENTITY, List.of(FileBoard.OS), BankId.B);

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
    private final int rounds;

    private VerifyAndPlan(int rounds) {
        this.rounds = rounds;
    }

    /** Checks one signature, which is good. */
    @FunctionalInterface
    private interface Check {
        boolean holds(byte[] message, byte[] signature) throws GeneralSecurityException;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws GeneralSecurityException, RejectedException;
    }

    public static void main(String[] args) throws Exception {
        VerifyAndPlan benchmark = new VerifyAndPlan(args.length > 0 ? Integer.parseInt(args[0]) : 9);
        System.out.printf("%-10s %10s %12s %6s%n", "", "bare", "verify, plan", "ratio");
        benchmark.jdk("EC", 256, "SHA256withECDSAinP1363Format");
        benchmark.jdk("EC", 384, "SHA384withECDSAinP1363Format");
        benchmark.jdk("Ed25519", 255, "Ed25519");
        benchmark.mlDsa(MLDSAParameters.ml_dsa_44, "30820532300b06096086480165030403110382052100");
        benchmark.mlDsa(MLDSAParameters.ml_dsa_65, "308207b2300b0609608648016503040312038207a100");
        benchmark.mlDsa(MLDSAParameters.ml_dsa_87, "30820a32300b060960864801650304031303820a2100");
    }

    private void jdk(String keys, int size, String algorithm) throws GeneralSecurityException, RejectedException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(keys);
        generator.initialize(size);
        KeyPair pair = generator.generateKeyPair();
        PublicKey key = pair.getPublic();
        compare(SigningKey.of(pair.getPrivate(), key), (message, signature) -> {
            Signature bare = Signature.getInstance(algorithm);
            bare.initVerify(key);
            bare.update(message);
            return bare.verify(signature);
        });
    }

    private void mlDsa(MLDSAParameters parameters, String prefix) throws GeneralSecurityException, RejectedException {
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        MLDSAPrivateKeyParameters secret = new MLDSAPrivateKeyParameters(parameters, seed);
        MLDSAPublicKeyParameters open = secret.getPublicKeyParameters();
        HexFormat hex = HexFormat.of();
        CoseKey key = CoseKey.of(hex.parseHex(prefix + hex.formatHex(open.getEncoded())));
        SigningKey signingKey = new SigningKey(
                CoseAlgorithm.of(key.type()),
                message -> {
                    MLDSASigner signer = new MLDSASigner();
                    signer.init(true, secret);
                    signer.update(message, 0, message.length);
                    try {
                        return signer.generateSignature();
                    } catch (CryptoException e) {
                        throw new GeneralSecurityException(e);
                    }
                },
                key);
        compare(signingKey, (message, signature) -> {
            MLDSASigner bare = new MLDSASigner();
            bare.init(false, open);
            bare.update(message, 0, message.length);
            return bare.verifySignature(signature);
        });
    }

    private void compare(SigningKey key, Check check) throws GeneralSecurityException, RejectedException {
        byte[] envelope = envelope(key);
        TrustPolicy policy = TrustPolicy.anyOf(
                new TrustAnchor("benchmark", key.publicKey().subjectPublicKeyInfo(), Set.of(Role.FIRMWARE)));
        byte[] signed = CoseSign1.toBeSigned(key.algorithm(), new byte[36]); // as long as a digest of a manifest
        byte[] signature = key.operation().sign(signed);
        Work bare = () -> {
            if (!check.holds(signed, signature)) {
                throw new IllegalStateException("the signature isn't good");
            }
        };
        Work whole = () -> {
            Authentic authentic = verifier.authenticate(envelope, policy, Role.FIRMWARE);
            verifier.plan(authentic, TARGET);
        };
        for (int i = 0; i < WARM_UP_TIMES; i++) { // signatures are slow enough to be compiled in the first rounds
            verifier.plan(verifier.reopen(envelope), TARGET);
        }
        double[] bares = new double[rounds];
        double[] wholes = new double[rounds];
        double[] ratios = new double[rounds];
        for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
            long inBare = 0;
            long inWhole = 0;
            int times = 0;
            for (; inWhole < ROUND_NANOS; times++) {
                inBare += nanoseconds(bare);
                inWhole += nanoseconds(whole);
            }
            if (i >= 0) {
                bares[i] = inBare / 1e3 / times;
                wholes[i] = inWhole / 1e3 / times;
                ratios[i] = (double) inWhole / inBare;
            }
        }
        System.out.printf(
                "%-10s %7.0f µs %9.0f µs %6.2f%n",
                key.algorithm().label().replaceFirst(" .*", ""), median(bares), median(wholes), median(ratios));
    }

    /** An envelope as releases have them, filled up with the text that says what is new. */
    private static byte[] envelope(SigningKey key) throws GeneralSecurityException {
        int bytes = envelope(key, 300).length - key.operation().sign(new byte[1]).length + 64;
        return envelope(key, 300 + ENVELOPE_BYTES - bytes);
    }

    private static byte[] envelope(SigningKey key, int textBytes) throws GeneralSecurityException {
        return new EnvelopeBuilder(FileBoard.OS, 2, FileBoard.IDENTITY.vendorId(), FileBoard.IDENTITY.classId())
                .securityVersion(1)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(new byte[8]), 8, "https://updates.example/os.img"))
                .text(new SuitManifest.Text("en", Optional.empty(), 1, "x".repeat(textBytes)))
                .sign(key);
    }

    /** Processor time of this thread: what others do on the machine counts little. */
    private static long nanoseconds(Work work) throws GeneralSecurityException, RejectedException {
        long begun = THREADS.getCurrentThreadCpuTime();
        work.run();
        return THREADS.getCurrentThreadCpuTime() - begun;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
