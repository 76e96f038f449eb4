// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.ABORT;
import static io.twinbank.core.suit.Commands.COPY;
import static io.twinbank.core.suit.Commands.FETCH;
import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.MATCH;
import static io.twinbank.core.suit.Commands.MODEM;
import static io.twinbank.core.suit.Commands.WRITE;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.condition;
import static io.twinbank.core.suit.Commands.run;
import static io.twinbank.core.suit.Commands.select;
import static io.twinbank.core.suit.Commands.selectAll;
import static io.twinbank.core.suit.Commands.set;
import static io.twinbank.core.suit.Commands.tryEach;
import static io.twinbank.core.suit.Fixtures.ENCRYPTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Manifests of two components: os has index 0, modem has index 1. */
class InterpreterTest {
    private static final Consumer<CborWriter> STRICT = set(p -> p.entry(12).bool(true));
    private static final Consumer<CborWriter> LOOSE = set(p -> p.entry(12).bool(false));
    private static final byte[] NOTE = "a note".getBytes(StandardCharsets.UTF_8);

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private static Forge forge() {
        return new Forge()
                .components(w -> w.array(
                        list -> list.array(id -> id.bytes("os".getBytes())).array(id -> id.bytes("modem".getBytes()))))
                .shared(all(selectAll(), Forge::identityAndImage))
                .validate(all(selectAll(), MATCH));
    }

    private static Consumer<CborWriter> from(int source) {
        return set(p -> p.entry(22).integer(source));
    }

    private InstallPlan plan(Forge forge) throws RejectedException {
        Authentic authentic = verifier.authenticate(forge.sign(), Fixtures.policy(), Role.FIRMWARE);
        Target one = Fixtures.target(BankId.A);
        return verifier.plan(authentic, new Target(one.identity(), List.of(Fixtures.OS, MODEM), one.bank()));
    }

    private Rejection refusal(Forge forge) {
        return assertThrows(RejectedException.class, () -> plan(forge)).rejection();
    }

    private static List<String> written(InstallPlan plan) {
        return plan.steps().stream()
                .map(step -> step.component() + " from " + step.payload())
                .toList();
    }

    @Test
    void select_oneAfterTheOther_writesInThatOrder() throws Exception {
        InstallPlan plan = plan(forge().install(all(
                select(1),
                set(p -> p.entry(21).text("https://x.example/modem")),
                FETCH_AND_MATCH,
                select(0),
                FETCH_AND_MATCH)));

        assertEquals(
                List.of(
                        "modem from Remote[uri=https://x.example/modem]",
                        "os from Remote[uri=https://updates.example/os.img]"),
                written(plan));
    }

    @Test
    void select_trueOrAList_executesEachCommandOncePerComponent() throws Exception {
        Consumer<CborWriter> backwards =
                w -> w.integer(12).array(a -> a.integer(1).integer(0));

        InstallPlan inOrder = plan(forge().install(all(selectAll(), FETCH_AND_MATCH)));
        InstallPlan asListed = plan(forge().install(all(backwards, run(FETCH_AND_MATCH))));

        assertEquals(
                List.of(Fixtures.OS, MODEM),
                inOrder.steps().stream().map(InstallStep::component).toList());
        assertEquals(
                List.of(MODEM, Fixtures.OS),
                asListed.steps().stream().map(InstallStep::component).toList());
    }

    @Test
    void select_trueBeforeTryEach_choosesABranchForEachComponent() throws Exception {
        // The modem has no slot set, so its first branch fails.
        InstallPlan plan = plan(forge().install(all(
                select(0),
                set(p -> p.entry(5).integer(0)),
                selectAll(),
                tryEach(
                        false,
                        all(condition(5), FETCH),
                        all(set(p -> p.entry(21).text("https://x.example/modem")), FETCH)),
                MATCH)));

        assertEquals(
                List.of(
                        "os from Remote[uri=https://updates.example/os.img]",
                        "modem from Remote[uri=https://x.example/modem]"),
                written(plan));
    }

    @Test
    void select_inANestedSequence_endsWithIt() throws Exception {
        InstallPlan plan = plan(forge().install(all(select(0), run(all(select(1), FETCH)), FETCH)));

        assertEquals(
                List.of(MODEM, Fixtures.OS),
                plan.steps().stream().map(InstallStep::component).toList());
    }

    @Test
    void follow_severalComponentsAndNoneSelected_isMalformed() {
        Rejection rejection = refusal(forge().install(FETCH));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("directive fetch (21)", rejection.found());
        assertEquals("directive set-component-index (12), as there are 2 components", rejection.expected());
    }

