// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseSign;
import io.twinbank.core.cose.CoseSignature;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks the signatures of an envelope, or of a command, against a trust policy; of an envelope also MACs, which count as
 * signatures do. A signature that isn't good harms no good one beside it; one that isn't even a signature spoils the message. Used
 * once, by one thread.
 */
public final class SignatureCheck {
    private static final byte[] NO_AAD = new byte[0];

    private final List<CoseKey> keys;
    private final TrustPolicy policy;
    private final Role role;
    private final List<Signer> signers = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    /**
     * Makes a check.
     *
     * @param policy whom the device believes
     * @param role what the signers must vouch for
     * @throws IllegalArgumentException if the policy has a key for the role that isn't of one of the types of {@link CoseKey}
     */
    public SignatureCheck(TrustPolicy policy, Role role) {
        this.keys = Quorum.keys(policy, role);
        this.policy = policy;
        this.role = role;
    }

    /** The signatures that were looked at so far. */
    List<Signer> signers() {
        return Collections.unmodifiableList(signers);
    }

    /**
     * Returns nothing when enough distinct keys signed.
     *
     * @param signatures of one message, not checked yet, at least one
     * @param payload what is signed
     * @param externalAad what is signed besides, mostly empty
     * @throws RejectedException {@link RejectReason#THRESHOLD_NOT_MET}; or, where no signature is good, what tells most of
     *     {@link RejectReason#BAD_SIGNATURE}, {@link RejectReason#REVOKED}, {@link RejectReason#UNKNOWN_KEY}, {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} and {@link RejectReason#UNSUPPORTED}
     */
    public void require(List<CoseSignature> signatures, byte[] payload, byte[] externalAad) throws RejectedException {
        signatures.forEach(signature -> check(signature, payload, externalAad));
        requireEnough();
    }

    /** Returns nothing when enough distinct keys signed. */
    void require(SuitEnvelope envelope, int most) throws RejectedException {
        if (envelope.authenticationBlocks().isEmpty()) {
            throw new RejectedException(RejectReason.NO_SIGNATURE, "the envelope has no signature");
        }
        byte[] signed = envelope.signedDigest().toByteArray();
        for (Slice block : envelope.authenticationBlocks()) {
            decode(block, most).forEach(signature -> check(signature, signed, NO_AAD));
        }
        requireEnough();
    }

    private void requireEnough() throws RejectedException {
        if (signers.stream().noneMatch(Signer::valid)) {
            throw new RejectedException(mostTelling());
        }
        Quorum.require(policy.rule(role), role, keys, signers);
    }

    private void check(CoseSignature signature, byte[] signed, byte[] externalAad) {
        String keyId = signature.keyId().map(SignatureCheck::hex).orElse("");
        String algorithm = signature.algorithm().map(CoseAlgorithm::label).orElseGet(signature::algorithmName);
        try {
            signers.add(new Signer(verify(signature, keyId, signed, externalAad).toString(), algorithm, true));
        } catch (RejectedException e) {
            signers.add(new Signer(keyId, algorithm, false));
            rejections.add(e.rejection());
        }
    }

    /** Returns the signatures of a block; none of one that authenticates by other means. */
    private List<CoseSignature> decode(Slice block, int most) throws RejectedException {
        CborReader reader = block.reader(SuitEnvelope.MAX_DEPTH);
        CoseSign message;
        try {
            message = CoseSign.decodeOrMac0(reader, most);
        } catch (RejectedException e) {
            if (e.reason() == RejectReason.MALFORMED || e.reason() == RejectReason.LIMIT_EXCEEDED) {
                throw e;
            }
            if (e.reason() == RejectReason.UNSUPPORTED_ALGORITHM) {
                signers.add(new Signer("", e.rejection().found(), false));
            }
            rejections.add(e.rejection());
            return List.of();
        }
        reader.end();
        if (message.payload().isPresent()) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "payload of the signature at byte " + block.offset(),
                    message.payload().get(),
                    "null: the digest before it is what is signed");
        }
        int count = signers.size() + message.signatures().size();
        if (count > most) {
            throw new RejectedException(RejectReason.LIMIT_EXCEEDED, "number of signatures", count, "at most " + most);
        }
        return message.signatures();
    }

    /** Returns the key that the signature verifies with. */
    private CoseKey verify(CoseSignature signature, String keyId, byte[] signed, byte[] externalAad)
            throws RejectedException {
        CoseAlgorithm algorithm = signature.requireAlgorithm();
        List<CoseKey> candidates = keys.stream()
                .filter(key -> keyId.isEmpty()
                        ? key.type() == algorithm.keyType()
                        : key.toString().equals(keyId))
                .toList();
        Optional<RejectedException> last = Optional.empty();
        for (CoseKey key : candidates) {
            try {
                signature.verify(key, signed, externalAad);
                return key;
            } catch (RejectedException e) {
                last = Optional.of(e);
            }
        }
        throw last.orElseGet(() -> unknownKey(keyId, algorithm));
    }

    /** Where nobody whose word counts has signed, what a signature says of its key is taken for a hint at the reason. */
    private RejectedException unknownKey(String keyId, CoseAlgorithm algorithm) {
        if (policy.revokedKeys().contains(keyId)) {
            return new RejectedException(
                    RejectReason.REVOKED, "key of the signature", keyId, "a key that isn't revoked");
        }
        String found = keyId.isEmpty() ? "a key for " + algorithm.label() : keyId;
        return new RejectedException(
                RejectReason.UNKNOWN_KEY,
                "key of the signature",
                found,
                "one of " + keys.size() + " with role " + role + ": " + keys);
    }

    /** A signature by a known key that is wrong says more than an unknown key beside it; a revoked key is known as well. */
    private Rejection mostTelling() {
        return Stream.of(RejectReason.BAD_SIGNATURE, RejectReason.REVOKED)
                .flatMap(reason -> rejections.stream().filter(rejection -> rejection.reason() == reason))
                .findFirst()
                .orElse(rejections.get(0));
    }

    private static String hex(Slice keyId) {
        return HexFormat.of().formatHex(keyId.toByteArray());
    }
}
