// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.policy.Phase;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a {@link Scenario}. */
public final class ScenarioBuilder {
    String name;
    String about = "";
    int imageBytes = 16 << 10;
    int trialAttempts = 3;
    int checkpointBytes = 4096;
    long breakAfterBytes = Long.MAX_VALUE;
    long manifestsClaim = 0;
    boolean fromFactory;
    Encoding encoding = Encoding.PLAIN;
    boolean tampered;
    boolean component;
    boolean partitioned;
    SimImage.@Nullable Spec forged;
    int forgedBefore = 0;
    Rotation rotation = Rotation.NEVER;
    Commanding commanding = Commanding.NOTHING;

    @Nullable
    Site site;

    SimImage.@Nullable Spec other = spec("1.0", Behaviour.WORKS);
    SimImage.Spec installed = spec("1.4", Behaviour.WORKS);
    final List<SimImage.Spec> offers = new ArrayList<>();
    final List<Alone> components = new ArrayList<>();

    /** An update of the component, before so many with an image were offered. */
    record Alone(String version, Behaviour behaviour, int before) {}

    ScenarioBuilder(String name) {
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
    public ScenarioBuilder about(String sentence) {
        about = sentence;
        return this;
    }

    /**
     * Sets what runs.
     *
     * @param version such as {@code 1.4}
     * @return this
     */
    public ScenarioBuilder installed(String version) {
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
    public ScenarioBuilder installed(String version, int agentAge) {
        SimImage.Spec plain = spec(version, Behaviour.WORKS);
        installed = new SimImage.Spec(version, plain.securityVersion(), Behaviour.WORKS, agentAge);
        return this;
    }

    /**
     * Lets the device come from the factory: no update has brought what runs, so that it has no envelope, and bank B is empty.
     *
     * @return this
     */
    public ScenarioBuilder fromFactory() {
        fromFactory = true;
        return otherBankEmpty();
    }

    /**
     * Leaves bank B as it comes from the factory.
     *
     * @return this
     */
    public ScenarioBuilder otherBankEmpty() {
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
    public ScenarioBuilder offer(String version, Behaviour behaviour) {
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
    public ScenarioBuilder offer(String version, Behaviour behaviour, int agentAge) {
        offers.add(new SimImage.Spec(version, spec(version, behaviour).securityVersion(), behaviour, agentAge));
        return this;
    }

    /**
     * Lets the manifests of all offers claim a higher security version than their images have: none can be installed.
     *
     * @param more by how many
     * @return this
     */
    public ScenarioBuilder manifestsClaim(int more) {
        manifestsClaim = more;
        return this;
    }

    /**
     * Encrypts the payloads of all offers, in sealed chunks.
     *
     * @return this
     */
    public ScenarioBuilder encrypted() {
        encoding = Encoding.ENCRYPTED;
        return this;
    }

    /**
     * Compresses the payloads of all offers, in frames over hashed chunks.
     *
     * @return this
     */
    public ScenarioBuilder compressed() {
        encoding = Encoding.COMPRESSED;
        return this;
    }

    /**
     * Offers a delta beside the payload of each offer, from what is installed, with which it has two thirds in common.
     *
     * @return this
     */
    public ScenarioBuilder delta() {
        encoding = Encoding.DELTA;
        return this;
    }

    /**
     * Offers a block index beside the payload of each offer, of which what is installed holds two thirds, elsewhere.
     *
     * @return this
     */
    public ScenarioBuilder indexed() {
        encoding = Encoding.INDEXED;
        return this;
    }

    /**
     * Lets a component beside the banks come with all firmware, installed together with it.
     *
     * @return this
     */
    public ScenarioBuilder withComponent() {
        component = true;
        return this;
    }

    /**
     * Gives the banks two components, a kernel and the rest: each firmware comes in two parts, which belong together.
     *
     * @return this
     */
    public ScenarioBuilder partitioned() {
        partitioned = true;
        return this;
    }

    /**
     * Offers an update of the component beside the banks alone.
     *
     * @param version such as {@code 1.5}
     * @param behaviour {@link Behaviour#WORKS}, or {@link Behaviour#FAILS_SELF_TEST} once the component holds it
     * @return this
     */
    public ScenarioBuilder offerComponent(String version, Behaviour behaviour) {
        component = true;
        components.add(new Alone(version, behaviour, offers.size()));
        return this;
    }

    /**
     * Rotates the keys here: the one that signed so far is revoked, and offers from now on are signed by another.
     *
     * @return this
     */
    public ScenarioBuilder rotateKeys() {
        rotation = rotation.before(offers.size());
        return this;
    }

    /**
     * Revokes manifests here, those of {@link #offerRevoked}, and no key.
     *
     * @return this
     */
    public ScenarioBuilder revokeManifests() {
        rotation = rotation.before(offers.size()).withKeyStaying();
        return this;
    }

    /**
     * Shuts the install gate until the keys are rotated, or manifests revoked.
     *
     * @return this
     */
    public ScenarioBuilder gateShutUntilThen() {
        rotation = rotation.withGateShut();
        return this;
    }

    /**
     * Offers an update that is signed by the revoked key all the same.
     *
     * @param version such as {@code 2.0}
     * @return this
     */
    public ScenarioBuilder offerByRevokedKey(String version) {
        rotation = rotation.withStolen(offers.size());
        return offer(version, Behaviour.WORKS);
    }

    /**
     * Offers an update whose manifest is revoked when the keys are rotated, or manifests revoked, though a good key has signed
     * it.
     *
     * @param version such as {@code 2.0}
     * @return this
     */
    public ScenarioBuilder offerRevoked(String version) {
        rotation = rotation.withWithdrawn(offers.size());
        return offer(version, Behaviour.WORKS);
    }

    /**
     * Has a stranger offer firmware before the next offer, or after all; see {@link Forgery}.
     *
     * @param version such as {@code 6.6}
     * @return this
     */
    public ScenarioBuilder forge(String version) {
        forged = spec(version, Behaviour.WORKS);
        forgedBefore = offers.size();
        return this;
    }

    /**
     * Lets somebody flip a bit in the payloads of all offers, on their way: none can be installed.
     *
     * @return this
     */
    public ScenarioBuilder tamper() {
        tampered = true;
        return this;
    }

    /**
     * Has an operator begin a pause, when the gateway has come to rest, or waits.
     *
     * @return this
     */
    public ScenarioBuilder pause() {
        return command(Commanding.Kind.PAUSE, "");
    }

    /**
     * Has an operator begin a pause in the middle of the update before.
     *
     * @param state such as {@code DOWNLOADING}
     * @return this
     */
    public ScenarioBuilder pauseDuring(String state) {
        return command(Commanding.Kind.PAUSE, state);
    }

    /**
     * Has an operator end a pause, when the gateway has come to rest, or waits.
     *
     * @return this
     */
    public ScenarioBuilder resume() {
        return command(Commanding.Kind.RESUME, "");
    }

    /**
     * Has an operator cancel the update before in its middle. Whether that is in time a power cut may decide.
     *
     * @param state such as {@code DOWNLOADING}
     * @return this
     */
    public ScenarioBuilder cancelDuring(String state) {
        return command(Commanding.Kind.CANCEL, state);
    }

    /**
     * Has somebody send a command once more, when the gateway has come to rest, or waits.
     *
     * @param number of the command, counted from 1
     * @return this
     */
    public ScenarioBuilder replay(int number) {
        commanding = commanding.then(new Commanding.Step(Commanding.Kind.REPLAY, offers.size(), "", number));
        return this;
    }

    /**
     * Has somebody send a pause that no operator has signed, when the gateway has come to rest, or waits.
     *
     * @return this
     */
    public ScenarioBuilder forgeCommand() {
        commanding = commanding.then(new Commanding.Step(Commanding.Kind.FORGERY, offers.size(), "", 0));
        return this;
    }

    private ScenarioBuilder command(Commanding.Kind kind, String during) {
        commanding = commanding.then(kind, offers.size(), during);
        return this;
    }

    /**
     * Puts the gateway at a site that counts the bytes that it fetches; see {@link Site}.
     *
     * @param bytesPerMonth how many it may
     * @param windows when phases are allowed
     * @return this
     */
    public ScenarioBuilder site(long bytesPerMonth, Map<Phase, Site.Window> windows) {
        site = new Site(bytesPerMonth, windows);
        return this;
    }

    /**
     * Sets the size of each image.
     *
     * @param bytes at least 4096
     * @return this
     */
    public ScenarioBuilder imageBytes(int bytes) {
        imageBytes = bytes;
        return this;
    }

    /**
     * Sets how many boots a trial has.
     *
     * @param attempts at least 1
     * @return this
     */
    public ScenarioBuilder trialAttempts(int attempts) {
        trialAttempts = attempts;
        return this;
    }

    /**
     * Sets how often the download is made durable.
     *
     * @param bytes a multiple of the erase unit
     * @return this
     */
    public ScenarioBuilder checkpointBytes(int bytes) {
        checkpointBytes = bytes;
        return this;
    }

    /**
     * Breaks the first download.
     *
     * @param bytes after so many
     * @return this
     */
    public ScenarioBuilder breakAfter(long bytes) {
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
