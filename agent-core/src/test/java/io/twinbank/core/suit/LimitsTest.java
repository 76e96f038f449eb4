// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.run;
import static io.twinbank.core.suit.Commands.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is as large as allowed isn't refused for it; one more is, with the numbers. */
class LimitsTest {
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    static Stream<Arguments> limits() {
        return Stream.of(
                limit(" bytes", 2048, n -> install(21, w -> w.text("x".repeat(n)))),
                limit(" bytes", 2048, n -> new Forge().manifestEntry(4, w -> w.text("x".repeat(n)))),
                limit(" bytes", 4096, n -> install(18, w -> w.bytes(new byte[n]))),
                limit(" bytes", 4096, n -> install(23, w -> w.bytes(new byte[n]))),
                limit(" bytes", 4096, n -> install(25, w -> w.bytes(new byte[n]))),
                limit(" bytes", 4096, LimitsTest::texts),
                limit("", 8, n -> install(28, w -> w.embedded(Commands.version(1, new long[n])))),
                limit("", 8, n -> new Forge().manifestEntry(6, w -> w.embedded(Commands.numbers(new long[n])))),
                limit("", 6, n -> new Forge().install(deep(n - 1))),
                limit("", 32, n -> new Forge().install(tryEach(n))),
                limit("", 32, LimitsTest::parameters),
                limit("", 16, LimitsTest::components),
                limit("", 15, n -> new Forge().install(w -> w.integer(12).integer(n))),
                limit("", 15, n -> new Forge().install(w -> w.integer(3).integer(n))),
                limit("", 8, n -> component(id -> repeat(n, () -> id.bytes(new byte[1])))),
                limit(" bytes", 64, n -> component(id -> id.bytes(new byte[n]))));
    }

    private static Arguments limit(String unit, int most, IntFunction<Forge> forge) {
        return arguments(unit, most, forge);
    }

    private static Forge install(long parameter, Consumer<CborWriter> value) {
        return new Forge().install(set(p -> value.accept(p.entry(parameter))));
    }

    private static Forge texts(int length) {
        return new Forge()
                .manifestEntry(
                        23,
                        w -> w.embedded(t -> t.map(languages ->
                                languages.entry("en").map(m -> m.entry(1).text("x".repeat(length))))));
    }

    private static Consumer<CborWriter> deep(int levels) {
        return levels == 0 ? Commands.MATCH : run(deep(levels - 1));
    }

    private static Consumer<CborWriter> tryEach(int branches) {
        return w -> w.integer(15).array(a -> repeat(branches, () -> a.embedded(b -> b.array(Commands.MATCH))));
    }

    private static Forge parameters(int count) {
        return new Forge().install(set(p -> {
            for (int i = 0; i < count; i++) {
                p.entry(100 + i).nil();
            }
        }));
    }

    private static Forge components(int count) {
        return new Forge()
                .components(w -> w.array(a -> {
                    for (int i = 0; i < count; i++) {
                        byte[] segment = {(byte) i};
                        a.array(b -> b.bytes(segment));
                    }
                }));
    }

    private static Forge component(Consumer<CborWriter> segments) {
        return new Forge().components(w -> w.array(a -> a.array(segments)));
    }

    private static void repeat(int count, Runnable what) {
        for (int i = 0; i < count; i++) {
            what.run();
        }
    }

    private Optional<Rejection> judge(byte[] envelope) {
        return verifier.judge(envelope, Fixtures.policy(), Role.FIRMWARE).rejection();
    }

    @ParameterizedTest
    @MethodSource("limits")
    void judge_onOneSideAndTheOtherOfALimit_saysBothNumbers(String unit, int most, IntFunction<Forge> forge) {
        Optional<Rejection> below = judge(forge.apply(most).sign());
        Rejection above = judge(forge.apply(most + 1).sign()).orElseThrow();

        below.ifPresent(rejection -> assertNotEquals(RejectReason.LIMIT_EXCEEDED, rejection.reason()));
        assertEquals(RejectReason.LIMIT_EXCEEDED, above.reason(), above.toString());
        assertEquals(most + 1 + unit, above.found());
        assertEquals("at most " + most, above.expected());
    }

