// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.COPY;
import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.MATCH;
import static io.twinbank.core.suit.Commands.WRITE;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.run;
import static io.twinbank.core.suit.Commands.select;
import static io.twinbank.core.suit.Commands.selectAll;
import static io.twinbank.core.suit.Commands.set;
import static io.twinbank.core.suit.Commands.tryEach;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.cose.TestKeys;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are, they are judged without an exception. The manifest is decoded and planned also when the
 * signature doesn't fit, or nothing behind the signature would ever be reached.
 */
@Tag("fuzz")
class EnvelopeFuzzTest {
    private static final Limits LIMITS = Limits.standard();
    private static final SigningKey SHARED_KEY = TestKeys.of(CoseKey.Type.HMAC_256);
    private static final TrustPolicy POLICY = TrustPolicy.anyOf(
            Fixtures.anchor("first", Fixtures.P256), SHARED_KEY.publicKey().anchor("mac", Role.FIRMWARE));
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(LIMITS);

    static Stream<byte[]> seeds() {
        EnvelopeBuilder.Image integrated =
                new EnvelopeBuilder.Image(Digest.sha256Of(Fixtures.PAYLOAD), Fixtures.PAYLOAD.length, "#os");
        EnvelopeBuilder perBank = Fixtures.builder()
                .image(BankId.A, Fixtures.IMAGE)
                .image(BankId.B, integrated)
                .integratedPayload("#os", Fixtures.PAYLOAD)
                .securityVersion(3)
                .deviceId(Fixtures.DEVICE)
                .text(new SuitManifest.Text("en", Optional.of(Fixtures.OS), 6, "1.2.3"))
                .severInstall()
                .severText();
        return Stream.of(
                Fixtures.good(),
                Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE), SHARED_KEY),
                Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).oneBlock(), Fixtures.KEY, SHARED_KEY),
                Fixtures.sign(perBank, Fixtures.KEY, Fixtures.SECOND_KEY),
                Fixtures.sign(Fixtures.builder()
                        .image(Fixtures.IMAGE)
                        .version(new SuitVersion(List.of(1L, 2L, -1L)))
                        .require(new Requirement.UseBefore(1696291200))
                        .require(new Requirement.Authorization(-1))),
                severalComponents().sign(),
                Fixtures.sign(RoutesTest.everyRoute().severInstall()),
                new Forge()
                        .manifestEntry(
                                9,
                                w -> w.embedded(s -> s.array(c -> c.integer(23).integer(2))))
                        .sign());
    }

    /** Every way to write a component, and most of what controls the flow. */
    private static Forge severalComponents() {
        return new Forge()
                .components(w -> w.array(
                        list -> list.array(id -> id.bytes("os".getBytes())).array(id -> id.bytes("modem".getBytes()))))
                .shared(all(selectAll(), Forge::identityAndImage))
                .install(all(
                        select(1),
                        set(p -> p.entry(12).bool(false)),
                        FETCH_AND_MATCH,
                        select(0),
                        tryEach(true, run(all(set(p -> p.entry(22).integer(1)), COPY)), WRITE),
                        set(p -> p.entry(29).embedded(w -> w.map(m -> m.entry(5).integer(9)))),
                        w -> w.integer(29).integer(2)))
                .validate(all(selectAll(), MATCH));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void judge_anyBytes_neverThrows(byte[] bytes) {
        VERIFIER.judge(bytes, POLICY, Role.FIRMWARE);
        report(bytes);
        try {
            SuitEnvelope envelope = SuitEnvelope.decode(bytes, LIMITS);
            SuitManifest manifest = new ManifestDecoder(envelope, LIMITS).decode();
            Profile.check(manifest);
            Authentic authentic = new Authentic(manifest, envelope.manifestDigest(), List.of(), envelope);
            for (BankId bank : BankId.values()) {
                Target one = Fixtures.target(bank);
                VERIFIER.explain(envelope, new Target(one.identity(), manifest.components(), bank));
                VERIFIER.plan(authentic, one);
            }
        } catch (RejectedException e) {
            if (e.reason() == RejectReason.BAD_SIGNATURE) {
                throw new AssertionError("no signature was looked at", e);
            }
        }
    }

    /** Whatever is an envelope has a report, whichever end it came to, and that is read back as it was. */
    private static void report(byte[] bytes) {
        Target target = Fixtures.target(BankId.A);
        for (Optional<SuitReason.Ending> ending :
                List.of(Optional.<SuitReason.Ending>empty(), Optional.of(SuitReason.Ending.FAILED))) {
            SuitReport report;
            try {
                report = VERIFIER.report(bytes, target, new byte[8], ending, Optional.empty());
            } catch (RejectedException e) {
                return; // no envelope
            }
            try {
                if (!report.equals(SuitReport.decode(report.encode()))) {
                    throw new AssertionError("read back, it is another: " + report);
                }
            } catch (RejectedException e) {
                throw new AssertionError("a report that isn't one: " + report, e);
            }
        }
    }
}
