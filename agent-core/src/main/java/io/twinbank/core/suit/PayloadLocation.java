// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.ComponentId;
import java.net.URI;

/** Where a payload is. */
public sealed interface PayloadLocation {
    /**
     * Somewhere else. That the URI is authentic doesn't make it harmless: its fetcher restricts scheme and host.
     *
     * @param uri absolute
     */
    record Remote(URI uri) implements PayloadLocation {}

    /**
     * In the envelope.
     *
     * @param name its key there, such as {@code #firmware}
     * @param bytes the payload, its size already checked, and its digest if they are the image's; copied in and out
     */
    record Integrated(String name, byte[] bytes) implements PayloadLocation {
        /** Copies the bytes. */
        public Integrated {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        /** Names it, without the bytes. */
        @Override
        public String toString() {
            return name + " (" + bytes.length + " bytes)";
        }
    }

    /**
     * In the manifest.
     *
     * @param bytes the content itself; copied in and out
     */
    record Content(byte[] bytes) implements PayloadLocation {
        /** Copies the bytes. */
        public Content {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        /** Returns how much it is, without the bytes. */
        @Override
        public String toString() {
            return "content (" + bytes.length + " bytes)";
        }
    }

    /**
     * In another component of the device: what an earlier step wrote there, else what it holds already.
     *
     * @param component which
     */
    record Component(ComponentId component) implements PayloadLocation {}
}
