// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.util.Arrays;
import java.util.Optional;

/**
 * The parameters of a manifest: those of draft-ietf-suit-manifest-37, of firmware-encryption, of update-management (U),
 * and this project's own, which have negative numbers.
 */
public enum ParameterCode {
    /** The vendor's UUID. */
    VENDOR_ID(1, "vendor-id", Kind.ID, true),
    /** The device class's UUID. */
    CLASS_ID(2, "class-id", Kind.ID, true),
    /** The image's digest. */
    IMAGE_DIGEST(3, "image-digest", Kind.DIGEST, true),
    /** Seconds since 1970 until which the manifest counts. (U) */
    USE_BEFORE(4, "use-before", Kind.UNSIGNED, true),
    /** The slot that the following is about. */
    COMPONENT_SLOT(5, "component-slot", Kind.UNSIGNED, true),
    /** Whether commands must be executed in order. */
    STRICT_ORDER(12, "strict-order", Kind.FLAG, true),
    /** Whether a condition that fails only ends the sequence. */
    SOFT_FAILURE(13, "soft-failure", Kind.FLAG, true),
    /** The image's size in bytes. */
    IMAGE_SIZE(14, "image-size", Kind.UNSIGNED, true),
    /** Content of a component. */
    CONTENT(18, "content", Kind.BYTES, true),
    /** How the payload is encrypted. */
    ENCRYPTION_INFO(19, "encryption-info", Kind.ENCRYPTION, true),
    /** Where the payload is. */
    URI(21, "uri", Kind.TEXT, true),
    /** The component to copy from. */
    SOURCE_COMPONENT(22, "source-component", Kind.UNSIGNED, true),
    /** What the invoked component is given. */
    INVOKE_ARGUMENTS(23, "invoke-arguments", Kind.BYTES, true),
    /** The device's UUID. */
    DEVICE_ID(24, "device-id", Kind.ID, true),
    /** How to fetch. */
    FETCH_ARGUMENTS(25, "fetch-arguments", Kind.BYTES, true),
    /** Energy in mWh. (U) */
    MINIMUM_BATTERY(26, "minimum-battery", Kind.UNSIGNED, false),
    /** How urgent it is. (U) */
    UPDATE_PRIORITY(27, "update-priority", Kind.INTEGER, true),
    /** The version that must be installed. (U) */
    VERSION(28, "version", Kind.VERSION, true),
    /** What to wait for. (U) */
    WAIT_INFO(29, "wait-info", Kind.WAIT, true),
    /** A file's permissions and times. (U) */
    COMPONENT_METADATA(30, "component-metadata", Kind.BYTES, false),
    /** This project's: the image's security version, for the anti-rollback counter. */
    SECURITY_VERSION(-257, "security-version", Kind.UNSIGNED, true),
    /** This project's: how the payload's bytes become the image's. */
    PAYLOAD_ENCODING(-258, "payload-encoding", Kind.ENCODING, true),
    /** This project's: how many devices of ten thousand may have the update. */
    ROLLOUT(-259, "rollout", Kind.UNSIGNED, true),
    /** This project's: whether the update is an emergency. */
    URGENCY(-260, "urgency", Kind.UNSIGNED, true),
    /** This project's: other ways to the same image, for devices that hold some of it. */
    ROUTES(-261, "routes", Kind.ROUTES, true);

    /** What a parameter's value is. */
    enum Kind {
        ID,
        DIGEST,
        UNSIGNED,
        INTEGER,
        FLAG,
        TEXT,
        BYTES,
        ENCRYPTION,
        VERSION,
        WAIT,
        ENCODING,
        ROUTES
    }

    private final int number;
    private final String label;
    private final Kind kind;
    private final boolean supported;

    ParameterCode(int number, String label, Kind kind, boolean supported) {
        this.number = number;
        this.label = label;
        this.kind = kind;
        this.supported = supported;
    }

    /**
     * Returns the number on the wire.
     *
     * @return the number
     */
    public int number() {
        return number;
    }

    /**
     * Returns whether the agent heeds it.
     *
     * @return false if a manifest that has it is refused
     */
    public boolean supported() {
        return supported;
    }

    Kind kind() {
        return kind;
    }

    static Optional<ParameterCode> find(long number) {
        return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
    }

    /** Returns such as {@code image-size (14)}. */
    @Override
    public String toString() {
        return label + " (" + number + ")";
    }
}
