// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judges envelopes, in this order: the shell, the signatures, the digest of the manifest, and only then the manifest
 * itself, whole; and plans what an authentic one comes to on a device. Nothing has side effects. Immutable and safe for
 * concurrent use.
 */
public final class ManifestVerifier {
    private final Limits limits;

    /**
     * Makes a verifier.
     *
     * @param limits what an envelope may cost
     */
    public ManifestVerifier(Limits limits) {
        this.limits = limits;
    }

    /**
     * Returns what an envelope may cost.
     *
     * @return the limits
     */
    public Limits limits() {
        return limits;
    }

    /**
     * Verifies an envelope.
     *
     * @param envelope the bytes as they arrived; copied
     * @param policy whom the device believes
     * @param role what the signers must vouch for
     * @return {@link Authentic}, or {@link Refused} with the reason; it tells whether that is authentic all the same
     * @throws IllegalArgumentException if the policy has a key for the role that isn't of one of the types of {@link CoseKey}
     */
    public Verified verify(byte[] envelope, TrustPolicy policy, Role role) {
        SuitEnvelope shell;
        try {
            shell = SuitEnvelope.decode(envelope, limits);
        } catch (RejectedException e) {
            return new Refused(false, Optional.empty(), OptionalLong.empty(), List.of(), e.rejection());
        }
        Optional<Digest> digest = Optional.of(shell.manifestDigest());
        SignatureCheck signatures = new SignatureCheck(policy, role);
        try {
            signatures.require(shell, limits.authenticationBlocks());
            requireDigest(shell);
        } catch (RejectedException e) {
            return new Refused(false, digest, OptionalLong.empty(), signatures.signers(), e.rejection());
        }
        OptionalLong sequence = OptionalLong.empty();
        try {
            SuitManifest manifest = new ManifestDecoder(shell, limits).decode();
            sequence = OptionalLong.of(manifest.sequence());
            if (role == Role.FIRMWARE) {
                for (ComponentId component : manifest.components()) {
                    Quorum.requireGranted(policy, component, signatures.signers());
                }
            }
            Profile.check(manifest);
            return new Authentic(manifest, shell.manifestDigest(), signatures.signers(), shell);
        } catch (RejectedException e) {
            return new Refused(true, digest, sequence, signatures.signers(), e.rejection());
        }
    }

    /**
     * Verifies an envelope that has to be good.
     *
     * @param envelope the bytes as they arrived; copied
     * @param policy whom the device believes
     * @param role what the signers must vouch for
     * @return what it says
     * @throws RejectedException as {@link #verify} refuses
     */
    public Authentic authenticate(byte[] envelope, TrustPolicy policy, Role role) throws RejectedException {
        Verified verified = verify(envelope, policy, role);
        if (verified instanceof Refused refused) {
            throw new RejectedException(refused.rejection());
        }
        return (Authentic) verified;
    }

    /**
     * Decodes an envelope that was verified before the device stored it: whole, and by the digest of its manifest. Who signed
     * it isn't looked at, for those who did may be believed no more.
     *
     * @param envelope the bytes as they were stored; copied
     * @return what it says, without signers
     * @throws RejectedException as {@link #verify} refuses, but for signatures
     */
    public Authentic reopen(byte[] envelope) throws RejectedException {
        SuitEnvelope shell = SuitEnvelope.decode(envelope, limits);
        requireDigest(shell);
        SuitManifest manifest = new ManifestDecoder(shell, limits).decode();
        Profile.check(manifest);
        return new Authentic(manifest, shell.manifestDigest(), List.of(), shell);
    }

    /**
     * Judges an envelope; never throws for what is in it.
     *
     * @param envelope the bytes as they arrived; copied
     * @param policy whom the device believes
     * @param role what the signers must vouch for
     * @return what there is to say about it
     */
    public Judgement judge(byte[] envelope, TrustPolicy policy, Role role) {
        return Judgement.of(verify(envelope, policy, role));
    }

    /**
     * Works out what a manifest comes to on a device: evaluates its conditions and follows its commands without executing
     * any. What depends on the device's past (rollback, quarantine, the size of the bank) isn't looked at.
     *
     * @param authentic an envelope that was accepted
     * @param target the device and the bank to write
     * @return what to install
     * @throws RejectedException {@link RejectReason#WRONG_VENDOR}, {@link RejectReason#WRONG_CLASS}, {@link
     *     RejectReason#WRONG_DEVICE} or {@link RejectReason#CONDITION_FAILED} if it isn't for this device and bank; {@link
     *     RejectReason#UNSUPPORTED} if the device lacks the component, or the commands don't come to one fetch whose size
     *     and digest are set before it and matched after it; {@link RejectReason#MALFORMED}, {@link
     *     RejectReason#LIMIT_EXCEEDED}; for an integrated payload {@link RejectReason#PAYLOAD_UNAVAILABLE}, {@link
     *     RejectReason#PAYLOAD_SHORT}, {@link RejectReason#PAYLOAD_LONG}, {@link RejectReason#PAYLOAD_DIGEST}
     */
    public InstallPlan plan(Authentic authentic, Target target) throws RejectedException {
        return new Planner(authentic, target, limits).plan();
    }

    /**
     * Explains what a manifest would come to on a device. Nobody's signature is looked at: this is for people, a device
     * never acts on it.
     *
     * @param envelope the envelope, not verified
     * @param target the device and the bank to write
     * @return the plan or the refusal, and the conditions on the way
     */
    public Explanation explain(SuitEnvelope envelope, Target target) {
        SuitManifest manifest;
        try {
            manifest = new ManifestDecoder(envelope, limits).decode();
        } catch (RejectedException e) {
            return Explanation.refused(e.rejection(), Optional.empty());
        }
        Profile profile = new Profile(manifest);
        try {
            profile.check();
        } catch (RejectedException e) {
            return Explanation.refused(e.rejection(), profile.lacking());
        }
        Authentic supposed = new Authentic(manifest, envelope.manifestDigest(), List.of(), envelope);
        return new Planner(supposed, target, limits).explain();
    }

    /**
     * Makes the report of a manifest that came to an end.
     *
     * @param envelope the envelope as it arrived
     * @param target the device, and the bank that was written or would have been
     * @param nonce what makes this report this one, at most 64 bytes
     * @param ending how it ended; empty if it was installed
     * @param rejection why, where there is a reason with its numbers
     * @return the report, with all that is known
     * @throws RejectedException if these bytes are no envelope
     */
    public SuitReport report(
            byte[] envelope,
            Target target,
            byte[] nonce,
            Optional<SuitReason.Ending> ending,
            Optional<Rejection> rejection)
            throws RejectedException {
        SuitEnvelope shell = SuitEnvelope.decode(envelope, limits);
        return new ReportMaker(shell, limits, target, explain(shell, target)).report(nonce, ending, rejection);
    }

    private static void requireDigest(SuitEnvelope shell) throws RejectedException {
        Digest found = shell.manifestDigest().of(shell.manifestItem());
        if (!shell.manifestDigest().equals(found)) {
            throw new RejectedException(
                    Rejection.of(RejectReason.DIGEST_MISMATCH, "manifest", found, shell.manifestDigest()));
        }
    }
}
