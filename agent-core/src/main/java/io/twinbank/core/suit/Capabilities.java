// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.Recipient;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What an agent can do, for authors of manifests (SUIT_Capability_Report of draft-ietf-suit-report-20). It is read off the
 * tables that the agent itself goes by.
 *
 * @param components what the device has
 * @param numbers what else, by kind, each list in ascending order
 */
public record Capabilities(List<ComponentId> components, Map<Kind, List<Long>> numbers) {
    private static final int COMPONENTS = 1;
    private static final int MAX_NUMBERS = 128;

    /** What is listed by numbers. */
    public enum Kind {
        /** Commands that are done. */
        COMMANDS(2),
        /** Parameters that are heeded. */
        PARAMETERS(3),
        /** Algorithms of digests, of signatures, and for encrypted payloads, by their COSE numbers. */
        ALGORITHMS(4),
        /** Keys of an envelope. */
        ENVELOPE(5),
        /** Keys of a manifest. */
        MANIFEST(6),
        /** Keys of its common part. */
        COMMON(7);

        private final int key;

        Kind(int key) {
            this.key = key;
        }
    }

    /** Copies the lists. */
    public Capabilities {
        components = List.copyOf(components);
        Map<Kind, List<Long>> copy = new EnumMap<>(Kind.class);
        numbers.forEach((kind, list) -> copy.put(kind, List.copyOf(list)));
        numbers = Collections.unmodifiableMap(copy);
    }

    /**
     * Returns what this agent can do.
     *
     * @param components what the device has
     * @return everything
     */
    public static Capabilities of(List<ComponentId> components) {
        return new Capabilities(
                components,
                Map.of(
                        Kind.COMMANDS,
                        list(numbers(
                                Arrays.stream(CommandCode.values()).filter(CommandCode::supported),
                                CommandCode::number)),
                        Kind.PARAMETERS,
                        list(numbers(
                                Arrays.stream(ParameterCode.values()).filter(ParameterCode::supported),
                                ParameterCode::number)),
                        Kind.ALGORITHMS,
                        list(
                                Digest.algorithms(),
                                numbers(
                                        Arrays.stream(CoseAlgorithm.values())
                                                .filter(each -> each.keyType().checkable()),
                                        CoseAlgorithm::id),
                                numbers(Arrays.stream(ContentAlgorithm.values()), ContentAlgorithm::id),
                                Recipient.algorithms()),
                        Kind.ENVELOPE,
                        list(SuitEnvelope.keys()),
                        Kind.MANIFEST,
                        list(ManifestDecoder.keys()),
                        Kind.COMMON,
                        list(ManifestDecoder.commonKeys())));
    }

    private static <T> LongStream numbers(Stream<T> all, ToLongFunction<T> number) {
        return all.mapToLong(number);
    }

    private static List<Long> list(LongStream... streams) {
        return Arrays.stream(streams)
                .flatMapToLong(stream -> stream)
                .sorted()
                .boxed()
                .toList();
    }

    static Capabilities decode(CborReader reader, Limits limits) throws RejectedException {
        List<ComponentId> components = new ArrayList<>();
        Map<Kind, List<Long>> numbers = new EnumMap<>(Kind.class);
        for (int left = reader.readMap(); left > 0; left--) {
            int at = reader.position();
            long key = reader.readInteger();
            if (key == COMPONENTS) {
                for (int i = count(reader, limits.components()); i > 0; i--) {
                    components.add(ManifestDecoder.componentId(reader, limits));
                }
            } else {
                Kind kind = Arrays.stream(Kind.values())
                        .filter(known -> known.key == key)
                        .findFirst()
                        .orElseThrow(() -> new RejectedException(
                                RejectReason.UNSUPPORTED, "capability " + key + " at byte " + at));
                List<Long> list = new ArrayList<>();
                for (int i = count(reader, MAX_NUMBERS); i > 0; i--) {
                    list.add(reader.readInteger());
                }
                numbers.put(kind, list);
            }
        }
        return new Capabilities(components, numbers);
    }

    private static int count(CborReader reader, int most) throws RejectedException {
        int at = reader.position();
        int count = reader.readArray();
        if (count < 1 || count > most) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "capabilities at byte " + at, count + " items", "1 to " + most);
        }
        return count;
    }

    void encode(CborWriter.MapWriter map) {
        map.entry(COMPONENTS)
                .array(list -> components.forEach(
                        id -> list.array(segments -> id.segments().forEach(segments::bytes))));
        numbers.forEach((kind, list) -> map.entry(kind.key).array(a -> list.forEach(a::integer)));
    }
}
