// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Trust sets as firmware: a manifest of the one component {@code trust}, with the set as its integrated payload. Its
 * sequence number is the set's version. The root keys of the set before it have to sign it, and its own.
 */
public final class TrustManifest {
    /** What a trust manifest installs, and nothing else. */
    public static final ComponentId COMPONENT = ComponentId.of("trust");

    /** How many sets an envelope may carry for devices that missed them. */
    public static final int MAX_LINKS = 16;

    private static final String PAYLOAD = "#trust";
    private static final String LINK = "#trust-";

    private TrustManifest() {}

    /**
     * Makes a trust manifest.
     *
     * @param set the new set
     * @param vendorId whose devices it is for
     * @param classId which devices it is for
     * @param earlier trust manifests for devices that missed them, by the versions of their sets; at most {@link #MAX_LINKS}
     * @param keys who signs: the root keys of the set before, and of this one
     * @return the envelope
     * @throws GeneralSecurityException if a key can't sign
     */
    public static byte[] sign(TrustSet set, UUID vendorId, UUID classId, Map<Long, byte[]> earlier, SigningKey... keys)
            throws GeneralSecurityException {
        if (earlier.size() > MAX_LINKS) {
            throw new IllegalArgumentException("earlier: at most " + MAX_LINKS + ", not " + earlier.size());
        }
        for (SigningKey key : keys) {
            if (key.algorithm().mac()) {
                throw new IllegalArgumentException("keys: " + key + " is shared, and so no root key");
            }
        }
        byte[] payload = set.encode();
        EnvelopeBuilder builder = new EnvelopeBuilder(COMPONENT, set.version(), vendorId, classId)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(payload), payload.length, PAYLOAD))
                .integratedPayload(PAYLOAD, payload);
        earlier.forEach((version, envelope) -> builder.integratedPayload(LINK + version, envelope));
        return builder.sign(keys);
    }

    /**
     * Tells whether an envelope is to be judged as one of trust, by the name of its payload: nothing is verified yet.
     *
     * @param envelope any envelope
     * @param limits what it may cost
     * @return whether it carries a trust set; not if it can't be decoded
     */
    public static boolean isIn(byte[] envelope, Limits limits) {
        try {
            return SuitEnvelope.decode(envelope, limits).payloads().containsKey(PAYLOAD);
        } catch (RejectedException e) {
            return false; // whoever judges the envelope itself says why
        }
    }

    /**
     * Returns the set that an envelope carries, for people who are to sign it or only look at it: each image digest of the
     * manifest is the set's, so whoever signs the manifest signs this set. Who signed it isn't looked at.
     *
     * @param manifest of the envelope
     * @param envelope that carries the set
     * @return empty if it carries none
     * @throws RejectedException {@link RejectReason#PAYLOAD_DIGEST} if it is another set than the manifest says; {@link
     *     RejectReason#MALFORMED} if the version isn't the manifest's sequence number; as {@link TrustSet#decode}
     */
    public static Optional<TrustSet> carried(SuitManifest manifest, SuitEnvelope envelope) throws RejectedException {
        Slice payload = envelope.payloads().get(PAYLOAD);
        if (payload == null) {
            return Optional.empty();
        }
        Set<Digest> digests = new LinkedHashSet<>();
        imageDigests(manifest.shared(), digests);
        manifest.sequences().values().forEach(commands -> imageDigests(commands, digests));
        for (Digest digest : digests) {
            if (!digest.of(payload).equals(digest)) {
                throw new RejectedException(RejectReason.PAYLOAD_DIGEST, PAYLOAD, digest.of(payload), digest);
            }
        }
        if (digests.isEmpty()) {
            throw new RejectedException(RejectReason.PAYLOAD_DIGEST, PAYLOAD, "no digest in the manifest", "one");
        }
        TrustSet set = TrustSet.decode(payload.toByteArray());
        requireVersion(set, manifest.sequence());
        return Optional.of(set);
    }

    private static void imageDigests(List<SuitCommand> commands, Set<Digest> digests) {
        for (SuitCommand command : commands) {
            if (command instanceof SuitCommand.SetParameters set) {
                for (SuitParameter parameter : set.parameters()) {
                    if (parameter instanceof SuitParameter.Hash hash) {
                        digests.add(hash.value());
                    }
                }
            } else if (command instanceof SuitCommand.TryEach tryEach) {
                tryEach.branches().forEach(branch -> imageDigests(branch, digests));
            } else if (command instanceof SuitCommand.RunSequence run) {
                imageDigests(run.commands(), digests);
            }
        }
    }

    private static void requireVersion(TrustSet set, long sequence) throws RejectedException {
        if (set.version() != sequence) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "version (2) of the trust set", set.version(), sequence);
        }
    }

    /**
     * Returns the set of a manifest that the root keys of the set before it signed; that its own did is checked here.
     *
     * @param authentic the manifest, verified for {@link Role#ROOT}
     * @param identity the device
     * @param verifier what verified it
     * @return the set
     * @throws RejectedException as {@link ManifestVerifier#plan}; {@link RejectReason#UNSUPPORTED} if it contains anything
     *     else than an integrated set; as {@link TrustSet#decode}; {@link RejectReason#MALFORMED} if the set's version isn't
     *     the manifest's sequence number; {@link RejectReason#THRESHOLD_NOT_MET} if not enough root keys of the new set signed
     */
    public static TrustSet read(Authentic authentic, DeviceIdentity identity, ManifestVerifier verifier)
            throws RejectedException {
        List<ComponentId> only = List.of(COMPONENT);
        if (!authentic.manifest().components().equals(only)) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "components of a trust manifest",
                    authentic.manifest().components(),
                    only);
        }
        InstallPlan plan = verifier.plan(authentic, new Target(identity, only, BankId.A));
        if (!(plan.payload() instanceof PayloadLocation.Integrated payload)
                || plan.securityVersion() != 0
                || !plan.encoding().equals(PayloadEncoding.IDENTITY)) { // else its digest isn't checked yet
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "trust manifest",
                    plan.payload() + " with security version " + plan.securityVersion() + ", encoded by "
                            + plan.encoding(),
                    "the set in the envelope, as it is, and no security version");
        }
        TrustSet set = TrustSet.decode(payload.bytes());
        requireVersion(set, plan.sequence());
        requireOwnRoot(authentic, set);
        return set;
    }

    private static void requireOwnRoot(Authentic authentic, TrustSet set) throws RejectedException {
        try {
            new SignatureCheck(set.policy(), Role.ROOT)
                    .require(authentic.envelope(), Limits.standard().authenticationBlocks());
        } catch (RejectedException e) {
            throw new RejectedException(
                    RejectReason.THRESHOLD_NOT_MET,
                    "the root keys of trust set " + set.version() + " must sign it too: "
                            + e.rejection().detail(),
                    e.rejection().found(),
                    e.rejection().expected());
        }
    }

    /**
     * Returns the earlier trust manifests that an envelope carries. Nothing vouches for them but their own signatures.
     *
     * @param envelope any envelope
     * @param limits what it may cost
     * @return envelopes, by the version that their names say, lowest first; none if the envelope can't be decoded
     */
    public static List<byte[]> links(byte[] envelope, Limits limits) {
        Map<Long, byte[]> links = new TreeMap<>();
        try {
            for (Map.Entry<String, Slice> payload :
                    SuitEnvelope.decode(envelope, limits).payloads().entrySet()) {
                version(payload.getKey())
                        .ifPresent(
                                version -> links.put(version, payload.getValue().toByteArray()));
            }
        } catch (RejectedException e) {
            return List.of(); // whoever judges the envelope itself says why
        }
        return new ArrayList<>(links.values()).subList(0, Math.min(links.size(), MAX_LINKS));
    }

    /**
     * Leaves out the earlier trust manifests that an envelope carries: as an earlier one itself, it carries none.
     *
     * @param envelope any envelope
     * @param limits what it may cost
     * @return an envelope with the same manifest and signatures, and the other payloads
     * @throws RejectedException as {@link SuitEnvelope#decode}
     */
    public static byte[] withoutLinks(byte[] envelope, Limits limits) throws RejectedException {
        return SuitEnvelope.decode(envelope, limits)
                .withPayloads(name -> version(name).isEmpty());
    }

    private static Optional<Long> version(String name) {
        String digits = name.startsWith(LINK) ? name.substring(LINK.length()) : "";
        return digits.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(digits)) : Optional.empty();
    }
}
