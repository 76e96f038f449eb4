// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import java.net.URI;
import java.util.Arrays;

/** An offer of an update, as it was heard: nothing about it is believed yet. */
public sealed interface Offer {
    /**
     * A whole SUIT envelope.
     *
     * @param bytes the envelope; copied in and out
     */
    record Envelope(byte[] bytes) implements Offer {
        public Envelope {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Envelope that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Envelope[" + bytes.length + " bytes]";
        }
    }

    /**
     * Where the envelope lies.
     *
     * @param uri where to fetch it
     * @param sizeBytes its exact size
     * @param sha256 its SHA-256, 32 bytes; copied in and out
     */
    record Pointer(URI uri, int sizeBytes, byte[] sha256) implements Offer {
        public Pointer {
            sha256 = sha256.clone();
            if (sha256.length != 32) {
                throw new IllegalArgumentException("sha256 must have 32 bytes, not " + sha256.length);
            }
            if (sizeBytes < 1) {
                throw new IllegalArgumentException("sizeBytes must be at least 1, not " + sizeBytes);
            }
        }

        @Override
        public byte[] sha256() {
            return sha256.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Pointer that
                    && uri.equals(that.uri)
                    && sizeBytes == that.sizeBytes
                    && Arrays.equals(sha256, that.sha256);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(sha256);
        }

        @Override
        public String toString() {
            return "Pointer[" + uri + ", " + sizeBytes + " bytes]";
        }
    }
}
