// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.Role;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests that are authentic, but malformed, too much, or more than the agent does. */
class ProfileTest {
    private static final Consumer<CborWriter> NOTHING = w -> w.array(a -> {});

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private Judgement judge(byte[] envelope) {
        Judgement judgement = verifier.judge(envelope, Fixtures.policy(), Role.FIRMWARE);
        assertTrue(judgement.authentic(), judgement.toString());
        return judgement;
    }

    private Rejection refusal(byte[] envelope) {
        return judge(envelope).rejection().orElseThrow(() -> new AssertionError("accepted"));
    }

    private static Consumer<CborWriter> parameter(long number, Consumer<CborWriter> value) {
        return w -> w.integer(20).map(p -> value.accept(p.entry(number)));
    }

    private static Consumer<CborWriter> tryEach(int branches) {
        return w -> w.integer(15).array(a -> {
            for (int i = 0; i < branches; i++) {
                a.embedded(b -> b.array(c -> c.integer(3).integer(15)));
            }
        });
    }

    @Test
    void judge_whatForgeMakesByDefault_isAccepted() {
        assertTrue(judge(new Forge().sign()).accepted());
    }

    @ParameterizedTest
    @EnumSource
    void judge_everyCommandOfTheTables_isAcceptedOrRefusedByName(CommandCode code) {
        Consumer<CborWriter> argument = switch (code.kind()) {
            case CONDITION, DIRECTIVE -> w -> w.integer(15);
            case SELECTION -> w -> w.integer(0);
            case PARAMETERS -> w -> w.map(p -> p.entry(14).integer(1));
            case BRANCHES -> w -> tryEach(2).accept(new CborWriter());
            case SEQUENCE -> w -> w.embedded(s -> s.array(c -> c.integer(3).integer(15)));
            case OPAQUE -> w -> w.map(m -> {});
        };
        Forge forge = new Forge().install(w -> {
            if (code == CommandCode.TRY_EACH) {
                tryEach(2).accept(w);
            } else {
                argument.accept(w.integer(code.number()));
            }
        });

        Judgement judgement = judge(forge.sign());

        boolean refused = !code.supported() || code == CommandCode.INVOKE;
        assertEquals(!refused, judgement.accepted(), judgement.toString());
        if (refused) {
            Rejection rejection = judgement.rejection().orElseThrow();
            assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
            assertTrue(
                    rejection.detail().matches(Pattern.quote(code + " in install (20) at byte ") + "\\d+"),
                    rejection.detail());
            assertEquals(OptionalLong.of(7), judgement.sequence());
        }
    }

    @ParameterizedTest
    @EnumSource
    void judge_everyParameterOfTheTables_isAcceptedOrRefusedByName(ParameterCode code) {
        Consumer<CborWriter> value = switch (code.kind()) {
            case ID -> w -> w.bytes(new byte[16]);
            case DIGEST -> w -> w.embedded(d -> Digest.sha256Of(new byte[0]).encode(d));
            case UNSIGNED, ENCODING -> w -> w.integer(0);
            case INTEGER -> w -> w.integer(-1);
            case FLAG -> w -> w.bool(true);
            case TEXT -> w -> w.text("https://x.example");
            case BYTES -> w -> w.bytes(new byte[1]);
            case ENCRYPTION -> w -> w.bytes(Fixtures.ENCRYPTION.encode());
            case VERSION -> w -> w.embedded(Commands.version(2, 1, 2));
            case WAIT -> w -> w.embedded(e -> e.map(m -> m.entry(2).integer(1)));
            case ROUTES ->
                w -> w.array(routes -> routes.array(route -> {
                    route.text("https://x.example")
                            .array(steps -> steps.array(s -> s.integer(2).integer(1024)));
                }));
        };

        Judgement judgement =
                judge(new Forge().install(parameter(code.number(), value)).sign());

        assertEquals(code.supported(), judgement.accepted(), judgement.toString());
        judgement.rejection().ifPresent(rejection -> {
            assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
            assertTrue(
                    rejection.detail().startsWith("parameter " + code + " in install (20) at byte "),
                    rejection.detail());
        });
    }

