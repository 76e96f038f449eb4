// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.ABORT;
import static io.twinbank.core.suit.Commands.FETCH;
import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.set;
import static io.twinbank.core.suit.Commands.tryEach;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuitReportTest {
    private static final UUID OTHER = Uuids.vendorId("other.example");
    private static final byte[] NONCE = "0123456789abcdef-7".getBytes(StandardCharsets.UTF_8);
    private static final Digest FOUND = Digest.sha256Of(new byte[] {1});
    private static final Target TARGET = Fixtures.target(BankId.A);
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Limits.standard());

    /** Judges as a device does. */
    private static Optional<Rejection> refusal(byte[] envelope) {
        Verified verified = VERIFIER.verify(envelope, Fixtures.policy(), Role.FIRMWARE);
        if (verified instanceof Refused refused) {
            return Optional.of(refused.rejection());
        }
        try {
            VERIFIER.plan((Authentic) verified, TARGET);
            return Optional.empty();
        } catch (RejectedException e) {
            return Optional.of(e.rejection());
        }
    }

    private static SuitReport report(byte[] envelope, Optional<Rejection> rejection) throws RejectedException {
        Optional<SuitReason.Ending> ending = rejection.map(Rejection::reason).map(SuitReason.Ending::of);
        return VERIFIER.report(envelope, TARGET, NONCE, ending, rejection);
    }

    private static SuitReport.Failure failure(byte[] envelope, Rejection rejection) throws RejectedException {
        return report(envelope, Optional.of(rejection)).failure().orElseThrow();
    }

    /** The byte that a place names, found by another CBOR library. */
    private static int commandAt(byte[] envelope, SuitReport.Step step) {
        CBORObject shell = CBORObject.DecodeFromBytes(envelope).Untag();
        CBORObject manifest = CBORObject.DecodeFromBytes(shell.get(3).GetByteString());
        CBORObject member = manifest.get(step.section());
        byte[] section = (member.getType() == com.upokecenter.cbor.CBORType.Array ? shell.get(step.section()) : member)
                .GetByteString();
        int head = section[step.offset()] & 0xff;
        return head == 0x18 ? section[step.offset() + 1] & 0xff : head;
    }

    private static Map<Integer, Slice> uuid(ParameterCode code, UUID uuid) {
        return Map.of(
                code.number(), Slice.of(new CborWriter().bytes(Forge.uuid(uuid)).toByteArray()));
    }

    private static Map<Integer, Slice> digest(Digest digest) {
        return Map.of(3, Slice.of(new CborWriter().embedded(digest::encode).toByteArray()));
    }

    @Test
    void claiming_component_comesFirstAndIsDecodedAgain() throws Exception {
        ComponentId modem = ComponentId.of("modem");

        SuitReport report = report(Fixtures.good(), Optional.empty()).claiming(modem, FOUND);

        assertEquals(
                new SuitReport.Properties(modem, digest(FOUND)),
                SuitReport.decode(report.encode()).entries().get(0));
    }

    static Stream<Arguments> refusals() {
        EnvelopeBuilder.Image missing = new EnvelopeBuilder.Image(FOUND, Fixtures.PAYLOAD.length, "#nothing");
        EnvelopeBuilder.Image another = new EnvelopeBuilder.Image(FOUND, Fixtures.PAYLOAD.length, "#os");
        Consumer<CborWriter> swap = w -> w.integer(31).integer(2);
        return Stream.of(
                refusal(
                        new EnvelopeBuilder(Fixtures.OS, 7, OTHER, Fixtures.CLASS).image(Fixtures.IMAGE),
                        11,
                        SuitReason.CONDITION_FAILED,
                        3,
                        CommandCode.VENDOR_IDENTIFIER,
                        uuid(ParameterCode.VENDOR_ID, Fixtures.VENDOR)),
                refusal(
                        new EnvelopeBuilder(Fixtures.OS, 7, Fixtures.VENDOR, OTHER).image(Fixtures.IMAGE),
                        12,
                        SuitReason.CONDITION_FAILED,
                        3,
                        CommandCode.CLASS_IDENTIFIER,
                        uuid(ParameterCode.CLASS_ID, Fixtures.CLASS)),
                refusal(
                        Fixtures.builder().image(Fixtures.IMAGE).deviceId(OTHER),
                        13,
                        SuitReason.CONDITION_FAILED,
                        3,
                        CommandCode.DEVICE_IDENTIFIER,
                        uuid(ParameterCode.DEVICE_ID, Fixtures.DEVICE)),
                refusal(
                        Fixtures.builder().image(missing).severInstall(),
                        23,
                        SuitReason.OPERATION_FAILED,
                        20,
                        CommandCode.FETCH,
                        Map.of()),
                refusal(
                        Fixtures.builder().image(another).integratedPayload("#os", Fixtures.PAYLOAD),
                        26,
                        SuitReason.CONDITION_FAILED,
                        20,
                        CommandCode.FETCH,
                        digest(Digest.sha256Of(Fixtures.PAYLOAD))),
                arguments(
                        new Forge().install(ABORT).sign(),
                        14,
                        SuitReason.CONDITION_FAILED,
                        20,
                        CommandCode.ABORT,
                        Map.of()),
                arguments(
                        new Forge()
                                .install(all(tryEach(false, ABORT, ABORT), FETCH_AND_MATCH))
                                .sign(),
                        14,
                        SuitReason.CONDITION_FAILED,
                        20,
                        CommandCode.ABORT,
                        Map.of()),
                arguments(
                        new Forge().install(all(FETCH_AND_MATCH, swap)).sign(),
                        9,
                        SuitReason.COMMAND_UNSUPPORTED,
                        20,
                        CommandCode.SWAP,
                        Map.of()),
                arguments(
                        new Forge()
                                .install(all(set(p -> p.entry(26).integer(9)), FETCH_AND_MATCH))
                                .sign(),
                        9,
                        SuitReason.PARAMETER_UNSUPPORTED,
                        20,
                        CommandCode.OVERRIDE_PARAMETERS,
                        Map.of()));
    }

    private static Arguments refusal(
            EnvelopeBuilder builder,
            int code,
            SuitReason reason,
            int section,
            CommandCode command,
            Map<Integer, Slice> measured) {
        return arguments(Fixtures.sign(builder), code, reason, section, command, measured);
    }

    @MethodSource("refusals")
    @ParameterizedTest
    void report_refusedAtACommand_saysWhichAndWhatWasMeasured(
            byte[] envelope,
            int code,
            SuitReason reason,
            int section,
            CommandCode command,
            Map<Integer, Slice> measured)
            throws Exception {
        SuitReport report = report(envelope, refusal(envelope));
        SuitReport.Failure failure = report.failure().orElseThrow();

        assertEquals(new SuitReason.Ending(code, reason), failure.ending());
        assertEquals(section, failure.step().section());
        assertEquals(command.number(), commandAt(envelope, failure.step()));
        assertEquals(0, failure.step().component());
        assertEquals(measured, failure.step().measured());
        assertEquals(reason.asksForCapabilities(), report.capabilities().isPresent());
        assertEquals(report, SuitReport.decode(report.encode()));
    }

    @Test
    void report_componentThatIsNotThere_isComponentUnsupported() throws Exception {
        byte[] envelope = Fixtures.sign(
                new EnvelopeBuilder(ComponentId.of("modem"), 7, Fixtures.VENDOR, Fixtures.CLASS).image(Fixtures.IMAGE));

        SuitReport report = report(envelope, refusal(envelope));

        assertEquals(
                new SuitReport.Failure(
                        new SuitReason.Ending(9, SuitReason.COMPONENT_UNSUPPORTED),
                        new SuitReport.Step(0, 0, 0, Map.of())),
                report.failure().orElseThrow());
        assertEquals(List.of(Fixtures.OS), report.capabilities().orElseThrow().components());
    }

    @Test
    void report_manifestThatDoesNotDecode_isCborParse() throws Exception {
        byte[] envelope = new Forge().sequence(w -> w.text("seven")).sign();

        SuitReport report = report(envelope, refusal(envelope));

        assertEquals(
                new SuitReason.Ending(1, SuitReason.CBOR_PARSE),
                report.failure().orElseThrow().ending());
        assertEquals(List.of(), report.entries());
        assertEquals(Optional.empty(), report.capabilities());
    }

    @Test
    void report_refusedForWhatTheDeviceKnows_namesNoCommand() throws Exception {
        Rejection rejection = Rejection.of(RejectReason.SEQUENCE_TOO_LOW, "not newer", 7, "more than 9");

        SuitReport.Failure failure = failure(Fixtures.good(), rejection);

        assertEquals(new SuitReason.Ending(15, SuitReason.CONDITION_FAILED), failure.ending());
        assertEquals(new SuitReport.Step(0, 0, 0, Map.of()), failure.step());
    }

    @Test
    void report_refusedOtherwiseThanByItsCommands_namesNoCommand() throws Exception {
        byte[] envelope = new Forge().install(ABORT).sign();
        Rejection rejection = Rejection.of(RejectReason.UNAUTHORIZED_COMPONENT, "not theirs");

        SuitReport.Failure failure = failure(envelope, rejection);

        assertEquals(new SuitReason.Ending(10, SuitReason.COMPONENT_UNAUTHORISED), failure.ending());
        assertEquals(new SuitReport.Step(0, 0, 0, Map.of()), failure.step());
    }

    @Test
    void report_expired_pointsAtUseBefore() throws Exception {
        byte[] envelope = Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).require(new Requirement.UseBefore(9)));

        SuitReport.Failure failure = failure(envelope, Rejection.of(RejectReason.EXPIRED, "late", 10, 9));

        assertEquals(new SuitReason.Ending(19, SuitReason.CONDITION_FAILED), failure.ending());
        assertEquals(CommandCode.USE_BEFORE.number(), commandAt(envelope, failure.step()));
    }

    @Test
    void report_payloadWithAnotherDigest_pointsAtTheMatchAndTellsWhatWasFound() throws Exception {
        String hex = HexFormat.of().formatHex(FOUND.bytes());
        byte[] envelope = Fixtures.good();

        SuitReport.Failure failure =
                failure(envelope, Rejection.of(RejectReason.PAYLOAD_DIGEST, "digest of the payload", hex, "another"));

        assertEquals(new SuitReason.Ending(26, SuitReason.CONDITION_FAILED), failure.ending());
        assertEquals(SuitSection.VALIDATE.number(), failure.step().section());
        assertEquals(CommandCode.IMAGE_MATCH.number(), commandAt(envelope, failure.step()));
        assertEquals(digest(FOUND), failure.step().measured());
    }

    @Test
    void report_payloadThatEndsEarly_pointsAtTheFetch() throws Exception {
        byte[] envelope = Fixtures.good();

        SuitReport.Failure failure =
                failure(envelope, Rejection.of(RejectReason.PAYLOAD_SHORT, "ended", "3 bytes", "8 bytes"));

        assertEquals(new SuitReason.Ending(24, SuitReason.OPERATION_FAILED), failure.ending());
        assertEquals(CommandCode.FETCH.number(), commandAt(envelope, failure.step()));
    }

    @Test
    void report_installed_isTrueWithTheManifestsReference() throws Exception {
        byte[] envelope = new Forge()
                .manifestEntry(4, w -> w.text("https://updates.example/os.suit"))
                .sign();

        SuitReport report = report(envelope, Optional.empty());
        CBORObject read = CBORObject.DecodeFromBytes(report.encode());

        assertEquals("https://updates.example/os.suit", read.get(99).get(0).AsString());
        assertArrayEquals(
                SuitEnvelope.decode(envelope, Limits.standard())
                        .manifestDigest()
                        .bytes(),
                read.get(99).get(1).get(1).GetByteString());
        assertArrayEquals(NONCE, read.get(2).GetByteString());
        assertEquals(CBORObject.True, read.get(4));
        assertFalse(read.ContainsKey(8));
        assertArrayEquals(report.encode(), read.EncodeToBytes());
    }

    @ValueSource(ints = {0b0000, 0b0001, 0b0100, 0b0101, 0b1010})
    @ParameterizedTest
    void report_conditionThatHolds_isRecordedAsItsPolicySays(int policy) throws Exception {
        Forge forge = new Forge().shared(w -> {
            set(p -> {
                        p.entry(1).bytes(Forge.uuid(Fixtures.VENDOR));
                        p.entry(2).bytes(Forge.uuid(Fixtures.CLASS));
                        Forge.image(p);
                    })
                    .accept(w);
            w.integer(1).integer(policy).integer(2).integer(0);
        });
        byte[] envelope = forge.install(all(FETCH, w -> w.integer(3).integer(0)))
                .validate(w -> w.integer(3).integer(0))
                .sign();

        List<SuitReport.Entry> entries = report(envelope, Optional.empty()).entries();

        // The shared sequence goes before install and before validate.
        int records = 2 * ((policy & 1) + (policy >> 2 & 1));
        assertEquals(records, entries.size());
        for (SuitReport.Entry entry : entries) {
            assertEquals(uuid(ParameterCode.VENDOR_ID, Fixtures.VENDOR), entry.measured());
            if (entry instanceof SuitReport.Step step) {
                assertEquals(CommandCode.VENDOR_IDENTIFIER.number(), commandAt(envelope, step));
            }
        }
    }

    @ValueSource(ints = {0b0101, 0b0010, 0b1000, 0b1010})
    @ParameterizedTest
    void report_conditionThatFailsSoftly_isRecordedAsItsPolicySays(int policy) throws Exception {
        Consumer<CborWriter> other = all(
                set(p -> p.entry(2).bytes(Forge.uuid(OTHER))), w -> w.integer(2).integer(policy));
        Consumer<CborWriter> own = all(
                set(p -> p.entry(2).bytes(Forge.uuid(Fixtures.CLASS))),
                w -> w.integer(2).integer(0));
        byte[] envelope = new Forge()
                .shared(w -> {
                    set(p -> {
                                p.entry(1).bytes(Forge.uuid(Fixtures.VENDOR));
                                Forge.image(p);
                            })
                            .accept(w);
                    w.integer(1).integer(0);
                })
                .install(
                        all(tryEach(false, other, own), FETCH, w -> w.integer(3).integer(0)))
                .validate(w -> w.integer(3).integer(0))
                .sign();

        List<SuitReport.Entry> entries = report(envelope, Optional.empty()).entries();

        assertEquals((policy >> 1 & 1) + (policy >> 3 & 1), entries.size());
        assertTrue(entries.stream()
                .allMatch(entry -> entry.measured().equals(uuid(ParameterCode.CLASS_ID, Fixtures.CLASS))));
    }

    @Test
    void report_refusedWithAPlan_recordsNothingThatWasOnlyPlanned() throws Exception {
        byte[] envelope = new Forge().sign();
        Rejection rejection = Rejection.of(RejectReason.TOO_LARGE, "doesn't fit", 8, "at most 7 bytes");

        List<Integer> installed = commands(envelope, report(envelope, Optional.empty()));
        List<Integer> refused = commands(envelope, report(envelope, Optional.of(rejection)));

        assertEquals(List.of(1, 2, 3, 1, 2, 3), installed);
        assertEquals(List.of(1, 2, 1, 2), refused);
    }

    private static List<Integer> commands(byte[] envelope, SuitReport report) {
        return report.entries().stream()
                .filter(SuitReport.Step.class::isInstance)
                .map(step -> commandAt(envelope, (SuitReport.Step) step))
                .toList();
    }

    @Test
    void report_unsupportedCommand_listsWhatTheAgentDoes() throws Exception {
        byte[] envelope = new Forge().install(w -> w.integer(31).integer(2)).sign();

        CBORObject able = CBORObject.DecodeFromBytes(
                        report(envelope, refusal(envelope)).encode())
                .get(8);

        assertEquals(
                CBORObject.FromObject(new byte[][] {{'o', 's'}}), able.get(1).get(0));
        for (CommandCode code : CommandCode.values()) {
            assertEquals(code.supported(), numbers(able.get(2)).contains(code.number()), code.toString());
        }
        for (ParameterCode code : ParameterCode.values()) {
            assertEquals(code.supported(), numbers(able.get(3)).contains(code.number()), code.toString());
        }
        assertTrue(numbers(able.get(4)).containsAll(List.of(-16, -9, -19, -3, -29, 1, -65534)));
        assertEquals(List.of(2, 3, 16, 20, 23), numbers(able.get(5)));
        assertEquals(List.of(1, 2, 3, 4, 6, 7, 8, 9, 16, 20, 23), numbers(able.get(6)));
        assertEquals(List.of(2, 4), numbers(able.get(7)));
    }

    private static List<Integer> numbers(CBORObject list) {
        return IntStream.range(0, list.size())
                .mapToObj(i -> list.get(i).AsInt32())
                .toList();
    }

    @Test
    void within_lessAndLess_leavesOutWhatMattersLeast() throws Exception {
        byte[] envelope = new Forge()
                .manifestEntry(4, w -> w.text("https://updates.example/os.suit"))
                .install(all(FETCH_AND_MATCH, ABORT, w -> w.integer(31).integer(2)))
                .sign();
        SuitReport whole = report(envelope, refusal(envelope));
        SuitReport installed = report(new Forge().sign(), Optional.empty());
        SuitReport fewer = installed.within(installed.encode().length - 1);
        SuitReport least = whole.within(0);

        assertEquals(whole, whole.within(whole.encode().length));
        assertEquals(Optional.empty(), whole.within(whole.encode().length - 1).capabilities());
        assertEquals(
                whole.referenceUri(), whole.within(whole.encode().length - 1).referenceUri());
        assertEquals(installed.entries().subList(0, installed.entries().size() - 1), fewer.entries());
        assertEquals(Optional.empty(), least.referenceUri());
        assertEquals(whole.failure(), least.failure());
        assertEquals(whole.nonce(), least.nonce());
    }

    @Test
    void within_longestThatStays_fitsAnOutcome() {
        Digest longest = new Digest(-44, new byte[64]);
        SuitReport.Step step = new SuitReport.Step(24, 1 << 16, 15, digest(longest));
        SuitReport report = new SuitReport(
                Optional.of("https://updates.example/".repeat(80)),
                longest,
                Slice.of(new byte[64]),
                Collections.nCopies(64, step),
                Optional.of(new SuitReport.Failure(SuitReason.Ending.SUPERSEDED, step)),
                Optional.of(Capabilities.of(List.of(Fixtures.OS))));

        int bytes = report.within(OutcomeRecord.MAX_REPORT_BYTES).encode().length;

        assertTrue(bytes <= OutcomeRecord.MAX_REPORT_BYTES, bytes + " bytes");
    }

    @Test
    void decode_shortenedOrLengthenedAnywhere_isRefused() throws Exception {
        byte[] envelope = new Forge().install(w -> w.integer(31).integer(2)).sign();
        byte[] good = report(envelope, refusal(envelope)).encode();

        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(RejectedException.class, () -> SuitReport.decode(cut), "cut at " + length);
        }
        assertThrows(RejectedException.class, () -> SuitReport.decode(Arrays.copyOf(good, good.length + 1)));
    }

    @Test
    void decode_tooLarge_isLimitExceededWithItsNumbers() {
        RejectedException e =
                assertThrows(RejectedException.class, () -> SuitReport.decode(new byte[SuitReport.MAX_BYTES + 1]));

        assertEquals(RejectReason.LIMIT_EXCEEDED, e.reason());
        assertEquals("65537", e.rejection().found());
        assertEquals("at most 65536", e.rejection().expected());
    }
}
