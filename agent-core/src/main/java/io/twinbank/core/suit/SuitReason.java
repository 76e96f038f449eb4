// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import java.util.Arrays;
import java.util.Optional;

/** The reasons of a SUIT_Report (draft-ietf-suit-report-20, SUIT_Report_Reasons): few, and the same for all who make reports. */
public enum SuitReason {
    /** All is well. */
    OK(0, "ok"),
    /** It doesn't parse. */
    CBOR_PARSE(1, "cbor-parse"),
    /** A COSE structure or header that isn't done here. */
    COSE_UNSUPPORTED(2, "cose-unsupported"),
    /** An algorithm that isn't done here. */
    ALG_UNSUPPORTED(3, "alg-unsupported"),
    /** The signatures don't vouch for it. */
    UNAUTHORISED(4, "unauthorised"),
    /** A command that isn't done here. */
    COMMAND_UNSUPPORTED(5, "command-unsupported"),
    /** A component that the device doesn't have. */
    COMPONENT_UNSUPPORTED(6, "component-unsupported"),
    /** A component that the signers may not touch. */
    COMPONENT_UNAUTHORISED(7, "component-unauthorised"),
    /** A parameter that isn't heeded here. */
    PARAMETER_UNSUPPORTED(8, "parameter-unsupported"),
    /** Severed parts aren't done; the agent does them, so it never says this. */
    SEVERING_UNSUPPORTED(9, "severing-unsupported"),
    /** A condition doesn't hold. */
    CONDITION_FAILED(10, "condition-failed"),
    /** A command was carried out, and failed. */
    OPERATION_FAILED(11, "operation-failed"),
    /** Installed, not yet invoked; the agent reports only what is over, so it never says this. */
    INVOKE_PENDING(12, "invoke-pending");

    private final int number;
    private final String label;

    SuitReason(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /**
     * Returns the number on the wire.
     *
     * @return from 0 to 12
     */
    public int number() {
        return number;
    }

    /**
     * Returns whether an author who knew what the device can do would not have written this manifest.
     *
     * @return true if the report tells what the device can do
     */
    boolean asksForCapabilities() {
        return switch (this) {
            case COSE_UNSUPPORTED,
                    ALG_UNSUPPORTED,
                    COMMAND_UNSUPPORTED,
                    COMPONENT_UNSUPPORTED,
                    PARAMETER_UNSUPPORTED,
                    SEVERING_UNSUPPORTED -> true;
            default -> false;
        };
    }

    static Optional<SuitReason> find(long number) {
        return Arrays.stream(values())
                .filter(reason -> reason.number() == number)
                .findFirst();
    }

    /** Returns such as {@code condition-failed (10)}. */
    @Override
    public String toString() {
        return label + " (" + number + ")";
    }

    /**
     * How something ended, if not well.
     *
     * @param code this project's own number for it, positive; it never changes
     * @param reason the draft's
     */
    public record Ending(int code, SuitReason reason) {
        /** The new image ran, or should have, and the old one runs again. */
        public static final Ending ROLLED_BACK = new Ending(101, OPERATION_FAILED);
        /** It could not be carried out, for no reason that a {@link RejectReason} names. */
        public static final Ending FAILED = new Ending(102, OPERATION_FAILED);
        /** It was called off. */
        public static final Ending CANCELLED = new Ending(103, OPERATION_FAILED);
        /** A newer one took its place. */
        public static final Ending SUPERSEDED = new Ending(104, OPERATION_FAILED);
        /** It failed, and not every component holds what belongs to the image that runs. */
        public static final Ending INCONSISTENT = new Ending(105, OPERATION_FAILED);

        /**
         * Maps a refusal.
         *
         * @param reason why
         * @return the same in numbers; what is {@code UNSUPPORTED} may also be a component or a parameter
         */
        public static Ending of(RejectReason reason) {
            return switch (reason) {
                case MALFORMED -> new Ending(1, CBOR_PARSE);
                case LIMIT_EXCEEDED -> new Ending(2, CBOR_PARSE);
                case NO_SIGNATURE -> new Ending(3, UNAUTHORISED);
                case UNKNOWN_KEY -> new Ending(4, UNAUTHORISED);
                case UNSUPPORTED_ALGORITHM -> new Ending(5, ALG_UNSUPPORTED);
                case BAD_SIGNATURE -> new Ending(6, UNAUTHORISED);
                case THRESHOLD_NOT_MET -> new Ending(7, UNAUTHORISED);
                case DIGEST_MISMATCH -> new Ending(8, UNAUTHORISED);
                case UNSUPPORTED -> new Ending(9, COMMAND_UNSUPPORTED);
                case UNAUTHORIZED_COMPONENT -> new Ending(10, COMPONENT_UNAUTHORISED);
                case WRONG_VENDOR -> new Ending(11, SuitReason.CONDITION_FAILED);
                case WRONG_CLASS -> new Ending(12, SuitReason.CONDITION_FAILED);
                case WRONG_DEVICE -> new Ending(13, SuitReason.CONDITION_FAILED);
                case CONDITION_FAILED -> new Ending(14, SuitReason.CONDITION_FAILED);
                case SEQUENCE_TOO_LOW -> new Ending(15, SuitReason.CONDITION_FAILED);
                case SEQUENCE_JUMP -> new Ending(16, UNAUTHORISED);
                case SECURITY_VERSION_TOO_LOW -> new Ending(17, SuitReason.CONDITION_FAILED);
                case COUNTER_EXHAUSTED -> new Ending(18, OPERATION_FAILED);
                case EXPIRED -> new Ending(19, SuitReason.CONDITION_FAILED);
                case REVOKED -> new Ending(20, UNAUTHORISED);
                case QUARANTINED -> new Ending(21, OPERATION_FAILED);
                case TOO_LARGE -> new Ending(22, OPERATION_FAILED);
                case PAYLOAD_UNAVAILABLE -> new Ending(23, OPERATION_FAILED);
                case PAYLOAD_SHORT -> new Ending(24, OPERATION_FAILED);
                case PAYLOAD_LONG -> new Ending(25, OPERATION_FAILED);
                case PAYLOAD_DIGEST -> new Ending(26, SuitReason.CONDITION_FAILED);
                case DECRYPTION_FAILED -> new Ending(27, OPERATION_FAILED);
                case FLASH_FAILED -> new Ending(28, OPERATION_FAILED);
            };
        }

        Ending because(SuitReason other) {
            return new Ending(code, other);
        }
    }
}
