// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/** Why an update didn't end in {@link Outcome.Installed}; new constants may come in a minor release. */
public enum Cause {
    /** Not known, such as after a lost record. */
    UNKNOWN,
    /** The self-test said fail. */
    SELF_TEST_FAILED,
    /** The self-test hadn't passed when the deadline came. */
    SELF_TEST_TIMEOUT,
    /** The agent was started too often during the trial. */
    TOO_MANY_STARTS,
    /** The boot loader used up the attempts before the self-test had an answer. */
    ATTEMPTS_EXHAUSTED,
    /** An operator cancelled. */
    OPERATOR,
    /** The manifest was revoked meanwhile, or those who signed it are believed no more. */
    REVOKED,
    /** The manifest was quarantined meanwhile. */
    QUARANTINED,
    /** A newer offer took its place. */
    SUPERSEDED,
    /** Somebody else changed the banks. */
    BANK_CHANGED,
    /** The running bank holds another image than the one that was installed. */
    UNKNOWN_IMAGE,
    /** No other bank can boot. */
    NO_FALLBACK,
    /** The payload couldn't be had. */
    PAYLOAD,
    /** The bank doesn't hold what was written. */
    READ_BACK,
    /** The flash failed. */
    FLASH,
    /** A component outside the banks couldn't be staged or activated. */
    COMPONENT,
    /** The anti-rollback counter can't follow. */
    COUNTER,
    /** The boot loader couldn't be told. */
    BOOT_CONTROL,
    /** The boot loader reads another security version than the manifest states. */
    SECURITY_VERSION
}
