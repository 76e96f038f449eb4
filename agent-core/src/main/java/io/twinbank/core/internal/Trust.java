// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.internal.record.TrustRecord;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom the device believes: the trust set in its record, which is verified from the factory's root keys on at each start; the
 * factory's policy, as long as there never was a set; and nobody but the factory's root keys if there was one and it is gone, or
 * the record is older than the device remembers.
 */
final class Trust {
    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    /**
     * A set on the way from the factory's root keys to the one in force.
     *
     * @param set the set
     * @param manifest the digest of its manifest
     * @param envelope what carried it
     */
    private record Link(TrustSet set, Digest manifest, byte[] envelope) {}

    /**
     * A way that ends with a set that may take effect.
     *
     * @param way at least one link
     */
    record Next(List<Link> way) {
        TrustSet set() {
            return last().set();
        }

        private Link last() {
            return way.get(way.size() - 1);
        }

        private TrustRecord record() {
            return new TrustRecord(way.stream().map(Link::envelope).toList());
        }
    }

    private final Platform platform;
    private final Records records;
    private final ManifestVerifier verifier;
    private TrustPolicy factory = TrustPolicy.anyOf();
    private Optional<Next> current = Optional.empty();
    /** No older set is believed; 0 if there never was one. */
    private long least = 0;

    Trust(Platform platform, Records records, ManifestVerifier verifier) {
        this.platform = platform;
        this.records = records;
        this.verifier = verifier;
    }

    /** Reads and verifies everything, at a start. */
    void load(Security security) throws HalException {
        factory = factoryPolicy();
        least = Math.max(counter().read(), security.trustVersion());
        current = Optional.empty();
        Records.Slot<TrustRecord> slot = records.trust();
        if (slot.value().isPresent()) {
            current = believed(slot.value().get());
        } else {
            slot.unreadable().ifPresent(why -> LOG.warn("the trust set can't be read: {}", why));
        }
    }

    private Optional<Next> believed(TrustRecord record) {
        try {
            Next found = follow(record.manifests());
            if (found.set().version() >= least) {
                return Optional.of(found);
            }
            LOG.warn("the stored {} is older than version {}, which was in force", found.set(), least);
        } catch (RejectedException e) {
            LOG.warn("the stored trust set isn't believed: {}", e.rejection());
        }
        return Optional.empty();
    }

    /** Returns the policy; an anchor that no signature can be checked with is the board's fault, and said so. */
    private TrustPolicy factoryPolicy() throws HalException {
        TrustPolicy policy = platform.rootOfTrust().factoryPolicy();
        for (TrustAnchor anchor : policy.anchors()) {
            try {
                CoseKey.of(anchor);
            } catch (IllegalArgumentException e) {
                throw new HalException(
                        HalException.Kind.UNSUPPORTED, "trust anchor '" + anchor.name() + "': " + e.getMessage(), e);
            }
        }
        return policy;
    }

    private MonotonicCounter counter() {
        return platform.counter(CounterId.TRUST_VERSION);
    }

    /** Goes the way that a record describes, from the factory's root keys on. */
    private Next follow(List<byte[]> manifests) throws RejectedException {
        List<Link> way = new ArrayList<>();
        TrustPolicy roots = rootsOf(factory);
        for (byte[] envelope : manifests) {
            Link link = link(verifier.authenticate(envelope, roots, Role.ROOT), envelope);
            way.add(link);
            roots = link.set().policy();
        }
        if (way.isEmpty()) {
            throw new RejectedException(RejectReason.MALFORMED, "trust manifests in the record", 0, "at least 1");
        }
        return new Next(way);
    }

    private Link link(Authentic authentic, byte[] envelope) throws RejectedException {
        TrustSet set = TrustManifest.read(authentic, platform.identity(), verifier);
        return new Link(set, authentic.manifestDigest(), envelope);
    }

    /** Returns who may vouch for what. */
    TrustPolicy policy() {
        if (current.isPresent()) {
            return current.get().set().policy();
        }
        return least == 0 ? factory : rootsOf(factory);
    }

    private static TrustPolicy rootsOf(TrustPolicy policy) {
        Set<Role> root = Set.of(Role.ROOT);
        List<TrustAnchor> anchors = policy.anchors().stream()
                .filter(anchor -> anchor.roles().contains(Role.ROOT))
                .map(anchor -> new TrustAnchor(anchor.name(), anchor.key(), root))
                .toList();
        Map<Role, Rule> rule = anchors.isEmpty() ? Map.of() : Map.of(Role.ROOT, policy.rule(Role.ROOT));
        return new TrustPolicy(anchors, rule, policy.revokedKeys());
    }