    @Test
    void write_contentOfTheManifest_isItsOwnSizeAndDigest() throws Exception {
        Consumer<CborWriter> content = set(p -> {
            p.entry(3).embedded(Digest.sha256Of(NOTE)::encode);
            p.entry(14).integer(NOTE.length);
            p.entry(18).bytes(NOTE);
        });
        InstallPlan plan = plan(forge().install(all(select(0), FETCH, select(1), content, WRITE))
                .validate(all(select(0), MATCH, select(1), condition(6))));

        InstallStep step = plan.steps().get(1);
        assertEquals(MODEM, step.component());
        assertEquals(NOTE.length, step.sizeBytes());
        assertEquals(Digest.sha256Of(NOTE), step.digest());
        assertEquals("content (6 bytes)", step.payload().toString());
    }

    @Test
    void write_contentThatIsntWhatTheManifestSays_isRefused() {
        Forge forge = forge().install(all(select(0), set(p -> p.entry(18).bytes(NOTE)), WRITE));

        Rejection rejection = refusal(forge);

        assertEquals(RejectReason.PAYLOAD_SHORT, rejection.reason());
        assertEquals("6 bytes", rejection.found());
        assertEquals("8 bytes", rejection.expected());
    }

    @Test
    void copy_ofWhatWasFetchedEncrypted_isPlannedWithHowToDecrypt() throws Exception {
        Consumer<CborWriter> cipher = set(p -> {
            p.entry(3).embedded(Digest.sha256Of(NOTE)::encode);
            p.entry(14).integer(NOTE.length);
        });
        Consumer<CborWriter> decrypt = set(p -> {
            p.entry(19).bytes(ENCRYPTION.encode());
            p.entry(22).integer(1);
        });

        InstallPlan plan =
                plan(forge().install(all(select(1), cipher, FETCH_AND_MATCH, select(0), decrypt, COPY, MATCH))
                        .validate(all(select(0), MATCH)));

        InstallStep copy = plan.steps().get(1);
        assertEquals(new PayloadLocation.Component(MODEM), copy.payload());
        assertEquals(Digest.sha256Of(Fixtures.PAYLOAD), copy.digest());
        assertEquals(
                ENCRYPTION.algorithm(),
                copy.encoding().encryption().orElseThrow().algorithm());
        assertEquals(PayloadEncoding.IDENTITY, plan.steps().get(0).encoding());
    }

    @Test
    void copy_ofAnotherImageThanItsSource_isUnsupported() {
        Consumer<CborWriter> other = set(p -> p.entry(14).integer(9));

        Rejection rejection = refusal(forge().install(all(select(1), other, FETCH, select(0), from(1), COPY)));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertTrue(rejection.found().startsWith("8 bytes"), rejection.found());
        assertTrue(rejection.expected().startsWith("what modem is: 9 bytes"), rejection.expected());
    }

    @Test
    void copy_ofItselfOrBeyondTheComponents_isMalformed() {
        for (int source : List.of(0, 2, 16)) {
            Rejection rejection = refusal(forge().install(all(select(0), from(source), COPY)));

            assertEquals(RejectReason.MALFORMED, rejection.reason());
            assertEquals(Integer.toString(source), rejection.found());
            assertEquals("another component, less than 2", rejection.expected());
        }
    }

    @Test
    void copy_eachFromTheOther_isRefusedOnlyWithoutStrictOrder() {
        Consumer<CborWriter> sources = all(select(0), from(1), select(1), from(0));

        Rejection loose = refusal(forge().install(all(sources, selectAll(), LOOSE, COPY)));
        Rejection again = refusal(forge().install(all(sources, select(0), LOOSE, COPY, select(1), COPY)));

        assertEquals(RejectReason.MALFORMED, loose.reason());
        assertEquals("component 0 written and read", loose.found());
        assertEquals("one of the two, as strict-order (12) is false", loose.expected());
        assertEquals(RejectReason.MALFORMED, again.reason());
    }

    @Test
    void strictOrder_setAgain_isABarrier() throws Exception {
        InstallPlan strict = plan(forge().install(all(select(1), FETCH, select(0), from(1), COPY)));
        InstallPlan barrier =
                plan(forge().install(all(select(1), LOOSE, FETCH, STRICT, LOOSE, select(0), from(1), COPY)));

        assertEquals(2, strict.steps().size());
        assertEquals(written(strict), written(barrier));
    }

    @Test
    void runSequence_withoutStrictOrder_isAboutOneComponent() throws Exception {
        Consumer<CborWriter> modem = run(all(select(1), FETCH_AND_MATCH));
        Consumer<CborWriter> twice = run(all(select(1), FETCH_AND_MATCH, select(0)));

        Rejection unnamed = refusal(forge().install(all(select(0), LOOSE, run(FETCH))));
        Rejection second = refusal(forge().install(all(select(0), LOOSE, twice)));
        Rejection looped = refusal(forge().install(all(selectAll(), LOOSE, modem)));
        InstallPlan plan = plan(forge().install(all(select(0), LOOSE, modem, run(all(select(0), FETCH)))));

        assertEquals("first in a sequence that may run beside others", unnamed.found());
        assertEquals("in a sequence that may run beside others", second.found());
        assertEquals("in a sequence that may run beside others", looped.found());
        assertEquals(2, plan.steps().size());
    }

