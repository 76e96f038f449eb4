// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/** Decodes the manifest of an envelope whole, with the severed members that the envelope has. Used once. */
final class ManifestDecoder {
    static final int REFERENCE_URI = 4;
    static final int TEXT = 23;

    private static final int VERSION = 1;
    private static final int SEQUENCE = 2;
    private static final int COMMON = 3;
    private static final int SET_VERSION = 6;
    private static final int COMPONENTS = 2;
    private static final int SHARED = 4;
    private static final Map<Integer, String> KNOWN_ONLY = Map.of(5, "manifest-component-id (5)", 14, "coswid (14)");

    private final SuitEnvelope envelope;
    private final Limits limits;
    private final SequenceDecoder sequences;

    private OptionalLong version = OptionalLong.empty();
    private OptionalLong sequence = OptionalLong.empty();
    private Optional<String> referenceUri = Optional.empty();
    private Optional<SuitVersion> firmwareVersion = Optional.empty();
    private boolean hasCommon;
    private final List<ComponentId> components = new ArrayList<>();
    private List<SuitCommand> shared = List.of();
    private final Map<SuitSection, List<SuitCommand>> sections = new EnumMap<>(SuitSection.class);
    private final Set<SuitSection> missing = EnumSet.noneOf(SuitSection.class);
    private List<SuitManifest.Text> text = List.of();
    private final List<SuitManifest.UnknownPart> unknown = new ArrayList<>();

    /** The envelope's keys that the manifest vouches for. */
    private final Set<Long> named = new HashSet<>();

    ManifestDecoder(SuitEnvelope envelope, Limits limits) {
        this.envelope = envelope;
        this.limits = limits;
        this.sequences = new SequenceDecoder(limits);
    }

    /** The keys that a manifest of the profile may have. */
    static LongStream keys() {
        return LongStream.concat(
                LongStream.of(VERSION, SEQUENCE, COMMON, REFERENCE_URI, SET_VERSION, TEXT),
                SuitSection.keys(SuitSection::supported));
    }

    /** The keys that its common part may have. */
    static LongStream commonKeys() {
        return LongStream.of(COMPONENTS, SHARED);
    }

    SuitManifest decode() throws RejectedException {
        CborReader reader = envelope.manifest().reader(SuitEnvelope.MAX_DEPTH);
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            entry(reader);
        }
        reader.end();
        if (version.isEmpty() || sequence.isEmpty() || !hasCommon) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "manifest lacks its version (1), sequence number (2) or common part (3)");
        }
        for (long key : envelope.severedKeys()) {
            if (!named.contains(key)) {
                throw new RejectedException(
                        RejectReason.MALFORMED, "envelope entry " + key, "no digest of it in the manifest", "one");
            }
        }
        return new SuitManifest(
                sequence.getAsLong(),
                referenceUri,
                firmwareVersion,
                components,
                shared,
                sections,
                missing,
                text,
                unknown);
    }

    private void entry(CborReader reader) throws RejectedException {
        int at = reader.position();
        long key = reader.readInteger();
        SuitSection section = SuitSection.find(key).orElse(null);
        if (section != null) {
            section(section, reader);
        } else if (key == VERSION) {
            version = OptionalLong.of(reader.readUnsigned());
            if (version.getAsLong() != 1) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "manifest version (1)",
                        Long.toUnsignedString(version.getAsLong()),
                        1);
            }
        } else if (key == SEQUENCE) {
            sequence = OptionalLong.of(reader.readUnsigned(Long.MAX_VALUE));
        } else if (key == COMMON) {
            hasCommon = true;
            common(reader.readBytes().reader(SuitEnvelope.MAX_DEPTH));
        } else if (key == REFERENCE_URI) {
            referenceUri = Optional.of(reader.readText(limits.uriBytes()));
        } else if (key == SET_VERSION) {
            CborReader inner = reader.readBytes(limits.contentBytes()).reader(SuitEnvelope.MAX_DEPTH);
            firmwareVersion = Optional.of(SuitVersion.decode(inner, limits));
            inner.end();
        } else if (key == TEXT) {
            Optional<Slice> content = severable(TEXT, "text (23)", reader);
            if (content.isPresent()) {
                text = new TextDecoder(limits).decode(content.get());
            }
        } else {
            reader.readItem();
            named.add(key);
            unknown.add(new SuitManifest.UnknownPart(at, KNOWN_ONLY.getOrDefault((int) key, "manifest entry " + key)));
        }
    }

    private void section(SuitSection section, CborReader reader) throws RejectedException {
        Optional<Slice> content = section.severable()
                ? severable(section.number(), section.toString(), reader)
                : Optional.of(reader.readBytes());
        if (content.isPresent()) {
            sections.put(section, sequences.decode(content.get()));
        } else {
            missing.add(section);
        }
    }

    /** The content of a member that is in place, or severed and in the envelope; empty if it is severed and absent. */
    private Optional<Slice> severable(long key, String name, CborReader reader) throws RejectedException {
        if (reader.peek() != CborReader.Type.ARRAY) {
            return Optional.of(reader.readBytes());
        }
        named.add(key);
        Digest digest = Digest.decode(reader);
        Optional<Slice> item = envelope.member(key);
        if (item.isEmpty()) {
            return Optional.empty();
        }
        Digest found = digest.of(item.get());
        if (!digest.equals(found)) {
            throw new RejectedException(RejectReason.DIGEST_MISMATCH, "severed " + name, found, digest);
        }
        return Optional.of(SuitEnvelope.content(item.get()));
    }

    private void common(CborReader reader) throws RejectedException {
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            int at = reader.position();
            long key = reader.readInteger();
            if (key == COMPONENTS) {
                components(at, reader);
            } else if (key == SHARED) {
                shared = sequences.decode(reader.readBytes());
            } else {
                reader.readItem();
                unknown.add(new SuitManifest.UnknownPart(at, key == 1 ? "dependencies (1)" : "common entry " + key));
            }
        }
        reader.end();
    }

    private void components(int at, CborReader reader) throws RejectedException {
        int count = reader.readArray();
        if (count > limits.components()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "number of components at byte " + at,
                    count,
                    "at most " + limits.components());
        }
        for (int i = 0; i < count; i++) {
            ComponentId component = componentId(reader, limits);
            if (components.contains(component)) {
                throw new RejectedException(
                        RejectReason.MALFORMED, "components at byte " + at, component + " twice", "each once");
            }
            components.add(component);
        }
    }

    static ComponentId componentId(CborReader reader, Limits limits) throws RejectedException {
        int at = reader.position();
        int count = reader.readArray();
        if (count > limits.componentSegments()) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "segments of the component id at byte " + at,
                    count,
                    "at most " + limits.componentSegments());
        }
        List<byte[]> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(reader.readBytes(limits.componentSegmentBytes()).toByteArray());
        }
        return ComponentId.ofBytes(segments);
    }
}
