// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/** Why an offer was refused. Others script these names: they never change; new ones may come in a minor release. */
public enum RejectReason {
    /** Not well-formed: not strict deterministic CBOR, not the structure that SUIT demands, or not a payload of the form that it names. */
    MALFORMED,
    /** Well-formed, but larger, deeper or longer than the agent's limits. */
    LIMIT_EXCEEDED,
    /** No signature at all. */
    NO_SIGNATURE,
    /** Signed with a key that the device doesn't know. */
    UNKNOWN_KEY,
    /** Signed or hashed with an algorithm that the device doesn't do. */
    UNSUPPORTED_ALGORITHM,
    /** A signature of a known key doesn't verify. */
    BAD_SIGNATURE,
    /** Fewer distinct keys signed than the trust policy asks for. */
    THRESHOLD_NOT_MET,
    /** The signed digest isn't the digest of what it covers. */
    DIGEST_MISMATCH,
    /** A command, parameter, section or component that the agent doesn't support; the detail says which. */
    UNSUPPORTED,
    /** The signer may not touch this component. */
    UNAUTHORIZED_COMPONENT,
    /** For another vendor's devices. */
    WRONG_VENDOR,
    /** For another class of devices. */
    WRONG_CLASS,
    /** For another device. */
    WRONG_DEVICE,
    /** Another condition of the manifest doesn't hold. */
    CONDITION_FAILED,
    /** Not newer than what is installed. */
    SEQUENCE_TOO_LOW,
    /** Further ahead than the configured limit, without the root threshold. */
    SEQUENCE_JUMP,
    /** Below the anti-rollback floor. */
    SECURITY_VERSION_TOO_LOW,
    /** The anti-rollback counter can't follow. */
    COUNTER_EXHAUSTED,
    /** No longer valid. */
    EXPIRED,
    /** The manifest, or the key that signed it, was revoked by its maker. */
    REVOKED,
    /** Failed on this device before. */
    QUARANTINED,
    /** The image doesn't fit the bank. */
    TOO_LARGE,
    /** The payload can't be had. */
    PAYLOAD_UNAVAILABLE,
    /** The payload ended before its declared size. */
    PAYLOAD_SHORT,
    /** The payload goes on after its declared size. */
    PAYLOAD_LONG,
    /** The payload isn't what the manifest says. */
    PAYLOAD_DIGEST,
    /** The payload can't be decrypted. */
    DECRYPTION_FAILED,
    /** The bank can't be written. */
    FLASH_FAILED
}
