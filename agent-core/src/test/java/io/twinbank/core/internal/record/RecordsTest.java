// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final Digest IMAGE = Digest.sha256Of(new byte[] {1});
    private static final Digest MANIFEST = Digest.sha256Of(new byte[] {2});
    private static final Journal BEGUN =
            Journal.downloading(BankId.B, IMAGE, 1000, MANIFEST, 6, "0123456789abcdef-3", 42, 2, true, 0);

    @Test
    void journal_encodedAndDecoded_isTheSame() throws Exception {
        Journal journal = BEGUN.armed(7).trialStarted().over(Cause.SELF_TEST_FAILED, "modem is dead");

        Journal decoded = Journal.decode(journal.encode());

        assertArrayEquals(journal.encode(), decoded.encode());
        assertEquals(UpdateState.TRIAL, decoded.state());
        assertEquals(7, decoded.trialId());
        assertEquals(1, decoded.starts());
        assertEquals(Optional.of(Cause.SELF_TEST_FAILED), decoded.cause());
        assertEquals("modem is dead", decoded.detail());
    }

    @Test
    void journal_ofComponents_countsThemUntilItEnds() throws Exception {
        Journal journal = Journal.downloading(BankId.B, IMAGE, 1000, MANIFEST, 6, "0123456789abcdef-3", 42, 2, true, 2);

        Journal over = Journal.decode(
                journal.armed(7).over(Cause.COMPONENT, "no answer").encode());

        assertEquals(2, over.components());
        assertEquals("no answer", over.detail());
        assertEquals(0, over.ended(7).components());
        assertEquals(0, Journal.decode(BEGUN.encode()).components());
    }

    @Test
    void outcome_inconsistent_keepsWhatEachComponentHolds() throws Exception {
        Outcome.Inconsistent outcome = new Outcome.Inconsistent(
                Cause.SELF_TEST_FAILED,
                List.of(
                        new ComponentState("os", Holds.OLD),
                        new ComponentState("app/a=b", Holds.NEW),
                        new ComponentState("h'00ff'", Holds.UNKNOWN)),
                "disk is read-only");
        OutcomeRing ring =
                OutcomeRing.empty().with(OutcomeRecord.of("1", MANIFEST.toString(), 42, 2, BankId.A, outcome), 4096);

        Optional<Outcome> decoded = OutcomeRing.decode(ring.encode()).find("1").flatMap(OutcomeRecord::outcome);

        assertEquals(Optional.of(outcome), decoded);
    }

    @Test
    void journal_largest_fitsIntoItsBytes() {
        Digest longest = new Digest(-44, new byte[64]);
        Journal journal = Journal.downloading(
                        BankId.B,
                        longest,
                        Long.MAX_VALUE,
                        longest,
                        Long.MAX_VALUE,
                        "0123456789abcdef-" + Long.MAX_VALUE,
                        1,
                        1,
                        true,
                        255)
                .armed(Long.MAX_VALUE)
                .over(Cause.ATTEMPTS_EXHAUSTED, "x".repeat(1000));

        int length = journal.encode().length;

        assertTrue(length <= Journal.MAX_BYTES, length + " bytes");
    }

    @Test
    void journal_bodyOfANewerSchema_keepsHeaderAndBytes() throws Exception {
        byte[] record = BEGUN.encode();
        record[1] = 9;

        Journal newer = Journal.decode(record);
        Journal rewritten = Journal.decode(newer.with(UpdateState.VERIFYING).encode());

        assertFalse(newer.bodyKnown());
        assertEquals(MANIFEST, newer.manifestDigest());
        assertEquals(9, rewritten.schema());
        assertArrayEquals(newer.body(), rewritten.body());
        assertEquals("", newer.detail());
    }

    @Test
    void journal_truncatedAnywhere_isUnreadableOrKeepsItsHeader() {
        byte[] record = BEGUN.encode();

        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            try {
                assertEquals(MANIFEST, Journal.decode(cut).manifestDigest());
            } catch (UnreadableRecordException expected) {
                assertFalse(expected.getMessage().isEmpty());
            }
        }
        assertThrows(UnreadableRecordException.class, () -> Journal.decode(new byte[0]));
    }

    @Test
    void journal_unknownState_isUnreadable() {
        byte[] record = BEGUN.encode();
        record[6] = 'x';

        UnreadableRecordException e = assertThrows(UnreadableRecordException.class, () -> Journal.decode(record));

        assertTrue(e.getMessage().contains("xOWNLOADING"), e.getMessage());
    }

    @Test
    void journal_ended_remembersWhetherTheBankIsWhole() {
        assertFalse(BEGUN.ended(6).wholeBank());
        assertTrue(BEGUN.with(UpdateState.STAGED).ended(6).wholeBank());
        assertTrue(BEGUN.with(UpdateState.STAGED).ended(6).ended(6).wholeBank());
    }

    @Test
    void security_encodedAndDecoded_isTheSame() throws Exception {
        Security security = Security.rebuilt(Optional.of(new Security.Confirmed(BankId.A, Optional.of(IMAGE))), 41)
                .confirmed(BankId.B, Optional.of(IMAGE), 42)
                .counted(MANIFEST, 7)
                .quarantined(IMAGE, 8);

        Security decoded =
                Security.decode(security.following(Optional.empty()).record()).security();

        assertEquals(security, decoded);
        assertEquals(42, decoded.floor());
        assertEquals(1, decoded.retries(MANIFEST));
        assertTrue(decoded.isQuarantined(IMAGE));
    }

    @Test
    void security_confirmedWithALowerSequence_keepsTheFloor() {
        Security security = Security.rebuilt(Optional.empty(), 42);

        assertEquals(42, security.confirmed(BankId.A, Optional.empty(), 3).floor());
    }

    @Test
    void security_componentsRaised_eachHasItsOwnFloorThatOnlyRises() throws Exception {
        ComponentId config = ComponentId.of("config");
        ComponentId modem = ComponentId.of("modem");
        Set<ComponentId> both = Set.of(config, modem);

        Security security = Security.rebuilt(Optional.empty(), 42)
                .raised(List.of(config, modem), 7, both)
                .raised(List.of(modem), 50, both)
                .raised(List.of(modem), 6, both);
        Security decoded =
                Security.decode(security.following(Optional.empty()).record()).security();

        assertEquals(security, decoded);
        assertEquals(
                List.of(42L, 7L, 50L, 0L),
                List.of(
                        decoded.floor(),
                        decoded.floorOf(config),
                        decoded.floorOf(modem),
                        decoded.floorOf(ComponentId.of("x"))));
        assertEquals(50, decoded.highestFloor());
    }

    @Test
    void security_moreFloorsThanItHolds_dropsTheOldestThatHasNoHandler() {
        Security security = Security.rebuilt(Optional.empty(), 0);
        ComponentId handled = ComponentId.of("0");

        for (int i = 0; i <= Security.MAX_FLOORS; i++) {
            security = security.raised(List.of(ComponentId.of("" + i)), 7, Set.of(handled));
        }

        assertEquals(Security.MAX_FLOORS, security.floors().size());
        assertEquals(7, security.floorOf(handled));
        assertEquals(0, security.floorOf(ComponentId.of("1")));
        assertEquals(7, security.floorOf(ComponentId.of("2")));
    }

    /** With all that it may hold: the smallest state store has records of 4096 bytes. */
    @Test
    void security_full_fitsTheSmallestStore() {
        Security security = Security.rebuilt(Optional.of(new Security.Confirmed(BankId.A, Optional.of(IMAGE))), 0);
        for (int i = 0; i < Security.MAX_FLOORS; i++) {
            Digest digest = Digest.sha256Of(new byte[] {(byte) i});
            security = security.raised(List.of(ComponentId.of("" + i)), i, Set.of())
                    .quarantined(digest, i)
                    .counted(Digest.sha256Of(new byte[] {(byte) i, 1}), i);
        }

        int bytes = security.following(Optional.of(IMAGE)).record().length;

        assertTrue(bytes <= 4096, bytes + " bytes");
    }

    @Test
    void journal_componentsAlone_keepsWhatIsKnownOfTheOtherBank() throws Exception {
        Journal alone = Journal.downloading(BankId.A, Journal.NONE, 0, MANIFEST, 5, "id", 9, 0, false, 2)
                .with(UpdateState.STAGED)
                .tried(6);

        Journal decoded =
                Journal.decode(alone.over(Cause.SELF_TEST_FAILED, "why").encode());

        assertTrue(decoded.componentsAlone());
        assertEquals(2, decoded.components());
        assertEquals(BankId.B, decoded.ended(0).target());
        assertFalse(decoded.ended(0).wholeBank());
        assertEquals(6, decoded.ended(0).trialId());
        assertFalse(decoded.ended(0).componentsAlone());
    }

    @Test
    void security_countedOncePerTry_quarantinesAfterTheRetries() {
        Security security = Security.rebuilt(Optional.empty(), 0);

        for (int trial = 1; trial <= Security.MAX_RETRIES; trial++) {
            security = security.counted(MANIFEST, trial);
            assertFalse(security.isQuarantined(MANIFEST));
        }
        security = security.counted(MANIFEST, 9);

        assertTrue(security.isQuarantined(MANIFEST));
        assertEquals(0, security.retries(MANIFEST));
    }

    @Test
    void security_moreThanItHolds_dropsTheOldest() throws Exception {
        Security security = Security.rebuilt(Optional.empty(), 0);
        Digest first = Digest.sha256Of(new byte[] {0});

        for (int i = 0; i <= Security.MAX_ENTRIES; i++) {
            security = security.quarantined(Digest.sha256Of(new byte[] {(byte) i}), i);
        }

        assertEquals(Security.MAX_ENTRIES, security.quarantine().size());
        assertFalse(security.isQuarantined(first));
        assertEquals(
                security,
                Security.decode(security.following(Optional.empty()).record()).security());
    }

    @Test
    void ring_secondOutcomeOfAnId_isANoOp() {
        OutcomeRing ring = OutcomeRing.empty().with(record("a", new Outcome.Installed(false)), 4096);

        OutcomeRing again = ring.with(record("a", new Outcome.Superseded()), 4096);

        assertSame(ring, again);
        assertEquals("Installed", again.find("a").orElseThrow().name());
    }

    @Test
    void ring_full_dropsDeliveredOnesFirstAndStaysWithinItsBytes() throws Exception {
        OutcomeRing ring = OutcomeRing.empty();
        for (int i = 0; i < 20; i++) {
            ring = ring.with(record("id" + i, new Outcome.RolledBack(Cause.UNKNOWN, "x".repeat(500))), 4096);
            if (i == 5) {
                ring = ring.delivered("id5");
            }
        }

        assertTrue(ring.encode().length <= 4096);
        assertTrue(ring.find("id5").isEmpty());
        assertTrue(ring.find("id19").isPresent());
        assertEquals(20, ring.serial());
        assertEquals(ring, OutcomeRing.decode(ring.encode()));
    }

    @Test
    void ring_fullOfUndelivered_foldsAndLosesNone() throws Exception {
        OutcomeRing ring = OutcomeRing.empty();
        for (int i = 0; i < 100; i++) {
            ring = ring.with(
                    record("id" + i, i % 3 == 0 ? new Outcome.Installed(false) : new Outcome.Superseded()), 4096);

            assertTrue(ring.encode().length <= 4096);
            assertEquals(i + 1, outcomesIn(ring));
        }

        OutcomeRecord fold = ring.entries().get(1);
        assertEquals("Folded", fold.name());
        assertEquals("id0", ring.nextToDeliver().orElseThrow().id());
        assertEquals("id99", ring.latest().orElseThrow().id());
        assertEquals(OutcomeRing.MAX_ENTRIES, ring.pending());
        assertEquals(
                fold,
                OutcomeRing.decode(ring.encode()).find(fold.id()).orElseThrow(),
                "an agent started anew reports the same");
    }

    @Test
    void ring_fullOfRefusals_foldsThemBeforeWhatHappened() {
        Rejection rejection = Rejection.of(RejectReason.TOO_LARGE, "the image doesn't fit", 7, "at most 5");
        OutcomeRing ring = OutcomeRing.empty().with(record("first", new Outcome.Superseded()), 4096);
        for (int i = 0; i < 4; i++) {
            ring = ring.with(record("real" + i, new Outcome.RolledBack(Cause.SELF_TEST_FAILED, "modem")), 4096);
        }
        for (int i = 0; i < 1000; i++) {
            ring = ring.with(record("no" + i, new Outcome.Rejected(rejection)), 4096);
        }

        for (int i = 0; i < 4; i++) {
            assertTrue(ring.find("real" + i).isPresent());
        }
        assertEquals(1005, outcomesIn(ring));
    }

    /** A receiver may have seen it, though it never said so: what it counts must not change under its id. */
    @Test
    void ring_foldThatIsNextToGo_growsNoMore() {
        OutcomeRing ring = OutcomeRing.empty();
        for (int i = 0; i < 20; i++) {
            ring = ring.with(record("id" + i, new Outcome.Superseded()), 4096);
        }
        OutcomeRecord sent = ring.delivered("id0").nextToDeliver().orElseThrow();

        OutcomeRing later = ring.delivered("id0");
        for (int i = 20; i < 60; i++) {
            later = later.with(record("id" + i, new Outcome.Superseded()), 4096);
        }

        assertTrue(sent.isFolded());
        assertEquals(sent, later.nextToDeliver().orElseThrow());
        assertTrue(later.entries().get(1).isFolded());
        assertEquals(59, outcomesIn(later));
    }

    @Test
    void ring_ofTheLargestOutcomes_hasRoomForARollbackInTheSmallestStore() {
        List<ComponentState> states = IntStream.range(0, 100)
                .mapToObj(i -> new ComponentState("größe" + i, Holds.UNKNOWN))
                .toList();
        Outcome largest = new Outcome.Inconsistent(Cause.ATTEMPTS_EXHAUSTED, states, "€".repeat(500));
        Digest longest = new Digest(-44, new byte[64]);
        OutcomeRing ring = OutcomeRing.empty();

        for (int i = 0; i < 20; i++) {
            ring = ring.with(
                    OutcomeRecord.of("0123456789abcdef-" + i, longest.toString(), 42, 2, BankId.A, largest), 4096);

            assertTrue(ring.encode().length <= 4096, ring.encode().length + " bytes");
            assertEquals("Inconsistent", ring.latest().orElseThrow().name());
            assertEquals(i + 1, outcomesIn(ring));
        }
    }

    private static int outcomesIn(OutcomeRing ring) {
        return ring.entries().stream()
                .mapToInt(entry -> entry.isFolded()
                        ? entry.folded().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum()
                        : 1)
                .sum();
    }

    @Test
    void ring_withReports_keepsThemUntilDelivered() throws Exception {
        OutcomeRing ring = OutcomeRing.empty()
                .with(reporting("a", 10), 4096)
                .with(record("b", new Outcome.Superseded()), 4096)
                .with(reporting("c", OutcomeRecord.MAX_REPORT_BYTES), 4096);

        OutcomeRing decoded = OutcomeRing.decode(ring.encode());

        assertEquals(ring, decoded);
        assertEquals(10, decoded.find("a").orElseThrow().report().orElseThrow().length());
        assertEquals(Optional.empty(), decoded.find("b").orElseThrow().report());
        assertEquals(
                Optional.empty(), decoded.delivered("a").find("a").orElseThrow().report());
    }

    @Test
    void ring_withoutReports_isWrittenAsEver() {
        OutcomeRing ring = OutcomeRing.empty().with(record("a", new Outcome.Superseded()), 4096);
        byte[] record = ring.encode();

        assertEquals(record.length - 4, (record[2] & 0xff) << 8 | record[3] & 0xff);
    }

    @Test
    void ring_reportsOfAnotherSchemaOrTorn_keepsTheOutcomes() throws Exception {
        OutcomeRing ring = OutcomeRing.empty().with(reporting("a", 10), 4096);
        byte[] newer = ring.encode();
        newer[1] = 9;
        byte[] torn = Arrays.copyOf(ring.encode(), ring.encode().length - 1);

        for (byte[] record : List.of(newer, torn)) {
            OutcomeRing decoded = OutcomeRing.decode(record);

            assertEquals("Rejected", decoded.find("a").orElseThrow().name());
            assertEquals(Optional.empty(), decoded.find("a").orElseThrow().report());
        }
    }

    @Test
    void ring_tooManyReports_dropsTheOldestAndNoOutcome() {
        OutcomeRing ring = OutcomeRing.empty();
        for (int i = 0; i < 10; i++) {
            ring = ring.with(reporting("id" + i, OutcomeRecord.MAX_REPORT_BYTES), 4096);
        }

        assertTrue(ring.encode().length <= 4096);
        assertEquals(10, ring.pending());
        assertEquals(Optional.empty(), ring.find("id0").orElseThrow().report());
        assertTrue(ring.find("id9").orElseThrow().report().isPresent());
    }

    private static OutcomeRecord reporting(String id, int bytes) {
        Rejection rejection = Rejection.of(RejectReason.TOO_LARGE, "the image doesn't fit", 7, "at most 5");
        return record(id, new Outcome.Rejected(rejection)).with(Optional.of(Slice.of(new byte[bytes])));
    }

    @Test
    void outcome_everyKind_comesBackAsItWas() {
        Rejection rejection = Rejection.of(RejectReason.TOO_LARGE, "the image doesn't fit", 7, "at most 5");
        for (Outcome outcome : List.of(
                new Outcome.Installed(true),
                new Outcome.Rejected(rejection),
                new Outcome.RolledBack(Cause.SELF_TEST_TIMEOUT, "late"),
                new Outcome.Failed(Cause.PAYLOAD, Optional.of(rejection), rejection.detail()),
                new Outcome.Failed(Cause.FLASH, Optional.empty(), "worn out"),
                new Outcome.Cancelled(Cause.OPERATOR),
                new Outcome.Superseded(),
                new Outcome.UnexpectedImage("bank A"),
                new Outcome.StateLost("journal"))) {
            assertEquals(Optional.of(outcome), record("id", outcome).outcome());
        }
    }

    private static OutcomeRecord record(String id, Outcome outcome) {
        return OutcomeRecord.of(id, MANIFEST.toString(), 42, 2, BankId.A, outcome);
    }
}
