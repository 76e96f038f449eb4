// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.core.suit.Refused;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.core.suit.Verified;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges offers: signature first, then everything else, without side effects. */
final class OfferJudge {
    /** What an offer is. */
    sealed interface Verdict {}

    /** Nothing about it is believed. */
    record NotAuthentic(Rejection rejection) implements Verdict {}

    /** Its maker is known, and this device can't use it. */
    record Unacceptable(Rejection rejection, Digest manifestDigest, long sequence, long securityVersion)
            implements Verdict {}

    /** It can be installed. */
    record Acceptable(InstallPlan plan) implements Verdict {}

    /** It changes whom the device believes. */
    record NewTrust(Trust.Next next) implements Verdict {}

    /** The device has this trust set. */
    record SameTrust(long version) implements Verdict {}

    private final OtaAgentConfig config;
    private final Board board;
    private final Components components;
    private final Records records;
    private final ManifestVerifier verifier;
    private final Trust trust;
    private final TimeFloor timeFloor;
    private final List<PayloadSource> sources;
    private final FrameDecoders decoders;
    private final Requirements requirements;

    OfferJudge(
            OtaAgentConfig config,
            Board board,
            Components components,
            Records records,
            ManifestVerifier verifier,
            Trust trust,
            TimeFloor timeFloor,
            List<PayloadSource> sources,
            FrameDecoders decoders) {
        this.config = config;
        this.board = board;
        this.components = components;
        this.records = records;
        this.verifier = verifier;
        this.trust = trust;
        this.timeFloor = timeFloor;
        this.sources = sources;
        this.decoders = decoders;
        this.requirements = new Requirements(board, config.updatePolicy(), timeFloor);
    }

    /** Judges an offer for a bank. Whether it is installed, pending or judged before is the engine's business. */
    Verdict judge(byte[] envelope, BankId target, Security security) throws HalException {
        if (TrustManifest.isIn(envelope, verifier.limits())) {
            return judgeTrust(envelope);
        }
        if (trust.awaited().isPresent()) {
            return new NotAuthentic(Rejection.of(
                    RejectReason.UNKNOWN_KEY,
                    "the trust set is gone, and the factory's keys vouch for no firmware any more",
                    "firmware",
                    trust.awaited().get()));
        }
        Verified verified = verifier.verify(envelope, trust.policy(), Role.FIRMWARE);
        if (verified instanceof Refused refused) {
            return refused(refused);
        }
        Authentic authentic = (Authentic) verified;
        long sequence = authentic.manifest().sequence();
        InstallPlan plan;
        try {
            plan = verifier.plan(authentic, board.target(target));
            Installable.require(plan, board.components());
            requireDecoders(plan);
        } catch (RejectedException e) {
            return new Unacceptable(e.rejection(), authentic.manifestDigest(), sequence, 0);
        }
        boolean root = verifier.verify(envelope, trust.policy(), Role.ROOT) instanceof Authentic;
        Optional<Rejection> rejection = check(envelope, plan, security, root);
        return rejection.isPresent()
                ? new Unacceptable(rejection.get(), plan.manifestDigest(), plan.sequence(), plan.securityVersion())
                : new Acceptable(plan);
    }

    private void requireDecoders(InstallPlan plan) throws RejectedException {
        for (InstallStep step : plan.steps()) {
            if (step.encoding().frames().isPresent()) {
                decoders.decoder(step.encoding().frames().get());
            }
        }
    }

    /** Judges a trust manifest: those who may sign firmware have no say in it. */
    Verdict judgeTrust(byte[] envelope) throws HalException {
        Verified verified = verifier.verify(envelope, trust.policy(), Role.ROOT);
        if (verified instanceof Refused refused) {
            return refused(refused);
        }
        Authentic authentic = (Authentic) verified;
        if (trust.manifest().equals(Optional.of(authentic.manifestDigest()))) {
            return new SameTrust(trust.version());
        }
        try {
            return new NewTrust(trust.next(authentic));
        } catch (RejectedException e) {
            return new Unacceptable(
                    e.rejection(),
                    authentic.manifestDigest(),
                    authentic.manifest().sequence(),
                    0);
        }
    }

    private static Verdict refused(Refused refused) {
        return refused.authentic()
                ? new Unacceptable(
                        refused.rejection(),
                        refused.manifestDigest().orElseThrow(),
                        refused.sequence().orElse(0),
                        0)
                : new NotAuthentic(refused.rejection());
    }

