// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A gateway's story: what it runs, what lies in its other bank, what it is offered, one after another, and how that behaves.
 * Versions are numbers such as {@code 1.5}; the security version is their first part unless said otherwise, the sequence
 * number follows the order in which they are named.
 */
public final class Scenario {
    /** The smallest image that scenarios have, in bytes. */
    static final int MIN_IMAGE_BYTES = 4096;

    private final String name;
    private final String about;
    private final int imageBytes;
    private final int trialAttempts;
    private final int checkpointBytes;
    private final Optional<Firmware> other;
    private final Firmware installed;
    private final List<Firmware> offers;
    private final List<ComponentUpdate> componentUpdates;
    private final Firmware next;
    private final long breakAfterBytes;
    private final long manifestsClaim;
    private final boolean fromFactory;
    private final Encoding encoding;
    private final boolean tampered;
    private final boolean component;
    private final boolean partitioned;
    private final Rotation rotation;
    private final Commanding commanding;
    private final Optional<Site> site;
    private final List<Episode> episodes;
    private final Optional<byte[]> trustManifest;
    private final Optional<Forgery> forgery;
    private final int forgedBefore;
    private final Maker maker = new Maker();

    /** The version of the trust set that rotates the keys, or revokes manifests. */
    public static final long TRUST_VERSION = 1;

    Scenario(ScenarioBuilder b) {
        name = b.name;
        about = b.about;
        imageBytes = b.imageBytes;
        if (imageBytes < MIN_IMAGE_BYTES) {
            throw new IllegalArgumentException(
                    "images must have at least " + MIN_IMAGE_BYTES + " bytes, not " + imageBytes);
        }
        trialAttempts = b.trialAttempts;
        checkpointBytes = b.checkpointBytes;
        breakAfterBytes = b.breakAfterBytes;
        manifestsClaim = b.manifestsClaim;
        fromFactory = b.fromFactory;
        encoding = b.encoding;
        tampered = b.tampered;
        component = b.component;
        partitioned = b.partitioned;
        if (partitioned && encoding != Encoding.PLAIN) {
            throw new IllegalArgumentException(
                    "scenario " + name + " has an image in parts that isn't plain, which is told by none");
        }
        Maker.Making plain = Maker.Making.plain(component, partitioned);
        long sequence = 1;
        other = b.other == null ? Optional.empty() : Optional.of(maker.make(b.other, sequence++, imageBytes, plain));
        installed = maker.make(b.installed, sequence++, imageBytes, plain);
        rotation = b.rotation;
        commanding = b.commanding;
        site = Optional.ofNullable(b.site);
        List<Firmware> made = new ArrayList<>();
        List<ComponentUpdate> alone = new ArrayList<>();
        for (int i = 0; i <= b.offers.size(); i++) {
            for (ScenarioBuilder.Alone each : b.components) {
                if (each.before() == i) {
                    alone.add(maker.makeAlone(each, sequence++));
                }
            }
            if (i == b.offers.size()) {
                break;
            }
            Maker.Making how = new Maker.Making(
                    manifestsClaim,
                    encoding,
                    Optional.of(installed),
                    rotation.signedBySecond(i),
                    Optional.empty(),
                    component,
                    partitioned);
            made.add(maker.make(b.offers.get(i), sequence++, imageBytes, how));
        }
        offers = List.copyOf(made);
        componentUpdates = List.copyOf(alone);
        trustManifest = rotation.isPlanned()
                ? Optional.of(maker.rotation(TRUST_VERSION, rotation.keyStays(), revokedManifests()))
                : Optional.empty();
        forgedBefore = b.forgedBefore;
        forgery = b.forged == null
                ? Optional.empty()
                : Optional.of(maker.forge(b.forged, sequence + 1, imageBytes, plain));
        episodes = tell();
        long highest = b.installed.securityVersion();
        for (SimImage.Spec offer : b.offers) {
            highest = Math.max(highest, offer.securityVersion());
        }
        next = maker.make(
                new SimImage.Spec("9.9", highest, Behaviour.WORKS, 9),
                sequence,
                imageBytes,
                new Maker.Making(
                        0,
                        Encoding.PLAIN,
                        Optional.empty(),
                        rotation.namesSecond(),
                        trustManifest,
                        component,
                        partitioned));
        checkVersions();
    }

    private List<Digest> revokedManifests() {
        return rotation.withdrawn().stream()
                .sorted()
                .map(offer -> Maker.manifestDigest(offers.get(offer).envelope()))
                .toList();
    }