    @Test
    void softFailure_ofANestedSequence_isntInherited() {
        Consumer<CborWriter> soft = set(p -> p.entry(13).bool(true));

        Rejection inner = refusal(forge().install(all(select(0), run(all(soft, run(ABORT))), FETCH)));

        assertEquals(RejectReason.CONDITION_FAILED, inner.reason());
    }

    @Test
    void tryEach_whoseBranchesAllFail_failsForGoodInsideAnother() {
        Consumer<CborWriter> inner = tryEach(false, ABORT, ABORT);

        Rejection rejection = refusal(forge().install(all(select(0), tryEach(false, inner, FETCH))));

        assertEquals(RejectReason.CONDITION_FAILED, rejection.reason());
        assertTrue(rejection.detail().startsWith("condition abort (14)"), rejection.detail());
    }

    @Test
    void directive_thatFailsInABranch_failsForGood() {
        Consumer<CborWriter> broken = all(set(p -> p.entry(21).text("relative")), FETCH);

        Rejection rejection = refusal(forge().install(all(select(0), tryEach(false, broken, FETCH))));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("relative", rejection.found());
    }

    @Test
    void tryEach_thatSucceedsByDoingNothing_isNoUpdate() {
        Rejection rejection = refusal(forge().install(all(selectAll(), tryEach(true, all(ABORT, FETCH), ABORT))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertTrue(rejection.detail().startsWith("a manifest without directive fetch (21)"), rejection.detail());
    }

    @Test
    void plan_theModemOnAnotherDevice_isUnsupported() throws Exception {
        Authentic authentic = verifier.authenticate(
                forge().install(all(selectAll(), FETCH_AND_MATCH)).sign(), Fixtures.policy(), Role.FIRMWARE);

        RejectedException e =
                assertThrows(RejectedException.class, () -> verifier.plan(authentic, Fixtures.target(BankId.A)));

        assertEquals(RejectReason.UNSUPPORTED, e.reason());
        assertEquals("modem", e.rejection().found());
        assertEquals("[os]", e.rejection().expected());
    }

    // The ambiguities of the draft as docs/wire-format.md settles them, (a) to (f).

    @Test
    void ambiguityA_parametersOfAFailedBranch_stay() throws Exception {
        Consumer<CborWriter> uri = set(p -> p.entry(21).text("https://x.example/kept"));

        InstallPlan plan = plan(forge().install(all(selectAll(), tryEach(true, all(uri, ABORT), ABORT), FETCH)));

        assertEquals(
                new PayloadLocation.Remote(URI.create("https://x.example/kept")),
                plan.steps().get(1).payload());
    }

    @Test
    void ambiguityB_parametersFromSectionToSection_stayButTheSharedSequenceSetsItsOwnAgain() throws Exception {
        Consumer<CborWriter> ahead = all(selectAll(), set(p -> {
            p.entry(21).text("https://x.example/ahead");
            p.entry(-257).integer(5);
        }));

        InstallPlan plan = plan(
                forge().manifestEntry(16, w -> w.embedded(s -> s.array(ahead))).install(all(selectAll(), FETCH)));

        assertEquals(5, plan.steps().get(0).securityVersion());
        assertEquals(
                new PayloadLocation.Remote(URI.create("https://updates.example/os.img")),
                plan.steps().get(0).payload());
    }

    @Test
    void ambiguityC_componentByDefault_isTheOnlyOne() throws Exception {
        Authentic one = verifier.authenticate(new Forge().sign(), Fixtures.policy(), Role.FIRMWARE);

        assertEquals(Fixtures.OS, verifier.plan(one, Fixtures.target(BankId.A)).component());
        assertEquals(RejectReason.MALFORMED, refusal(forge().install(FETCH)).reason());
    }

    @Test
    void ambiguityD_indexBeyondTheComponents_isMalformed() {
        Rejection rejection = refusal(forge().install(all(select(2), FETCH)));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("2", rejection.found());
        assertEquals("less than 2", rejection.expected());
    }

    @Test
    void ambiguityE_componentSlot_isTheOneToBeWritten() throws Exception {
        Forge forge = new Forge().install(all(set(p -> p.entry(5).integer(1)), condition(5), FETCH));
        Authentic authentic = verifier.authenticate(forge.sign(), Fixtures.policy(), Role.FIRMWARE);

        assertEquals(
                BankId.B, verifier.plan(authentic, Fixtures.target(BankId.B)).bank());
        assertThrows(RejectedException.class, () -> verifier.plan(authentic, Fixtures.target(BankId.A)));
    }
}
