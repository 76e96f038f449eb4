// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The name of a component: a list of byte strings, as SUIT has it (draft-ietf-suit-manifest, {@code
 * SUIT_Component_Identifier}). Immutable; never a file path.
 */
public final class ComponentId {
    private static final HexFormat HEX = HexFormat.of();
    private final List<String> hexSegments;

    private ComponentId(List<String> hexSegments) {
        this.hexSegments = List.copyOf(hexSegments);
    }

    /**
     * Makes a component id of text segments.
     *
     * @param segments the segments, as UTF-8
     * @return the component id
     */
    public static ComponentId of(String... segments) {
        List<byte[]> bytes = new ArrayList<>();
        for (String segment : segments) {
            bytes.add(segment.getBytes(StandardCharsets.UTF_8));
        }
        return ofBytes(bytes);
    }

    /**
     * Makes a component id of raw segments.
     *
     * @param segments the segments; copied
     * @return the component id
     */
    public static ComponentId ofBytes(List<byte[]> segments) {
        List<String> hex = new ArrayList<>();
        for (byte[] segment : segments) {
            hex.add(HEX.formatHex(segment));
        }
        return new ComponentId(hex);
    }

    /**
     * Returns the raw segments.
     *
     * @return fresh copies, in order
     */
    public List<byte[]> segments() {
        List<byte[]> bytes = new ArrayList<>();
        for (String hex : hexSegments) {
            bytes.add(HEX.parseHex(hex));
        }
        return bytes;
    }

    /**
     * Tells whether this id begins with all segments of another, in their order.
     *
     * @param prefix the other
     * @return whether it does; every id begins with itself and with the empty one
     */
    public boolean startsWith(ComponentId prefix) {
        int length = prefix.hexSegments.size();
        return length <= hexSegments.size() && hexSegments.subList(0, length).equals(prefix.hexSegments);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ComponentId that && hexSegments.equals(that.hexSegments);
    }

    @Override
    public int hashCode() {
        return hexSegments.hashCode();
    }

    /** Returns the segments joined by slashes; a segment that isn't printable ASCII as {@code h'..'}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String hex : hexSegments) {
            byte[] raw = HEX.parseHex(hex);
            boolean printable = raw.length > 0;
            for (byte b : raw) {
                printable &= b > 0x20 && b < 0x7f && b != '/';
            }
            text.append(text.isEmpty() ? "" : "/")
                    .append(printable ? new String(raw, StandardCharsets.US_ASCII) : "h'" + hex + "'");
        }
        return text.toString();
    }
}