    private Optional<Rejection> check(byte[] envelope, InstallPlan plan, Security security, boolean root)
            throws HalException {
        if (trust.revokes(plan.manifestDigest())) {
            return reject(
                    RejectReason.REVOKED,
                    "the trust set revokes this manifest; publish another one",
                    plan.manifestDigest(),
                    "a manifest that isn't revoked");
        }
        Optional<TrustSet> set = trust.set();
        if (set.isPresent() && timeFloor.judge(set.get().expires(), security) == Validity.EXPIRED) {
            return reject(
                    RejectReason.EXPIRED,
                    "the trust set is no longer valid; its successor has to come first",
                    timeFloor.latest(security),
                    "before " + Instant.ofEpochSecond(set.get().expires()));
        }
        if (envelope.length > records.maxManifestBytes()) {
            return reject(
                    RejectReason.LIMIT_EXCEEDED,
                    "envelope is larger than a record of the state store; serve the payload apart from it",
                    envelope.length,
                    "at most " + records.maxManifestBytes() + " bytes");
        }
        for (InstallStep step : plan.steps()) {
            long floor = plan.isHandled(step) ? security.floorOf(step.component()) : security.floor();
            if (plan.sequence() <= floor) {
                return reject(
                        RejectReason.SEQUENCE_TOO_LOW,
                        "the manifest isn't newer than what is installed as " + step.component()
                                + "; publish it with a higher sequence number",
                        plan.sequence(),
                        "more than " + floor);
            }
        }
        long highest = security.highestFloor();
        if (!root && plan.sequence() - highest > config.maxSequenceStep()) {
            return reject(
                    RejectReason.SEQUENCE_JUMP,
                    "the sequence number is too far ahead; a step beyond the limit needs the ROOT threshold",
                    plan.sequence(),
                    "at most " + (highest + config.maxSequenceStep()));
        }
        Optional<Rejection> beyond = plan.bringsImage() ? checkVersion(plan, root) : Optional.empty();
        if (beyond.isPresent()) {
            return beyond;
        }
        for (InstallStep step : plan.steps()) {
            Optional<Rejection> refused = check(plan, step);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return requirements.check(plan, plan.bank().other(), security);
    }

    private Optional<Rejection> checkVersion(InstallPlan plan, boolean root) throws HalException {
        long counter = board.counter().read();
        long raise = plan.securityVersion() - counter;
        if (raise < 0) {
            return reject(
                    RejectReason.SECURITY_VERSION_TOO_LOW,
                    "the image is below the anti-rollback floor",
                    plan.securityVersion(),
                    "at least " + counter);
        }
        if (!root && raise > config.maxSecurityVersionStep()) {
            return reject(
                    RejectReason.THRESHOLD_NOT_MET,
                    "the security version is too far ahead; a step beyond the limit needs the ROOT threshold",
                    plan.securityVersion(),
                    "at most " + (counter + config.maxSecurityVersionStep()));
        }
        if (raise > board.counter().remaining()) {
            return reject(
                    RejectReason.COUNTER_EXHAUSTED,
                    "the anti-rollback counter can't follow",
                    plan.securityVersion(),
                    "at most " + (counter + board.counter().remaining()));
        }
        return Optional.empty();
    }

    private Optional<Rejection> check(InstallPlan plan, InstallStep step) throws HalException {
        boolean handled = plan.isHandled(step);
        long capacity = handled
                ? components.maxBytes(step.component())
                : board.bank(plan.bank(), step.component()).geometry().capacityBytes();
        String what = (handled ? "the payload of " : "the image of ") + step.component();
        if (step.sizeBytes() > capacity) {
            return reject(
                    RejectReason.TOO_LARGE,
                    what + " doesn't fit " + (handled ? "it" : "bank " + plan.bank()),
                    step.sizeBytes(),
                    "at most " + capacity + " bytes");
        }
        if (step.sizeBytes() < 1) {
            return reject(RejectReason.PAYLOAD_SHORT, what + " is empty", step.sizeBytes(), "at least 1 byte");
        }
        if (step.payload() instanceof PayloadLocation.Remote remote && !served(remote.uri())) {
            return reject(
                    RejectReason.PAYLOAD_UNAVAILABLE,
                    "no payload source serves this address; allow http or add a source where that is meant",
                    remote.uri(),
                    "an address that a configured source serves");
        }
        try {
            board.contentCipher(step.encoding()); // the key isn't kept: it is unwrapped again when it is needed
        } catch (RejectedException e) {
            return Optional.of(e.rejection());
        }
        return Optional.empty();
    }

    private boolean served(URI uri) {
        return sources.stream().anyMatch(source -> source.serves(uri));
    }

    private static Optional<Rejection> reject(RejectReason reason, String detail, Object found, Object expected) {
        return Optional.of(Rejection.of(reason, detail, found, expected));
    }
}