    @Test
    void judge_sequenceNumberOf63Bits_isTheLargest() {
        Rejection above = judge(
                        new Forge().sequence(w -> w.unsigned(Long.MIN_VALUE)).sign())
                .orElseThrow();

        assertEquals(
                Optional.empty(),
                judge(new Forge().sequence(w -> w.integer(Long.MAX_VALUE)).sign()));
        assertEquals(RejectReason.LIMIT_EXCEEDED, above.reason());
        assertEquals("9223372036854775808", above.found());
        assertEquals("at most 9223372036854775807", above.expected());
    }

    @Test
    void judge_keyOfATextOf32Bits_isTheLargestOfEitherSign() {
        Rejection above = judge(text(1L << 31)).orElseThrow();
        Rejection below = judge(text(-(1L << 31) - 1)).orElseThrow();

        assertEquals(Optional.empty(), judge(text((1L << 31) - 1)));
        assertEquals(Optional.empty(), judge(text(-(1L << 31))));
        assertEquals(RejectReason.LIMIT_EXCEEDED, above.reason());
        assertEquals("2147483648", above.found());
        assertEquals("-2147483649", below.found());
        assertEquals("from -2147483648 to 2147483647", below.expected());
    }

    private static byte[] text(long key) {
        return new Forge()
                .manifestEntry(
                        23,
                        w -> w.embedded(section -> section.map(languages -> languages
                                .entry("en")
                                .map(texts -> texts.entry(key).text("x")))))
                .sign();
    }

    @Test
    void judge_largeEnvelopeAndManifest_saysBothNumbers() {
        int empty = new Forge().payload("#x", new byte[60_000]).sign().length - 60_000;
        int room = 128 * 1024 - empty - 2; // the head of so long a byte string has two bytes more

        Rejection envelope =
                judge(new Forge().payload("#x", new byte[room + 1]).sign()).orElseThrow();
        Rejection manifest = judge(manifest(64 * 1024 + 1)).orElseThrow();

        assertEquals(
                Optional.empty(),
                judge(new Forge().payload("#x", new byte[room]).sign()));
        assertEquals(RejectReason.LIMIT_EXCEEDED, envelope.reason());
        assertEquals("131073", envelope.found());
        assertEquals("at most 131072", envelope.expected());
        assertNotEquals(
                RejectReason.LIMIT_EXCEEDED,
                judge(manifest(64 * 1024)).orElseThrow().reason());
        assertEquals(RejectReason.LIMIT_EXCEEDED, manifest.reason());
        assertEquals("65537", manifest.found());
        assertEquals("at most 65536", manifest.expected());
    }

    /** Not one that says anything: a byte string of that size. */
    private static byte[] manifest(int size) {
        return new Forge().sign(new byte[size]);
    }

    @Test
    void plan_asManyCommandsAsAllowed_countsEachRoundOfALoop() throws Exception {
        // 4 in the shared sequence before each of 2 sections, 2 in install, 1 in validate: 11 besides.
        assertEquals(Fixtures.OS, plan(1024 - 11).component());
        RejectedException e = assertThrows(RejectedException.class, () -> plan(1024 - 10));

        assertEquals(RejectReason.LIMIT_EXCEEDED, e.reason());
        assertEquals("1025", e.rejection().found());
        assertEquals("at most 1024", e.rejection().expected());
    }

    private InstallPlan plan(int commands) throws RejectedException {
        Consumer<CborWriter> many = w -> repeat(commands, () -> w.integer(12).integer(0));
        byte[] envelope = new Forge().install(all(many, FETCH_AND_MATCH)).sign();
        return verifier.plan(
                verifier.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE), Fixtures.target(BankId.A));
    }
}
