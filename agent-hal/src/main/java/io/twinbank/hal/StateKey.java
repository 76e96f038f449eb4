// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** The agent's records. Each is replaced on its own, so that one never overwrites another. */
public enum StateKey {
    /** Sequence floors, quarantine, retries, the confirmed bank: what must never be forgotten. */
    SECURITY,
    /** The last outcomes, and whether they were delivered. */
    OUTCOMES,
    /** The update under way; at most 512 bytes. */
    JOURNAL,
    /** How far the download has come. */
    CHECKPOINT,
    /** The envelope of bank A's image. */
    MANIFEST_A,
    /** The envelope of bank B's image. */
    MANIFEST_B,
    /** The trust set. */
    TRUST,
    /** What signed commands left behind: the last one's number, whether the device is paused, settings. */
    ORDERS,
    /** The envelope of the last update of components beside the banks that brought no image. */
    MANIFEST_COMPONENTS,
    /** What the site's policy must remember: since when an update waits, consent, the bytes of the month, how busy the site is. */
    POLICY,
    /** How the device was before the update, as its gauges told: what it is compared with afterwards. */
    HEALTH;

    /**
     * Returns the key of a bank's envelope.
     *
     * @param bank which bank
     * @return {@link #MANIFEST_A} or {@link #MANIFEST_B}
     */
    public static StateKey manifest(BankId bank) {
        return bank == BankId.A ? MANIFEST_A : MANIFEST_B;
    }
}