    private List<Episode> tell() {
        List<Episode> told = new ArrayList<>();
        for (int i = 0; i <= offers.size(); i++) {
            if (i == rotation.before()) {
                told.add(new Episode.Offered(maker.forgedRotation(TRUST_VERSION)));
                trustManifest.ifPresent(envelope -> told.add(new Episode.Offered(envelope)));
            }
            if (i == forgedBefore) {
                forgery.ifPresent(forged -> told.add(new Episode.Offered(forged.envelope())));
            }
            for (ComponentUpdate alone : componentUpdates) {
                if (alone.before() == i) {
                    told.add(new Episode.Offered(alone.envelope()));
                }
            }
            told.addAll(commanding.episodes(i, maker, offers.subList(0, i)));
            if (i < offers.size()) {
                List<Firmware> soFar = offers.subList(0, i + 1);
                told.add(new Episode.Offered(offers.get(i).envelope(), commanding.during(maker, soFar)));
            }
        }
        return List.copyOf(told);
    }

    private void checkVersions() {
        Set<String> versions = new HashSet<>();
        for (Firmware firmware : firmware()) {
            if (!versions.add(firmware.version())) {
                throw new IllegalArgumentException("version " + firmware.version() + " twice");
            }
        }
    }

    /**
     * Returns all firmware that there is.
     *
     * @return in the order of its sequence numbers
     */
    public List<Firmware> firmware() {
        List<Firmware> all = new ArrayList<>();
        other.ifPresent(all::add);
        all.add(installed);
        all.addAll(offers);
        all.add(next);
        return all;
    }

    /**
     * Begins a scenario.
     *
     * @param name as commands and schedules have it
     * @return a builder: firmware 1.0 in bank B, 1.4 running in bank A, nothing offered
     */
    public static ScenarioBuilder named(String name) {
        return new ScenarioBuilder(name);
    }

    /**
     * Returns its name.
     *
     * @return as commands and schedules have it
     */
    public String name() {
        return name;
    }

    /**
     * Says what it is about.
     *
     * @return one sentence
     */
    public String about() {
        return about;
    }

    /**
     * Returns the size of each image.
     *
     * @return in bytes
     */
    public int imageBytes() {
        return imageBytes;
    }

    /**
     * Returns how many boots a trial has.
     *
     * @return at least 1; a boot loader may allow fewer
     */
    public int trialAttempts() {
        return trialAttempts;
    }

    /**
     * Returns how often the download is made durable.
     *
     * @return in bytes
     */
    public int checkpointBytes() {
        return checkpointBytes;
    }

    /**
     * Returns what lies in bank B.
     *
     * @return empty for a new device
     */
    public Optional<Firmware> other() {
        return other;
    }

    /**
     * Returns what runs in bank A.
     *
     * @return the firmware
     */
    public Firmware installed() {
        return installed;
    }

    /**
     * Tells whether no update has brought what runs, so that it has no envelope.
     *
     * @return whether the device comes from the factory
     */
    public boolean isFromFactory() {
        return fromFactory;
    }

    /**
     * Returns what is offered, each when the one before came to its end.
     *
     * @return in order
     */
    public List<Firmware> offers() {
        return offers;
    }

    /**
     * Returns the updates of the component beside the banks alone.
     *
     * @return in the order of their sequence numbers, which are among those of the offers
     */
    public List<ComponentUpdate> componentUpdates() {
        return componentUpdates;
    }

    /**
     * Returns a good update that is offered at the very end, to see that the gateway can still be updated.
     *
     * @return the firmware
     */
    public Firmware next() {
        return next;
    }

    /**
     * Returns what must be permanent in the end, if no trial loses all its attempts.
     *
     * @return the last offer that works, else what is installed
     */
    public Firmware expected() {
        Firmware expected = installed;
        for (Firmware offer : offers) {
            if (revokes(offer)) {
                continue;
            }
            boolean follows = offer.spec().securityVersion() >= expected.spec().securityVersion();
            if (follows && passes(offer.spec().behaviour()) && manifestsClaim == 0 && !tampered) {
                expected = offer;
            }
        }
        return expected;
    }

    /**
     * Returns all that happens, each when the gateway has come to rest, or waits: firmware is offered, and two trust manifests
     * if there is one, of which the first is a forgery; a stranger offers something; the gateway is commanded.
     *
     * @return in order
     */
    List<Episode> episodes() {
        return episodes;
    }

    /**
     * Returns the trust manifest that rotates the keys, or revokes manifests.
     *
     * @return its envelope; empty if neither happens
     */
    public Optional<byte[]> trustManifest() {
        return trustManifest.map(byte[]::clone);
    }

    /**
     * Returns a trust manifest of the same version and keys that revokes no manifests.
     *
     * @return its envelope, which nobody offers
     * @throws IllegalStateException if there is no trust manifest
     */
    public byte[] trustManifestRevokingNoManifests() {
        if (!rotation.isPlanned()) {
            throw new IllegalStateException("scenario " + name + " has no trust manifest");
        }
        return maker.rotation(TRUST_VERSION, rotation.keyStays(), List.of());
    }

    /**
     * Returns what a stranger offers.
     *
     * @return empty if there is no stranger
     */
    public Optional<Forgery> forgery() {
        return forgery;
    }