    /** Returns the version of the set in force; 0 if there is none. */
    long version() {
        return current.map(next -> next.set().version()).orElse(0L);
    }

    Optional<TrustSet> set() {
        return current.map(Next::set);
    }

    /** Returns the digest of the manifest of the set in force. */
    Optional<Digest> manifest() {
        return current.map(next -> next.last().manifest());
    }

    /** Returns what the device waits for before it believes any firmware; empty if for nothing. */
    Optional<String> awaited() {
        return current.isEmpty() && least > 0
                ? Optional.of("a trust manifest of version " + least + " or later, signed by the factory's root keys")
                : Optional.empty();
    }

    /** Tells whether the set in force has been counted and reported. */
    boolean isKnownTo(Security security) {
        return version() <= security.trustVersion();
    }

    boolean revokesNothing() {
        return current.map(next -> next.set().revokedManifests().isEmpty()).orElse(true);
    }

    boolean revokes(Digest manifest) {
        return current.map(next -> next.set().revokedManifests().contains(manifest))
                .orElse(false);
    }

    /** Tells whether an envelope's signers are believed, and its manifest isn't revoked. */
    boolean believes(byte[] envelope, Digest manifest) {
        return verifier.verify(envelope, policy(), Role.FIRMWARE) instanceof Authentic authentic
                && authentic.manifestDigest().equals(manifest)
                && !revokes(manifest);
    }

    /**
     * Returns what may take effect next.
     *
     * @param authentic a trust manifest, verified for the root keys of {@link #policy()}
     * @throws RejectedException as {@link TrustManifest#read}; {@link RejectReason#SEQUENCE_TOO_LOW}, {@link
     *     RejectReason#SEQUENCE_JUMP}, {@link RejectReason#COUNTER_EXHAUSTED}, {@link RejectReason#LIMIT_EXCEEDED}
     */
    Next next(Authentic authentic) throws RejectedException, HalException {
        byte[] envelope = authentic.envelope().bytes();
        Link link = link(authentic, envelope);
        requireSuccessor(link.set().version());
        Next next = new Next(shortestWay(link));
        int bytes = next.record().encode().length;
        if (bytes > records.maxTrustBytes()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "record of the trust set, with " + next.way().size()
                            + " manifests; have the factory's root keys sign it too, then it takes one",
                    bytes,
                    "at most " + records.maxTrustBytes() + " bytes");
        }
        return next;
    }

    private void requireSuccessor(long version) throws RejectedException, HalException {
        if (current.isPresent() && version > version() + 1) {
            throw new RejectedException(
                    RejectReason.SEQUENCE_JUMP,
                    "trust sets take effect one after another; offer the next one first",
                    version,
                    version() + 1);
        }
        long needed = current.isPresent() ? version() + 1 : least;
        if (version < needed) {
            throw new RejectedException(
                    RejectReason.SEQUENCE_TOO_LOW,
                    "the device knows a newer trust set",
                    version,
                    current.isPresent() ? needed : "at least " + needed);
        }
        long counted = counter().read();
        if (version - counted > counter().remaining()) {
            throw new RejectedException(
                    RejectReason.COUNTER_EXHAUSTED,
                    "the counter of trust versions can't follow",
                    version,
                    "at most " + (counted + counter().remaining()));
        }
    }

    /** A set that the factory's root keys, or those of an earlier one, signed as well needs nothing between. */
    private List<Link> shortestWay(Link last) {
        List<Link> way = new ArrayList<>();
        TrustPolicy roots = rootsOf(factory);
        for (Link link : current.map(Next::way).orElse(List.of())) {
            if (verifier.verify(last.envelope(), roots, Role.ROOT) instanceof Authentic) {
                break;
            }
            way.add(link);
            roots = link.set().policy();
        }
        way.add(last);
        return way;
    }

    /** Stores a set; it takes effect with that. A power cut leaves the old record or the new one. */
    void store(Next next) throws HalException {
        records.store(next.record());
        current = Optional.of(next);
    }

    /**
     * Raises the counter to the set in force: to a set that is stored, so that it never asks for one that isn't there. The set
     * is in force whether or not that works: each start tries again.
     */
    void advanceCounter() {
        try {
            if (current.isPresent() && counter().read() < version()) {
                counter().advanceTo(version());
            }
        } catch (HalException e) {
            LOG.warn("the counter of trust versions can't follow to {}: {}", version(), e.toString());
        }
        least = Math.max(least, version());
    }
}
