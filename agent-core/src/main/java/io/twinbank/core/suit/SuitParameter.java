// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseEncrypt;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A parameter with its value, as a manifest sets it. */
public sealed interface SuitParameter {
    /**
     * Returns where it begins.
     *
     * @return the offset in the envelope, in bytes
     */
    int offset();

    /**
     * Names it, for people.
     *
     * @return such as {@code image-size (14)}
     */
    String name();

    /** A parameter of the tables. */
    sealed interface Known extends SuitParameter {
        /**
         * Returns which it is.
         *
         * @return the code
         */
        ParameterCode code();

        @Override
        default String name() {
            return code().toString();
        }
    }

    /**
     * A UUID.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Id(int offset, ParameterCode code, UUID value) implements Known {}

    /**
     * A digest.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Hash(int offset, ParameterCode code, Digest value) implements Known {}

    /**
     * A number.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Numeric(int offset, ParameterCode code, long value) implements Known {}

    /**
     * True or false.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Flag(int offset, ParameterCode code, boolean value) implements Known {}

    /**
     * A text.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Text(int offset, ParameterCode code, String value) implements Known {}

    /**
     * Bytes that the agent doesn't look into.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Bytes(int offset, ParameterCode code, Slice value) implements Known {}

    /**
     * How a payload is encrypted.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Encryption(int offset, ParameterCode code, CoseEncrypt value) implements Known {}

    /**
     * How a payload is encoded.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param steps what is done with the bytes
     */
    record Encoding(int offset, ParameterCode code, PayloadEncoding.Steps steps) implements Known {}

    /**
     * Other ways to the same image.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value 1 to {@value Route#MAX_ROUTES}, as the manifest has them
     */
    record Routes(int offset, ParameterCode code, List<Way> value) implements Known {
        /** Copies the list. */
        public Routes {
            value = List.copyOf(value);
        }

        /**
         * One of them.
         *
         * @param uri absolute; where its payload is
         * @param steps what is done with the bytes
         * @param encryption how they are encrypted; empty if they aren't
         */
        public record Way(URI uri, PayloadEncoding.Steps steps, Optional<CoseEncrypt> encryption) {}
    }

    /**
     * What a version is compared with.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value its value
     */
    record Version(int offset, ParameterCode code, VersionMatch value) implements Known {}

    /**
     * What to wait for.
     *
     * @param offset in the envelope, in bytes
     * @param code which parameter
     * @param value all of them, in the order of their numbers
     */
    record Events(int offset, ParameterCode code, List<Requirement.Wait> value) implements Known {
        /** Copies the list. */
        public Events {
            value = List.copyOf(value);
        }
    }

    /**
     * A parameter, or a form of one, that isn't in the tables.
     *
     * @param offset in the envelope, in bytes
     * @param name for people
     */
    record Unknown(int offset, String name) implements SuitParameter {}
}
