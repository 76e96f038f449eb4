// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is judged where BouncyCastle isn't there, and that nobody asks for it who doesn't need it. */
class LibraryTest {
    private static final String LIBRARY = "org.bouncycastle.";

    /** Sees what an agent sees, but no library; and writes down who asked for it. */
    private static final class WithoutLibrary extends URLClassLoader {
        final List<String> asked = new ArrayList<>();

        WithoutLibrary() {
            super(
                    Stream.of(ManifestVerifier.class, LibraryTest.class, TrustAnchor.class)
                            .map(each ->
                                    each.getProtectionDomain().getCodeSource().getLocation())
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(LIBRARY)) {
                asked.add(name);
            }
            return super.loadClass(name, resolve);
        }

        @SuppressWarnings("unchecked")
        String run(Class<? extends Function<List<byte[]>, String>> probe, byte[]... input) {
            try {
                Function<List<byte[]>, String> there = (Function<List<byte[]>, String>)
                        loadClass(probe.getName()).getDeclaredConstructor().newInstance();
                return there.apply(List.of(input));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Judges an envelope by the keys after it, any of which may sign. */
    public static final class Judge implements Function<List<byte[]>, String> {
        public Judge() {}

        @Override
        public String apply(List<byte[]> input) {
            List<TrustAnchor> anchors = new ArrayList<>();
            for (byte[] key : input.subList(1, input.size())) {
                anchors.add(new TrustAnchor("key", key, Set.of(Role.FIRMWARE)));
            }
            Judgement judgement = new ManifestVerifier(Limits.standard())
                    .judge(input.get(0), new TrustPolicy(anchors, Map.of()), Role.FIRMWARE);
            return judgement.rejection().map(Rejection::toString).orElse("accepted");
        }
    }

    /** Decodes a trust set. */
    public static final class Decode implements Function<List<byte[]>, String> {
        public Decode() {}

        @Override
        public String apply(List<byte[]> input) {
            try {
                return TrustSet.decode(input.get(0)).toString();
            } catch (RejectedException e) {
                return e.rejection().toString();
            }
        }
    }

    /** Says which signatures can be checked. */
    public static final class Capable implements Function<List<byte[]>, String> {
        public Capable() {}

        @Override
        public String apply(List<byte[]> input) {
            List<Long> able =
                    Capabilities.of(List.of()).numbers().getOrDefault(Capabilities.Kind.ALGORITHMS, List.of());
            return Stream.of(CoseAlgorithm.values())
                    .filter(algorithm -> able.contains(algorithm.id()))
                    .map(CoseAlgorithm::label)
                    .collect(Collectors.joining(", "));
        }
    }

    private static byte[] envelope(CoseKey.Type... types) {
        SigningKey[] keys = Stream.of(types).map(TestKeys::of).toArray(SigningKey[]::new);
        return Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), keys);
    }

    private static byte[] key(CoseKey.Type type) {
        return TestKeys.of(type).publicKey().anchor("key", Role.FIRMWARE).key();
    }

    private static String missing(String algorithm) {
        return "UNSUPPORTED: library for " + algorithm + " signatures (found none, expected"
                + " org.bouncycastle:bcprov-jdk18on on the class path)";
    }

    @ParameterizedTest
    @EnumSource(names = {"P256", "P384", "ED25519", "HMAC_256"})
    void judge_classicSignature_asksForNoLibrary(CoseKey.Type type) throws IOException {
        try (WithoutLibrary loader = new WithoutLibrary()) {
            assertEquals("accepted", loader.run(Judge.class, envelope(type), key(type), key(CoseKey.Type.ML_DSA_65)));
            assertEquals(List.of(), loader.asked);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HSS_LMS", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void judge_postQuantumSignatureWithoutLibrary_saysWhatToAdd(CoseKey.Type type) throws IOException {
        try (WithoutLibrary loader = new WithoutLibrary()) {
            String algorithm = type == CoseKey.Type.HSS_LMS ? "HSS-LMS" : "ML-DSA";

            assertEquals(missing(algorithm), loader.run(Judge.class, envelope(type), key(type)));
            assertFalse(loader.asked.isEmpty());
            assertEquals(missing(algorithm), loader.run(Judge.class, envelope(type), key(type)));
        }
    }

    @Test
    void judge_classicSignatureBesideAPostQuantumOne_countsWithoutLibrary() throws IOException {
        try (WithoutLibrary loader = new WithoutLibrary()) {
            byte[] both = envelope(CoseKey.Type.ML_DSA_44, CoseKey.Type.P256);

            assertEquals(
                    "accepted", loader.run(Judge.class, both, key(CoseKey.Type.ML_DSA_44), key(CoseKey.Type.P256)));
        }
    }

    @Test
    void capabilities_withoutLibrary_haveNoPostQuantumAlgorithms() throws IOException {
        String classic = "ES256, EdDSA, ESP256, Ed25519, ES384, ESP384";
        assertEquals(
                classic + ", HSS-LMS, ML-DSA-44, ML-DSA-65, ML-DSA-87, HMAC 256/256", new Capable().apply(List.of()));
        try (WithoutLibrary loader = new WithoutLibrary()) {
            assertEquals(classic + ", HMAC 256/256", loader.run(Capable.class));
        }
    }

    /** A device that can't check a key must not come to depend on it. */
    @Test
    void decode_trustSetWithAKeyThatTakesTheLibrary_isRefusedWithoutIt() throws Exception {
        TrustAnchor root = new TrustAnchor("root", key(CoseKey.Type.ED25519), Set.of(Role.ROOT));
        TrustAnchor lattice = new TrustAnchor("lattice", key(CoseKey.Type.ML_DSA_65), Set.of(Role.FIRMWARE));
        TrustPolicy policy =
                new TrustPolicy(List.of(root, lattice), Map.of(Role.ROOT, Rule.of(1), Role.FIRMWARE, Rule.of(1)));
        byte[] set = new TrustSet(1, 1, 2, policy, List.of()).encode();

        assertEquals(2, TrustSet.decode(set).policy().anchors().size());
        try (WithoutLibrary loader = new WithoutLibrary()) {
            String answer = loader.run(Decode.class, set);
            assertTrue(answer.startsWith("UNSUPPORTED: library for ML-DSA signatures"), answer);
        }
    }
}
