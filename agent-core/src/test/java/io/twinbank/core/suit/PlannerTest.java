// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.ABORT;
import static io.twinbank.core.suit.Commands.FETCH;
import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.MATCH;
import static io.twinbank.core.suit.Commands.run;
import static io.twinbank.core.suit.Commands.set;
import static io.twinbank.core.suit.Commands.tryEach;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
    private static final UUID OTHER = Uuids.vendorId("other.example");

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private InstallPlan plan(byte[] envelope) throws RejectedException {
        return plan(envelope, Fixtures.target(BankId.A));
    }

    private InstallPlan plan(byte[] envelope, Target target) throws RejectedException {
        Authentic authentic = verifier.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE);
        return verifier.plan(authentic, target);
    }

    private Rejection refusal(byte[] envelope) {
        return assertThrows(RejectedException.class, () -> plan(envelope)).rejection();
    }

    @Test
    void plan_anotherVendor_isWrongVendor() {
        Rejection rejection = refusal(
                Fixtures.sign(new EnvelopeBuilder(Fixtures.OS, 7, OTHER, Fixtures.CLASS).image(Fixtures.IMAGE)));

        assertEquals(RejectReason.WRONG_VENDOR, rejection.reason());
        assertEquals(OTHER.toString(), rejection.found());
        assertEquals(Fixtures.VENDOR.toString(), rejection.expected());
    }

    @Test
    void plan_anotherClass_isWrongClass() {
        Rejection rejection = refusal(
                Fixtures.sign(new EnvelopeBuilder(Fixtures.OS, 7, Fixtures.VENDOR, OTHER).image(Fixtures.IMAGE)));

        assertEquals(RejectReason.WRONG_CLASS, rejection.reason());
        assertEquals(OTHER.toString(), rejection.found());
        assertEquals(Fixtures.CLASS.toString(), rejection.expected());
    }

    @Test
    void plan_anotherDevice_isWrongDevice() {
        Rejection rejection =
                refusal(Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).deviceId(OTHER)));

        assertEquals(RejectReason.WRONG_DEVICE, rejection.reason());
        assertEquals(OTHER.toString(), rejection.found());
        assertEquals(Fixtures.DEVICE.toString(), rejection.expected());
    }

    @Test
    void plan_noClassOfSeveralFits_isWrongClass() {
        Consumer<CborWriter> branch = set(p -> p.entry(2).bytes(Forge.uuid(OTHER)))
                .andThen(w -> w.integer(2).integer(15));
        Forge forge = new Forge().shared(w -> {
            Forge.identityAndImage(w);
            tryEach(false, branch, branch).accept(w);
        });

        assertEquals(RejectReason.WRONG_CLASS, refusal(forge.sign()).reason());
    }

    @Test
    void plan_oneClassOfSeveralFits_isPlanned() throws Exception {
        Consumer<CborWriter> other = set(p -> p.entry(2).bytes(Forge.uuid(OTHER)))
                .andThen(w -> w.integer(2).integer(15));
        Consumer<CborWriter> own = set(p -> p.entry(2).bytes(Forge.uuid(Fixtures.CLASS)))
                .andThen(w -> w.integer(2).integer(15));
        Forge forge = new Forge().install(tryEach(false, other, own).andThen(FETCH_AND_MATCH));

        assertEquals(8, plan(forge.sign()).sizeBytes());
    }

    @Test
    void plan_unknownComponent_isUnsupported() {
        byte[] envelope = Fixtures.sign(
                new EnvelopeBuilder(ComponentId.of("modem"), 7, Fixtures.VENDOR, Fixtures.CLASS).image(Fixtures.IMAGE));

        Rejection rejection = refusal(envelope);

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("modem", rejection.found());
        assertEquals("[os]", rejection.expected());
    }

    @Test
    void plan_targetWithSeveralComponents_takesTheManifests() throws Exception {
        Target target = Fixtures.target(BankId.B);
        Target two = new Target(target.identity(), List.of(ComponentId.of("kernel"), Fixtures.OS), BankId.B);

        assertEquals(Fixtures.OS, plan(Fixtures.good(), two).component());
    }

    static Stream<Arguments> noPlan() {
        Consumer<CborWriter> identity = Forge::identity;
        return Stream.of(
                arguments(
                        "a manifest without directive fetch (21)",
                        new Forge().install(run(set(p -> p.entry(5).integer(0))))),
                arguments("a manifest without directive fetch (21)", new Forge().install(MATCH)),
                arguments(
                        "os written without condition image-match (3) after it in validate (7)",
                        new Forge().validate(set(p -> p.entry(5).integer(0)))),
                arguments("os written again", new Forge().install(FETCH.andThen(FETCH_AND_MATCH))),
                arguments(
                        "fetch-arguments (25) of directive fetch (21) in install (20)",
                        new Forge()
                                .install(
                                        set(p -> p.entry(25).bytes(new byte[1])).andThen(FETCH_AND_MATCH))),
                arguments("directive fetch (21) in install (20)", new Forge().shared(identity.andThen(set(p -> {
                            p.entry(14).integer(8);
                            p.entry(21).text("https://x.example/i");
                        })))),
                arguments("directive fetch (21) in install (20)", new Forge().shared(identity.andThen(set(p -> {
                            Forge.digest(p);
                            p.entry(21).text("https://x.example/i");
                        })))),
                arguments("directive fetch (21) in install (20)", new Forge().shared(identity.andThen(set(p -> {
                            Forge.digest(p);
                            p.entry(14).integer(8);
                        })))),
                arguments(
                        "image-size (14)",
                        new Forge().install(set(p -> p.entry(14).integer(0)).andThen(FETCH_AND_MATCH))),
                arguments(
                        "a manifest without condition vendor-identifier (1)",
                        new Forge()
                                .shared(set(p -> {
                                            Forge.image(p);
                                            p.entry(2).bytes(Forge.uuid(Fixtures.CLASS));
                                        })
                                        .andThen(w -> w.integer(2).integer(15)))),
                arguments(
                        "a manifest without condition class-identifier (2)",
                        new Forge()
                                .shared(set(p -> {
                                            Forge.image(p);
                                            p.entry(1).bytes(Forge.uuid(Fixtures.VENDOR));
                                        })
                                        .andThen(w -> w.integer(1).integer(15)))));
    }

    @ParameterizedTest
    @MethodSource("noPlan")
    void plan_commandsThatDontComeToOneCheckedFetch_isUnsupported(String detail, Forge forge) {
        Rejection rejection = refusal(forge.sign());

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason(), rejection.toString());
        assertTrue(rejection.toString().contains(detail), rejection.toString());
    }

    static Stream<Arguments> conditions() {
        Digest other = Digest.sha256Of(new byte[1]);
        Digest own = Digest.sha256Of(Fixtures.PAYLOAD);
        return Stream.of(
                arguments(
                        "condition image-match (3)",
                        own + ", as is written before",
                        other.toString(),
                        new Forge()
                                .install(FETCH.andThen(set(p -> p.entry(3).embedded(other::encode)))
                                        .andThen(MATCH))),
                arguments(
                        "condition image-not-match (25)",
                        own + ", as is written before",
                        "not " + own,
                        new Forge()
                                .install(FETCH_AND_MATCH.andThen(
                                        w -> w.integer(25).integer(15)))),
                arguments(
                        "condition check-content (6)",
                        own + ", as is written before",
                        other.toString(),
                        new Forge()
                                .install(FETCH_AND_MATCH
                                        .andThen(set(p -> p.entry(18).bytes(new byte[1])))
                                        .andThen(w -> w.integer(6).integer(15)))),
                arguments("condition abort (14)", "it", "never", new Forge().install(ABORT)),
                arguments(
                        "condition device-identifier (24)",
                        "no device-id (24)",
                        "it set before",
                        new Forge().install(w -> w.integer(24).integer(15))),
                arguments(
                        "condition component-slot (5)",
                        "no component-slot (5)",
                        "it set before",
                        new Forge().install(w -> w.integer(5).integer(15))),
                arguments(
                        "condition component-slot (5)",
                        "1",
                        "0, bank A",
                        new Forge()
                                .install(set(p -> p.entry(5).integer(1))
                                        .andThen(w -> w.integer(5).integer(15)))),
                arguments(
                        "condition image-match (3)",
                        "no image-digest (3)",
                        "it set before",
                        new Forge().shared(Forge::identity).install(MATCH)),
                arguments("condition abort (14)", "it", "never", new Forge().install(tryEach(false, ABORT, ABORT))),
                arguments(
                        "condition abort (14)",
                        "it",
                        "never",
                        new Forge()
                                .install(tryEach(
                                        false, set(p -> p.entry(13).bool(false)).andThen(ABORT), FETCH_AND_MATCH))),
                arguments(
                        "condition abort (14)",
                        "it",
                        "never",
                        new Forge().install(run(ABORT).andThen(FETCH_AND_MATCH))));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void plan_conditionThatFails_isNamed(String detail, String found, String expected, Forge forge) {
        Rejection rejection = refusal(forge.sign());

        assertEquals(RejectReason.CONDITION_FAILED, rejection.reason(), rejection.toString());
        assertTrue(rejection.detail().startsWith(detail + " in install (20) at byte "), rejection.toString());
        assertEquals(found, rejection.found());
        assertEquals(expected, rejection.expected());
    }

    @Test
    void plan_branchesThatFailForDifferentReasons_listsThem() {
        Consumer<CborWriter> other = set(p -> p.entry(2).bytes(Forge.uuid(OTHER)))
                .andThen(w -> w.integer(2).integer(15));

        Rejection rejection =
                refusal(new Forge().install(tryEach(false, ABORT, other)).sign());

        assertEquals(RejectReason.CONDITION_FAILED, rejection.reason());
        assertTrue(rejection.detail().contains("condition abort (14)"), rejection.detail());
        assertTrue(rejection.detail().contains("WRONG_CLASS"), rejection.detail());
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                arguments(-259, 10_001, "rollout (-259)", "0 to 10000"),
                arguments(-260, 2, "urgency (-260)", "0 to 1"));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void plan_aValueThatIsUnknown_isUnsupported(int code, int value, String name, String expected) {
        Rejection rejection = refusal(new Forge()
                .install(set(p -> p.entry(code).integer(value)).andThen(FETCH_AND_MATCH))
                .sign());

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals(name, rejection.detail());
        assertEquals(Integer.toString(value), rejection.found());
        assertEquals(expected, rejection.expected());
    }

    static Stream<Arguments> plans() {
        Consumer<CborWriter> version = set(p -> p.entry(-257).integer(9));
        return Stream.of(
                arguments("try-each, first branch fails softly", tryEach(false, ABORT, version), 9),
                arguments("try-each, later branches aren't tried", tryEach(false, version, ABORT), 9),
                arguments("try-each, or nothing", tryEach(true, ABORT, ABORT), 0),
                arguments(
                        "try-each, a failed branch's parameters stay", tryEach(true, version.andThen(ABORT), ABORT), 9),
                arguments(
                        "run-sequence that fails softly only ends",
                        run(set(p -> p.entry(13).bool(true))
                                .andThen(version)
                                .andThen(ABORT)
                                .andThen(set(p -> p.entry(-257).integer(10)))),
                        9),
                arguments(
                        "component index 0",
                        (Consumer<CborWriter>) w -> w.integer(12).integer(0),
                        0),
                arguments(
                        "component index true",
                        (Consumer<CborWriter>) w -> w.integer(12).bool(true),
                        0),
                arguments(
                        "component index list",
                        (Consumer<CborWriter>) w -> w.integer(12).array(a -> a.integer(0)),
                        0),
                arguments("payload encoding identity", set(p -> p.entry(-258).integer(0)), 0),
                arguments("strict-order false", set(p -> p.entry(12).bool(false)), 0));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void plan_controlFlow_isFollowed(String what, Consumer<CborWriter> before, long securityVersion) throws Exception {
        InstallPlan plan =
                plan(new Forge().install(before.andThen(FETCH_AND_MATCH)).sign());

        assertEquals(securityVersion, plan.securityVersion(), what);
    }

    @Test
    void plan_softFailureOutsideOfANestedSequence_isMalformed() {
        Rejection rejection = refusal(new Forge()
                .install(set(p -> p.entry(13).bool(true)).andThen(FETCH_AND_MATCH))
                .sign());

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("it in install (20)", rejection.found());
    }

    @Test
    void plan_softFailureOfABranch_endsWithIt() {
        Consumer<CborWriter> quiet = run(set(p -> p.entry(13).bool(true)));

        assertEquals(
                RejectReason.CONDITION_FAILED,
                refusal(new Forge().install(quiet.andThen(ABORT)).sign()).reason());
    }

    @Test
    void plan_fetchAhead_isMatchedInEitherSection() throws Exception {
        Forge matchedAhead = new Forge()
                .manifestEntry(16, w -> w.embedded(s -> s.array(FETCH_AND_MATCH)))
                .install(MATCH);
        Forge matchedInInstall = new Forge()
                .manifestEntry(16, w -> w.embedded(s -> s.array(FETCH)))
                .install(MATCH);

        assertEquals(8, plan(matchedAhead.sign()).sizeBytes());
        assertEquals(8, plan(matchedInInstall.sign()).sizeBytes());
    }

    @Test
    void plan_relativeOrBrokenUri_isMalformed() {
        for (String uri : List.of("firmware.bin", "//host/x", "", "http://a b/", "%")) {
            Rejection rejection = refusal(new Forge()
                    .install(set(p -> p.entry(21).text(uri)).andThen(FETCH_AND_MATCH))
                    .sign());

            assertEquals(RejectReason.MALFORMED, rejection.reason(), uri);
            assertEquals(uri, rejection.found());
        }
    }

    private Rejection refusedPayload(String name, byte[] payload) {
        return refusal(new Forge()
                .install(set(p -> p.entry(21).text("#os")).andThen(FETCH_AND_MATCH))
                .payload(name, payload)
                .sign());
    }

    @Test
    void plan_integratedPayloadThatDoesntFit_saysHow() {
        Rejection absent = refusedPayload("#other", Fixtures.PAYLOAD);
        Rejection shorter = refusedPayload("#os", new byte[7]);
        Rejection longer = refusedPayload("#os", new byte[9]);
        Rejection other = refusedPayload("#os", new byte[8]);

        assertEquals(
                "PAYLOAD_UNAVAILABLE: integrated payload (found #os, expected one of [#other])", absent.toString());
        assertEquals("PAYLOAD_SHORT: integrated payload #os (found 7 bytes, expected 8 bytes)", shorter.toString());
        assertEquals("PAYLOAD_LONG: integrated payload #os (found 9 bytes, expected 8 bytes)", longer.toString());
        assertEquals(RejectReason.PAYLOAD_DIGEST, other.reason());
        assertEquals(Digest.sha256Of(new byte[8]).toString(), other.found());
        assertEquals(Digest.sha256Of(Fixtures.PAYLOAD).toString(), other.expected());
    }
}
