// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.internal.pipeline.BankDigest;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Target;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The board as the engine asks it: what a bank holds, measured, against the envelope that is stored for it. */
final class Board {
    private static final Logger LOG = LoggerFactory.getLogger(Board.class);

    private final Platform platform;
    private final List<ComponentId> components;
    private final List<ComponentId> handled;
    private final Records records;
    private final ManifestVerifier verifier;

    /**
     * Makes a view of the board.
     *
     * @param handled the components outside its banks
     */
    Board(Platform platform, Collection<ComponentId> handled, Records records, ManifestVerifier verifier) {
        this.platform = platform;
        this.components = platform.components();
        if (components.isEmpty()) {
            throw new IllegalArgumentException("platform.components() must name at least one component");
        }
        this.handled = List.copyOf(handled);
        this.records = records;
        this.verifier = verifier;
    }

    Platform platform() {
        return platform;
    }

    /** Those that are in banks. */
    List<ComponentId> components() {
        return components;
    }

    BootControl boot() {
        return platform.bootControl();
    }

    DeviceClock clock() {
        return platform.clock();
    }

    FlashBank bank(BankId id, ComponentId component) {
        return new SharedBank(platform.bank(id, component));
    }

    /** Unlocks a bank for what a plan brings. */
    void begin(InstallPlan plan) throws HalException {
        for (InstallStep image : plan.images()) {
            bank(plan.bank(), image.component()).begin(image.sizeBytes());
        }
    }

    /** Makes durable what was written into a bank. */
    void sync(BankId id) throws HalException {
        for (ComponentId component : components) {
            bank(id, component).sync();
        }
    }

    /** Protects a bank again. */
    void end(BankId id) throws HalException {
        for (ComponentId component : components) {
            bank(id, component).end();
        }
    }

    MonotonicCounter counter() {
        return platform.counter(CounterId.SECURITY_VERSION);
    }

    Target target(BankId bank) {
        return new Target(platform.identity(), components, handled, bank);
    }

    /**
     * Returns what the stored envelope of a bank says, if there is one and it is whole. It was verified before it was stored;
     * what is installed stays known by its name, though those who signed it are believed no more, and though this firmware may
     * have no handler for what came with it.
     */
    Optional<InstallPlan> storedPlan(BankId bank) throws HalException {
        return plan(records.manifest(bank), bank, "bank " + bank).filter(InstallPlan::bringsImage);
    }

    /** Tells whether no envelope was ever stored for a bank; one that can't be read was. */
    boolean hasNoManifest(BankId bank) throws HalException {
        return platform.stateStore().load(StateKey.manifest(bank)) instanceof StateStore.Absent;
    }

    /** Returns what the stored envelope of the update under way says, in the same way. */
    Optional<InstallPlan> storedPlan(Journal journal) throws HalException {
        Optional<InstallPlan> plan =
                journal.componentsAlone() ? componentsPlan(journal.target()) : storedPlan(journal.target());
        return plan.filter(stored -> stored.manifestDigest().equals(journal.manifestDigest()));
    }

    /** Returns what the stored envelope of the last update of components alone says, in the same way. */
    Optional<InstallPlan> componentsPlan(BankId running) throws HalException {
        return plan(records.componentsManifest(), running.other(), "components alone")
                .filter(plan -> !plan.bringsImage());
    }

    private Optional<InstallPlan> plan(Optional<byte[]> envelope, BankId bank, String what) {
        if (envelope.isEmpty()) {
            return Optional.empty();
        }
        try {
            Authentic stored = verifier.reopen(envelope.get());
            List<ComponentId> others = stored.manifest().components().stream()
                    .filter(each -> !components.contains(each))
                    .toList();
            InstallPlan plan = verifier.plan(stored, new Target(platform.identity(), components, others, bank));
            Installable.require(plan, components);
            return Optional.of(plan);
        } catch (RejectedException e) {
            LOG.warn("the stored envelope of {} isn't whole: {}", what, e.rejection());
            return Optional.empty();
        }
    }

