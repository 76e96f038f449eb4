// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.simulator.boot.SimImage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A firmware with its signed envelope.
 *
 * @param spec what its image says of itself
 * @param sequence its manifest's sequence number
 * @param image its bytes; copied in and out
 * @param payload what is served for it: its bytes, or what they are encrypted to; copied in and out
 * @param shortcut what is served besides, for devices that hold something of it; empty where nothing is
 * @param envelope its SUIT envelope; copied in and out
 */
public record Firmware(
        SimImage.Spec spec, long sequence, byte[] image, byte[] payload, Optional<Shortcut> shortcut, byte[] envelope) {
    /**
     * A delta, or a block index.
     *
     * @param bytes of either; copied in and out
     * @param fetchedBytes how much is fetched in all if nothing goes wrong, at most
     */
    public record Shortcut(byte[] bytes, long fetchedBytes) {
        public Shortcut {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }
    }

    public Firmware {
        image = image.clone();
        payload = payload.clone();
        envelope = envelope.clone();
    }

    @Override
    public byte[] image() {
        return image.clone();
    }

    /**
     * Tells whether some bytes are its image.
     *
     * @param bytes any
     * @return whether they are, to the last one
     */
    public boolean isImage(byte[] bytes) {
        return Arrays.equals(image, bytes);
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    @Override
    public byte[] envelope() {
        return envelope.clone();
    }

    /**
     * Returns its version.
     *
     * @return for people, and unique in a scenario
     */
    public String version() {
        return spec.version();
    }

    /**
     * Returns what a component beside the banks holds with it, in scenarios that have one.
     *
     * @return its bytes
     */
    public byte[] component() {
        return componentOf(version());
    }

    static byte[] componentOf(String version) {
        return ("belongs to firmware " + version).getBytes(StandardCharsets.UTF_8);
    }

    /** Where its payload is had. */
    URI uri() {
        return uriOf(version());
    }

    static URI uriOf(String version) {
        return URI.create("sim:/firmware-" + version);
    }

    /** Where the shortcut is had. */
    URI shortcutUri() {
        return shortcutUriOf(version());
    }

    static URI shortcutUriOf(String version) {
        return URI.create("sim:/shortcut-" + version);
    }

    /** Where the kernel in it is had, in scenarios whose banks are partitioned; then the other payload is the rest. */
    static URI kernelUriOf(String version) {
        return URI.create("sim:/kernel-" + version);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Firmware that && Arrays.equals(envelope, that.envelope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(envelope);
    }

    @Override
    public String toString() {
        return "firmware " + version();
    }
}
