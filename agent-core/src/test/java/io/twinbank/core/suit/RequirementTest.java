// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.MATCH;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.condition;
import static io.twinbank.core.suit.Commands.run;
import static io.twinbank.core.suit.Commands.set;
import static io.twinbank.core.suit.Commands.tryEach;
import static io.twinbank.core.suit.Commands.version;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementTest {
    private static final Digest OTHER = Digest.sha256Of(new byte[1]);
    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private InstallPlan plan(Consumer<CborWriter> before) throws RejectedException {
        byte[] envelope = new Forge()
                .install(all(before, set(Forge::digest), FETCH_AND_MATCH))
                .sign();
        return verifier.plan(
                verifier.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE), Fixtures.target(BankId.A));
    }

    private static Consumer<CborWriter> useBefore(long seconds) {
        return all(set(p -> p.entry(4).integer(seconds)), condition(4));
    }

    static Stream<Arguments> requirements() {
        Consumer<CborWriter> other = set(p -> p.entry(3).embedded(OTHER::encode));
        return Stream.of(
                arguments("use before 2023-10-03T00:00:00Z", useBefore(1696291200)),
                arguments("use before second 9223372036854775807", useBefore(Long.MAX_VALUE)),
                arguments(
                        "installed version of os >= 1.2-rc.3",
                        all(set(p -> p.entry(28).embedded(version(2, 1, 2, -1, 3))), condition(28))),
                arguments(
                        "authorization of priority -1", all(set(p -> p.entry(27).integer(-1)), condition(27))),
                arguments("os holds " + OTHER, all(other, MATCH)),
                arguments("os doesn't hold " + OTHER, all(other, condition(25))),
                arguments("os holds " + OTHER, all(set(p -> p.entry(18).bytes(new byte[1])), condition(6))),
                arguments(
                        "wait for power 1",
                        all(
                                set(p -> p.entry(29)
                                        .embedded(w -> w.map(m -> m.entry(2).integer(1)))),
                                w -> w.integer(29).integer(2))));
    }

    @ParameterizedTest
    @MethodSource("requirements")
    void plan_whatChangesWithTime_isARequirement(String text, Consumer<CborWriter> commands) throws Exception {
        List<Requirement> requirements = plan(commands).requirements();

        assertEquals(1, requirements.size());
        assertEquals(text, requirements.get(0).toString());
    }

    @Test
    void plan_theSameRequirementTwice_isOne() throws Exception {
        assertEquals(
                1, plan(all(useBefore(9), run(useBefore(9)))).requirements().size());
    }

    @Test
    void plan_whatChangesWithTimeWhereItWouldChooseABranch_isUnsupported() {
        RejectedException e =
                assertThrows(RejectedException.class, () -> plan(tryEach(true, useBefore(1696291200), useBefore(9))));

        assertEquals(RejectReason.UNSUPPORTED, e.reason());
        assertTrue(e.rejection().detail().startsWith("condition use-before (4) in install (20)"));
        assertEquals("it where soft-failure (13) is false", e.rejection().expected());
    }

    @Test
    void plan_whatChangesWithTimeInABranchThatMayNotFail_isARequirement() throws Exception {
        Consumer<CborWriter> hard = set(p -> p.entry(13).bool(false));

        assertEquals(
                1,
                plan(tryEach(true, all(hard, useBefore(9)), MATCH))
                        .requirements()
                        .size());
    }

    @Test
    void plan_conditionWithoutItsParameter_fails() {
        for (int code : List.of(4, 6, 27, 28)) {
            Rejection rejection = assertThrows(RejectedException.class, () -> plan(condition(code)))
                    .rejection();

            assertEquals(RejectReason.CONDITION_FAILED, rejection.reason());
            assertEquals("it set before", rejection.expected());
        }
        RejectedException wait = assertThrows(
                RejectedException.class, () -> plan(w -> w.integer(29).integer(2)));
        assertEquals("no wait-info (29)", wait.rejection().found());
    }

    @Test
    void plan_setVersion_isKnown() throws Exception {
        byte[] envelope = new Forge()
                .manifestEntry(6, w -> w.embedded(Commands.numbers(1, 2, -2, 1)))
                .sign();

        InstallPlan plan = verifier.plan(
                verifier.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE), Fixtures.target(BankId.A));

        assertEquals(Optional.of("1.2-beta.1"), plan.version().map(SuitVersion::toString));
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.7, EQUAL, 1.2, true",
        "1.2.7, GREATER, 1.2, false",
        "1.2, GREATER, 1.2.-1.3, true",
        "1.2.-2, LESS, 1.2.-1, true",
        "1.2.-3, LESS_OR_EQUAL, 1.2.-3, true",
        "1, GREATER_OR_EQUAL, 1.0.1, false",
        "1, EQUAL, 1.0.0, true",
        "2, LESS, 1.9, false",
        "1.10, GREATER, 1.9, true"
    })
    void holds_versions_compareAsFarAsTheManifestGoes(
            String found, VersionMatch.Order order, String demanded, boolean holds) {
        VersionMatch match = new VersionMatch(order, parse(demanded));

        assertEquals(holds, match.holds(parse(found)), match.toString());
    }

    private static SuitVersion parse(String text) {
        return new SuitVersion(
                Arrays.stream(text.split("\\.", -1)).map(Long::valueOf).toList());
    }

    @Test
    void newSuitVersion_emptyOrBeginningWithAStage_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SuitVersion(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new SuitVersion(List.of(-1L)));
        assertFalse(new SuitVersion(List.of(0L)).toString().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "1.4.2", "1.2-rc.3", "1.2-beta", "2.0-alpha.1.7", "1.2.3.4.5.6.7.8", "999999999999999999"})
    void parseSuitVersion_whatToStringWrites_isRead(String text) {
        assertEquals(text, SuitVersion.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1",
                "1.",
                "-rc.1",
                "1.2-gamma",
                "1..2",
                "1.-1",
                "1.2.3.4.5.6.7.8.9",
                "1000000000000000000",
                " 1"
            })
    void parseSuitVersion_somethingElse_isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SuitVersion.parse(text));
    }
}