    /**
     * Tells whether the update under way is believed by the present trust set. One whose envelope is lost has nobody to ask for;
     * it is never confirmed.
     */
    boolean believed(Journal journal, Trust trust) throws HalException {
        return records.manifest(journal)
                .map(envelope -> trust.believes(envelope, journal.manifestDigest()))
                .orElse(true);
    }

    /**
     * Has the content key of an encrypted payload unwrapped.
     *
     * @return empty if the payload isn't encrypted
     */
    Optional<ContentCipher> contentCipher(PayloadEncoding encoding) throws HalException, RejectedException {
        Optional<CoseEncrypt> encryption = encoding.encryption();
        return encryption.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ContentCipher(encryption.get(), encryption.get().contentKey(platform.keys())));
    }

    /**
     * A component in a bank, and what it is to hold.
     *
     * @param component which
     * @param bank its bank
     * @param sizeBytes how many bytes
     * @param digest what they must hash to
     */
    record Part(ComponentId component, FlashBank bank, long sizeBytes, Digest digest) {
        boolean reads() throws HalException {
            return digest.matches(BankDigest.of(bank, sizeBytes, digest.newMessageDigest()));
        }
    }

    private List<Part> parts(BankId bank, InstallPlan plan) {
        return plan.images().stream()
                .map(image ->
                        new Part(image.component(), bank(bank, image.component()), image.sizeBytes(), image.digest()))
                .toList();
    }

    /**
     * Returns what the bank of the update under way is to hold. Of several components the journal has only the joint digest:
     * the stored envelope tells the rest.
     *
     * @return empty if that is lost
     */
    Optional<List<Part>> parts(Journal journal) throws HalException {
        BankId target = journal.target();
        if (components.size() == 1) {
            ComponentId only = components.get(0);
            return Optional.of(
                    List.of(new Part(only, bank(target, only), journal.imageBytes(), journal.imageDigest())));
        }
        return storedPlan(target)
                .filter(plan -> plan.imageDigest().equals(journal.imageDigest()))
                .map(plan -> parts(target, plan));
    }

    /** Tells whether a bank, read whole from the medium, holds a plan's images. */
    private boolean reads(BankId bank, InstallPlan plan) throws HalException {
        for (Part part : parts(bank, plan)) {
            if (!part.reads()) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether a bank holds a plan's images. A bank that can't be read doesn't. */
    boolean holds(BankId bank, InstallPlan plan) {
        try {
            return reads(bank, plan);
        } catch (HalException e) {
            LOG.warn("bank {} can't be read: {}", bank, e.toString());
            return false;
        }
    }

    /** Returns what a bank holds, if that is what its stored envelope says. */
    Optional<InstallPlan> named(BankId bank) throws HalException {
        return storedPlan(bank).filter(plan -> holds(bank, plan));
    }

    /** The same; a bank that can't be read is a fault, which may pass, and not yet another image. */
    Optional<InstallPlan> namedOrFault(BankId bank) throws HalException {
        Optional<InstallPlan> plan = storedPlan(bank);
        return plan.isPresent() && reads(bank, plan.get()) ? plan : Optional.empty();
    }

    /** Tells whether the anti-rollback counter is behind what the boot loader reads in the running bank, or can't be read. */
    boolean counterPending(BankId running) {
        try {
            OptionalLong version = boot().securityVersion(running);
            return version.isPresent() && counter().read() < version.getAsLong();
        } catch (HalException e) {
            LOG.warn("the anti-rollback counter can't be compared with bank {}: {}", running, e.toString());
            return true;
        }
    }

    /**
     * Raises the anti-rollback counter to what the boot loader reads in the running bank. The image is permanent whether or not
     * that works: each start tries again.
     */
    void advanceCounter(BankId running) {
        try {
            OptionalLong version = boot().securityVersion(running);
            if (version.isPresent() && counter().read() < version.getAsLong()) {
                counter().advanceTo(version.getAsLong());
            }
        } catch (HalException e) {
            LOG.warn("the anti-rollback counter can't follow bank {}: {}", running, e.toString());
        }
    }
}
