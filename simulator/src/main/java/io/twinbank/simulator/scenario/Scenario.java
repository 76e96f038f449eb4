// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

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
    private final Firmware next;
    private final long breakAfterBytes;
    private final long manifestsClaim;
    private final boolean encrypted;
    private final Maker maker = new Maker();

    private Scenario(Builder b) {
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
        encrypted = b.encrypted;
        long sequence = 1;
        other = b.other == null ? Optional.empty() : Optional.of(maker.make(b.other, sequence++, imageBytes));
        installed = maker.make(b.installed, sequence++, imageBytes);
        List<Firmware> made = new ArrayList<>();
        for (SimImage.Spec offer : b.offers) {
            made.add(maker.make(
                    offer,
                    sequence++,
                    imageBytes,
                    manifestsClaim,
                    encrypted ? Maker.encrypted() : PayloadEncoding.IDENTITY));
        }
        offers = List.copyOf(made);
        long highest = b.installed.securityVersion();
        for (SimImage.Spec offer : b.offers) {
            highest = Math.max(highest, offer.securityVersion());
        }
        next = maker.make(new SimImage.Spec("9.9", highest, Behaviour.WORKS, 9), sequence, imageBytes);
        checkVersions();
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
    public static Builder named(String name) {
        return new Builder(name);
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
     * Returns what is offered, each when the one before came to its end.
     *
     * @return in order
     */
    public List<Firmware> offers() {
        return offers;
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
            boolean follows = offer.spec().securityVersion() >= expected.spec().securityVersion();
            if (follows && passes(offer.spec().behaviour()) && manifestsClaim == 0) {
                expected = offer;
            }
        }
        return expected;
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
     * @return the payloads of all offers, in bytes
     */
    public long payloadBytes() {
        return offers.stream().mapToLong(offer -> offer.payload().length).sum();
    }

    /**
     * Returns how much can only be decrypted together.
     *
     * @return in bytes; 0 if nothing is encrypted
     */
    public int sealedChunkBytes() {
        return encrypted ? Maker.SEALED_CHUNK_BYTES : 0;
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
        Builder b = new Builder((at < 0 ? name : name.substring(0, at)) + "@" + bytes);
        b.about = about;
        b.imageBytes = bytes;
        b.trialAttempts = trialAttempts;
        b.checkpointBytes = checkpointBytes;
        b.breakAfterBytes = breakAfterBytes;
        b.manifestsClaim = manifestsClaim;
        b.encrypted = encrypted;
        b.other = other.map(Firmware::spec).orElse(null);
        b.installed = installed.spec();
        offers.forEach(offer -> b.offers.add(offer.spec()));
        return b.build();
    }

    @Override
    public String toString() {
        return name;
    }

    /** Tells a story. */
    public static final class Builder {
        private String name;
        private String about = "";
        private int imageBytes = 16 << 10;
        private int trialAttempts = 3;
        private int checkpointBytes = 4096;
        private long breakAfterBytes = Long.MAX_VALUE;
        private long manifestsClaim = 0;
        private boolean encrypted;
        private SimImage.@org.jspecify.annotations.Nullable Spec other = spec("1.0", Behaviour.WORKS);
        private SimImage.Spec installed = spec("1.4", Behaviour.WORKS);
        private final List<SimImage.Spec> offers = new ArrayList<>();

        private Builder(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        String about() {
            return about;
        }

        void name(String next) {
            name = next;
        }

        private static SimImage.Spec spec(String version, Behaviour behaviour) {
            int dot = version.indexOf('.');
            String major = dot < 0 ? version : version.substring(0, dot);
            return new SimImage.Spec(version, Long.parseLong(major), behaviour);
        }

        /**
         * Says what it is about.
         *
         * @param sentence one, for people
         * @return this
         */
        public Builder about(String sentence) {
            about = sentence;
            return this;
        }

        /**
         * Sets what runs.
         *
         * @param version such as {@code 1.4}
         * @return this
         */
        public Builder installed(String version) {
            installed = spec(version, Behaviour.WORKS);
            return this;
        }

        /**
         * Sets what runs, and which agent is in it.
         *
         * @param version such as {@code 1.4}
         * @param agentAge from 0
         * @return this
         */
        public Builder installed(String version, int agentAge) {
            SimImage.Spec plain = spec(version, Behaviour.WORKS);
            installed = new SimImage.Spec(version, plain.securityVersion(), Behaviour.WORKS, agentAge);
            return this;
        }

        /**
         * Leaves bank B as it comes from the factory.
         *
         * @return this
         */
        public Builder otherBankEmpty() {
            other = null;
            return this;
        }

        /**
         * Offers an update.
         *
         * @param version such as {@code 2.0}
         * @param behaviour what it does once it is booted
         * @return this
         */
        public Builder offer(String version, Behaviour behaviour) {
            offers.add(spec(version, behaviour));
            return this;
        }

        /**
         * Offers an update with another agent in it.
         *
         * @param version such as {@code 2.0}
         * @param behaviour what it does once it is booted
         * @param agentAge from 0
         * @return this
         */
        public Builder offer(String version, Behaviour behaviour, int agentAge) {
            offers.add(new SimImage.Spec(version, spec(version, behaviour).securityVersion(), behaviour, agentAge));
            return this;
        }

        /**
         * Lets the manifests of all offers claim a higher security version than their images have: none can be installed.
         *
         * @param more by how many
         * @return this
         */
        public Builder manifestsClaim(int more) {
            manifestsClaim = more;
            return this;
        }

        /**
         * Encrypts the payloads of all offers, in sealed chunks.
         *
         * @return this
         */
        public Builder encrypted() {
            encrypted = true;
            return this;
        }

        /**
         * Sets the size of each image.
         *
         * @param bytes at least 4096
         * @return this
         */
        public Builder imageBytes(int bytes) {
            imageBytes = bytes;
            return this;
        }

        /**
         * Sets how many boots a trial has.
         *
         * @param attempts at least 1
         * @return this
         */
        public Builder trialAttempts(int attempts) {
            trialAttempts = attempts;
            return this;
        }

        /**
         * Sets how often the download is made durable.
         *
         * @param bytes a multiple of the erase unit
         * @return this
         */
        public Builder checkpointBytes(int bytes) {
            checkpointBytes = bytes;
            return this;
        }

        /**
         * Breaks the first download.
         *
         * @param bytes after so many
         * @return this
         */
        public Builder breakAfter(long bytes) {
            breakAfterBytes = bytes;
            return this;
        }

        /**
         * Ends the story.
         *
         * @return the scenario
         */
        public Scenario build() {
            return new Scenario(this);
        }
    }

    /** How long a gateway may take to come to rest: less than what an update that failed waits for its next try. */
    static final Duration PATIENCE = Duration.ofMinutes(55);
}