    @ParameterizedTest
    @EnumSource
    void judge_everySectionOfTheTables_isAcceptedOrRefusedByName(SuitSection section) {
        Forge forge = section == SuitSection.INSTALL || section == SuitSection.VALIDATE
                ? new Forge()
                : new Forge()
                        .manifestEntry(
                                section.number(),
                                w -> w.embedded(s -> s.array(c -> c.integer(3).integer(15))));

        Judgement judgement = judge(forge.sign());

        assertEquals(section.supported(), judgement.accepted(), judgement.toString());
        judgement
                .rejection()
                .ifPresent(rejection -> assertEquals("UNSUPPORTED: manifest section " + section, rejection.toString()));
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                arguments("command 99", new Forge().install(w -> w.integer(99).nil())),
                arguments(
                        "custom command -300",
                        new Forge().install(w -> w.integer(-300).text("x"))),
                arguments("parameter 99", new Forge().install(parameter(99, CborWriter::nil))),
                arguments("custom parameter -300", new Forge().install(parameter(-300, CborWriter::nil))),
                arguments("payload-encoding (-258) 1", new Forge().install(parameter(-258, w -> w.integer(1)))),
                arguments("payload-encoding (-258) other", new Forge().install(parameter(-258, NOTHING))),
                arguments(
                        "vendor-id (1) with a tag",
                        new Forge().install(parameter(1, w -> w.tag(112).bytes(new byte[3])))),
                arguments(
                        "directive swap (31)",
                        new Forge()
                                .install(w -> w.integer(32)
                                        .embedded(s ->
                                                s.array(c -> c.integer(15).array(branches -> {
                                                    branches.embedded(b -> b.array(
                                                            x -> x.integer(3).integer(15)));
                                                    branches.embedded(b -> b.array(
                                                            x -> x.integer(31).integer(2)));
                                                }))))),
                arguments(
                        "directive fetch (21) in the shared sequence (4)",
                        new Forge().shared(w -> w.integer(21).integer(2))),
                arguments(
                        "directive fetch (21) in validate (7)",
                        new Forge().validate(w -> w.integer(21).integer(2))),
                arguments("manifest entry 17", new Forge().manifestEntry(17, NOTHING)),
                arguments("manifest entry -1", new Forge().manifestEntry(-1, NOTHING)),
                arguments("manifest-component-id (5)", new Forge().manifestEntry(5, NOTHING)),
                arguments("coswid (14)", new Forge().manifestEntry(14, w -> w.bytes(new byte[1]))),
                arguments("dependencies (1)", new Forge().commonEntry(1, w -> w.map(m -> {}))),
                arguments("common entry 9", new Forge().commonEntry(9, NOTHING)),
                arguments("manifest version (1)", new Forge().version(w -> w.integer(2))),
                arguments(
                        "wait-info (29) for event 6",
                        new Forge()
                                .install(parameter(
                                        29,
                                        w -> w.embedded(
                                                e -> e.map(m -> m.entry(6).nil()))))),
                arguments("number of components", new Forge().components(NOTHING)));
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void judge_moreThanTheProfile_isUnsupportedByName(String name, Forge forge) {
        Rejection rejection = refusal(forge.sign());

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason(), rejection.toString());
        assertTrue(rejection.detail().contains(name), rejection.toString());
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("1 items", "pairs of command and argument", new Forge().install(w -> w.integer(3))),
                arguments("0 items", "pairs of command and argument", new Forge().install(w -> {})),
                arguments("1", "at least 2", new Forge().install(tryEach(1))),
                arguments(
                        "none",
                        "at least one",
                        new Forge().install(w -> w.integer(20).map(p -> {}))),
                arguments("15 bytes", "16 bytes", new Forge().install(parameter(1, w -> w.bytes(new byte[15])))),
                arguments(
                        "31 bytes",
                        "32 bytes",
                        new Forge()
                                .install(parameter(
                                        3,
                                        w -> w.embedded(
                                                d -> d.array(a -> a.integer(-16).bytes(new byte[31])))))),
                arguments("TEXT", "UNSIGNED", new Forge().install(parameter(14, w -> w.text("1")))),
                arguments(
                        "an empty list",
                        "at least one",
                        new Forge().install(w -> w.integer(12).array(a -> {}))),
                arguments(
                        "false",
                        "a number, a list or true",
                        new Forge().install(w -> w.integer(12).bool(false))),
                arguments(
                        "1",
                        "less than 1",
                        new Forge().install(w -> w.integer(12).integer(1))),
                arguments(
                        "1",
                        "less than 1",
                        new Forge()
                                .install(w ->
                                        w.integer(12).array(a -> a.integer(0).integer(1)))),
                arguments(
                        "directive override-parameters (20)",
                        "directive set-component-index (12), as there are 2 components",
                        new Forge()
                                .components(w -> w.array(a -> a.array(b -> {}).array(b -> b.bytes(new byte[1]))))),
                arguments(
                        "no event",
                        "at least one",
                        new Forge().install(parameter(29, w -> w.embedded(e -> e.map(m -> {}))))),
                arguments(
                        "2 items, comparison 6",
                        "2 items, comparison 1 to 5",
                        new Forge().install(parameter(28, w -> w.embedded(Commands.version(6, 1))))),
                arguments(
                        "1 items, comparison 0",
                        "2 items, comparison 1 to 5",
                        new Forge().install(parameter(28, w -> w.embedded(v -> v.array(a -> a.integer(1)))))),
                arguments(
                        "[-1]",
                        "numbers from -3 up, the first not negative",
                        new Forge().install(parameter(28, w -> w.embedded(Commands.version(1, -1))))),
                arguments(
                        "[1, -4]",
                        "numbers from -3 up, the first not negative",
                        new Forge().manifestEntry(6, w -> w.embedded(Commands.numbers(1, -4)))),
                arguments(
                        "[]",
                        "numbers from -3 up, the first not negative",
                        new Forge().manifestEntry(6, w -> w.embedded(Commands.numbers()))),
                arguments(
                        "os twice",
                        "each once",
                        new Forge()
                                .components(w -> w.array(a ->
                                        a.array(b -> b.bytes("os".getBytes())).array(b -> b.bytes("os".getBytes()))))),
                arguments(
                        "1 bytes more",
                        "the end",
                        new Forge().manifestEntry(9, w -> w.bytes(new byte[] {(byte) 0x82, 3, 15, 0}))),
                arguments(
                        "1 bytes more",
                        "the end",
                        new Forge()
                                .install(parameter(
                                        3,
                                        w -> w.embedded(d -> {
                                            Digest.sha256Of(new byte[0]).encode(d);
                                            d.nil();
                                        })))),
                arguments("ARRAY", "BYTES", new Forge().manifestEntry(9, NOTHING)),
                arguments("no digest of it in the manifest", "one", new Forge().member(23, w -> w.bytes(new byte[1]))),
                arguments("no digest of it in the manifest", "one", new Forge().member(99, w -> w.bytes(new byte[1]))));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void judge_malformedManifest_saysWhatWasFoundAndExpected(String found, String expected, Forge forge) {
        Rejection rejection = refusal(forge.sign());

        assertEquals(RejectReason.MALFORMED, rejection.reason(), rejection.toString());
        assertEquals(found, rejection.found(), rejection.toString());
        assertEquals(expected, rejection.expected(), rejection.toString());
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void judge_manifestWithoutAMust_isMalformed(int missing) {
        byte[] manifest = new CborWriter()
                .map(m -> {
                    if (missing != 1) {
                        m.entry(1).integer(1);
                    }
                    if (missing != 2) {
                        m.entry(2).integer(1);
                    }
                    if (missing != 3) {
                        m.entry(3).embedded(w -> w.map(c -> {}));
                    }
                })
                .toByteArray();

        Rejection rejection = refusal(new Forge().sign(manifest));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("manifest lacks its version (1), sequence number (2) or common part (3)", rejection.detail());
    }

    @Test
    void judge_severedTextThatDoesntMatch_isDigestMismatch() {
        Digest promised = Digest.sha256Of(new byte[1]);
        byte[] item = new CborWriter().bytes(new byte[] {(byte) 0xa0}).toByteArray();
        Forge forge = new Forge().manifestEntry(23, promised::encode).member(23, w -> w.encoded(item));

        Rejection rejection = refusal(forge.sign());

        assertEquals(RejectReason.DIGEST_MISMATCH, rejection.reason());
        assertEquals("severed text (23)", rejection.detail());
        assertEquals(Digest.sha256Of(item).toString(), rejection.found());
        assertEquals(promised.toString(), rejection.expected());
    }

    @Test
    void judge_severedTextCutOff_isAccepted() {
        Digest promised = Digest.sha256Of(new byte[1]);

        assertTrue(judge(new Forge().manifestEntry(23, promised::encode).sign()).accepted());
    }

    @Test
    void judge_invokeForTheBootLoader_isAccepted() {
        Forge forge = new Forge()
                .manifestEntry(
                        9, w -> w.embedded(s -> s.array(c -> c.integer(23).integer(2))));

        assertTrue(judge(forge.sign()).accepted());
    }
}