    /**
     * Tells whether an offer, or the key that signed it, is revoked before it can be installed.
     *
     * @param offer firmware
     * @return whether it must never be permanent
     */
    public boolean revokes(Firmware offer) {
        return rotation.revokes(offers.indexOf(offer));
    }

    /**
     * Tells whether the gateway is commanded.
     *
     * @return whether it knows an operator
     */
    public boolean isCommanded() {
        return commanding.isPlanned();
    }

    /**
     * Returns what the site allows.
     *
     * @return empty if it restricts nothing
     */
    public Optional<Site> site() {
        return site;
    }

    /** Tells whether the install gate is shut until the gateway has the trust set. */
    boolean shutsGate() {
        return rotation.gateShut();
    }

    /**
     * Tells whether firmware passes its self-test in the end.
     *
     * @param behaviour what it does
     * @return whether it does
     */
    public static boolean passes(Behaviour behaviour) {
        return behaviour == Behaviour.WORKS || behaviour == Behaviour.NOT_YET_THREE_TIMES;
    }

    /**
     * Returns how much is fetched if nothing goes wrong.
     *
     * @return of all offers, in bytes
     */
    public long payloadBytes() {
        return offers.stream()
                .mapToLong(offer ->
                        offer.shortcut().map(Firmware.Shortcut::fetchedBytes).orElse((long) offer.payload().length))
                .sum();
    }

    /**
     * Returns how the payloads of all offers are encrypted.
     *
     * @return {@link PayloadEncoding#IDENTITY} if they aren't
     */
    public PayloadEncoding encoding() {
        return encoding == Encoding.ENCRYPTED ? Maker.encrypted() : PayloadEncoding.IDENTITY;
    }

    /** Returns what is served for an offer: in its second half a bit is another, if somebody tampers with it. */
    byte[] served(Firmware offer) {
        byte[] payload = offer.payload();
        if (tampered) {
            payload[payload.length / 2] ^= 1;
        }
        return payload;
    }

    /**
     * Returns how much can only be decrypted or decoded together. Compressed, a frame is half as large: there is room for the chunks in which it
     * begins and ends, and for the one with the table. A delta has one group of frames; an index is fetched again, and has one group of
     * blocks.
     *
     * @return in bytes; 0 if payloads are the images
     */
    public long pieceBytes() {
        return switch (encoding) {
            case PLAIN -> 0;
            case ENCRYPTED -> Maker.SEALED_CHUNK_BYTES;
            case COMPRESSED -> frameBytes();
            case DELTA, INDEXED -> payloadBytes();
        };
    }

    /**
     * Returns how many bytes of an image a frame gives, in scenarios that have frames.
     *
     * @return in bytes
     */
    public int frameBytes() {
        return Maker.FRAME_BYTES;
    }

    /**
     * Tells whether all firmware comes with a component beside the banks.
     *
     * @return whether it does
     */
    public boolean hasComponent() {
        return component;
    }

    /** How many bytes of an image are the kernel's; 0 where banks have one component. */
    int kernelBytes() {
        return partitioned ? Maker.kernelBytes(imageBytes) : 0;
    }

    /** How firmware is made that comes after all offers. */
    Maker.Making byTheLatestKey() {
        return new Maker.Making(
                0, Encoding.PLAIN, Optional.empty(), rotation.namesSecond(), Optional.empty(), component, partitioned);
    }

    long breakAfterBytes() {
        return breakAfterBytes;
    }

    Maker maker() {
        return maker;
    }

    /**
     * Returns the same story with images of another size, which its name says.
     *
     * @param bytes of each image, at least 4096
     * @return a new scenario, such as {@code update@65536}
     */
    public Scenario withImageBytes(int bytes) {
        int at = name.indexOf('@');
        ScenarioBuilder b = new ScenarioBuilder((at < 0 ? name : name.substring(0, at)) + "@" + bytes);
        b.about = about;
        b.imageBytes = bytes;
        b.trialAttempts = trialAttempts;
        b.checkpointBytes = checkpointBytes;
        b.breakAfterBytes = breakAfterBytes;
        b.manifestsClaim = manifestsClaim;
        b.fromFactory = fromFactory;
        b.encoding = encoding;
        b.tampered = tampered;
        b.component = component;
        b.partitioned = partitioned;
        componentUpdates.forEach(alone ->
                b.components.add(new ScenarioBuilder.Alone(alone.version(), alone.behaviour(), alone.before())));
        b.forged = forgery.map(forged -> forged.byStranger().spec()).orElse(null);
        b.forgedBefore = forgedBefore;
        b.rotation = rotation;
        b.commanding = commanding;
        b.site = site.orElse(null);
        b.other = other.map(Firmware::spec).orElse(null);
        b.installed = installed.spec();
        offers.forEach(offer -> b.offers.add(offer.spec()));
        return b.build();
    }

    @Override
    public String toString() {
        return name;
    }

    /** How long a gateway may take to come to rest: less than what an update that failed waits for its next try. */
    static final Duration PATIENCE = Duration.ofMinutes(55);
}
