// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Signer;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An envelope that may be signed: but for signatures, devices accept it. */
final class Signable {
    private final SuitEnvelope envelope;
    private final Authentic accepted;
    private final Optional<TrustSet> trust;

    private Signable(SuitEnvelope envelope, Authentic accepted) throws RejectedException {
        this.envelope = envelope;
        this.accepted = accepted;
        this.trust = TrustManifest.carried(accepted.manifest(), envelope);
    }

    /**
     * Reads an envelope and has the device's own code judge it, with a signature by a key that lives no longer than this.
     */
    static Signable read(Path file) throws IOException, GeneralSecurityException {
        KeyPair passing = Keys.generate(Keys.Algorithm.ED25519);
        TrustAnchor anchor = new TrustAnchor("passing", passing.getPublic().getEncoded(), Set.of(Role.FIRMWARE));
        try {
            SuitEnvelope envelope = SuitEnvelope.decode(Envelopes.read(file), Envelopes.LIMITS);
            byte[] signed = envelope.withSignature(SigningKey.of(passing.getPrivate(), passing.getPublic()));
            Authentic accepted = new ManifestVerifier(Envelopes.LIMITS)
                    .authenticate(signed, TrustPolicy.anyOf(anchor), Role.FIRMWARE);
            return new Signable(envelope, accepted);
        } catch (RejectedException e) {
            throw new IOException(file + ": not to be signed, devices would refuse it: " + e.rejection(), e);
        }
    }

    SuitManifest manifest() {
        return accepted.manifest();
    }

    Digest manifestDigest() {
        return accepted.manifestDigest();
    }

    /** Who says to have signed, in the order of the signatures; nobody checked that. */
    List<Signer> signers() {
        return accepted.signers().subList(0, accepted.signers().size() - 1);
    }

    /** Returns what the key signs: a Sig_structure. */
    byte[] toBeSigned(CoseAlgorithm algorithm) {
        return envelope.toBeSigned(algorithm);
    }

    byte[] signedBy(SigningKey key) throws IOException, GeneralSecurityException {
        requireNew(key.publicKey());
        if (trust.isPresent() && key.algorithm().mac()) {
            throw new IOException("a trust manifest is signed by root keys, and a shared key is never one");
        }
        return envelope.withSignature(key);
    }

    /** A key counts once, so a second signature of it would only mislead those who count lines. */
    void requireNew(CoseKey key) throws IOException {
        if (signers().stream().anyMatch(signer -> signer.kid().equals(key.toString()))) {
            throw new IOException("the envelope has a signature by key " + key + " already");
        }
    }

    /** What a person should see before signing. */
    String text() {
        StringBuilder text = new StringBuilder("manifest    " + manifestDigest() + "\n");
        for (Signer signer : signers()) {
            text.append(Words.kind(signer))
                    .append(signer.algorithm())
                    .append(signer.kid().isEmpty() ? ", no key id" : " by key " + signer.kid())
                    .append(", not checked\n");
        }
        text.append(ManifestText.of(manifest()));
        trust.map(TrustSetText::of).ifPresent(text::append);
        return text.toString();
    }
}
