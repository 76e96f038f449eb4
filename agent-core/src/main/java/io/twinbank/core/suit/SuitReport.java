// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of a manifest, for whoever has the manifest (SUIT_Report of draft-ietf-suit-report-20): which commands came to
 * what, and where it ended. It says nothing about who made it, so it is to be carried signed. Immutable.
 *
 * @param referenceUri where the whole manifest is, if the manifest says
 * @param manifestDigest which manifest
 * @param nonce what makes this report this one
 * @param entries what was done and measured, in the order of execution
 * @param failure how it ended; empty if it ended well
 * @param capabilities what the device can do, where the manifest asked for more
 */
public record SuitReport(
        Optional<String> referenceUri,
        Digest manifestDigest,
        Slice nonce,
        List<Entry> entries,
        Optional<Failure> failure,
        Optional<Capabilities> capabilities) {
    /** How large a report is that {@link #decode} takes, in bytes. */
    public static final int MAX_BYTES = 64 << 10;

    static final int REFERENCE = 99;
    static final int NONCE = 2;
    static final int RECORDS = 3;
    static final int RESULT = 4;
    static final int RESULT_CODE = 5;
    static final int RESULT_RECORD = 6;
    static final int RESULT_REASON = 7;
    static final int CAPABILITIES = 8;
    static final int COMPONENT_ID = 0;

    /** Copies the list. */
    public SuitReport {
        entries = List.copyOf(entries);
    }

    /** What is said in the middle of a report. */
    public sealed interface Entry {
        /**
         * Returns what was measured.
         *
         * @return encoded values by the numbers of their parameters
         */
        Map<Integer, Slice> measured();
    }

    /**
     * What a command came to.
     *
     * @param section the key in the manifest of the section that has it; 0 for the manifest itself
     * @param offset of the command in the byte string of the section, in bytes
     * @param component the index of the component that it was about
     * @param measured the device's values, by the numbers of their parameters
     */
    public record Step(int section, int offset, int component, Map<Integer, Slice> measured) implements Entry {
        /** Copies the map. */
        public Step {
            measured = sorted(measured);
        }
    }

    /**
     * What was measured of a component (system-property-claims).
     *
     * @param component which
     * @param measured at least one value, by the numbers of their parameters
     */
    public record Properties(ComponentId component, Map<Integer, Slice> measured) implements Entry {
        /** Copies the map. */
        public Properties {
            measured = sorted(measured);
        }
    }

    /**
     * How it ended, if not well.
     *
     * @param ending why
     * @param step where
     */
    public record Failure(SuitReason.Ending ending, Step step) {}

    /**
     * Decodes a report, strictly: deterministic CBOR, and nothing that reports of this project don't have.
     *
     * @param bytes at most {@link #MAX_BYTES}
     * @return the report, not authenticated
     * @throws RejectedException {@link RejectReason#MALFORMED}, {@link RejectReason#LIMIT_EXCEEDED}, {@link
     *     RejectReason#UNSUPPORTED} or {@link RejectReason#UNSUPPORTED_ALGORITHM}
     */
    public static SuitReport decode(byte[] bytes) throws RejectedException {
        return new SuitReportDecoder(bytes).decode();
    }

    /**
     * Encodes the report.
     *
     * @return deterministic CBOR
     */
    public byte[] encode() {
        return new CborWriter()
                .map(m -> {
                    m.entry(REFERENCE).array(reference -> {
                        referenceUri.ifPresent(reference::text);
                        manifestDigest.encode(reference);
                    });
                    m.entry(NONCE).bytes(nonce.toByteArray());
                    m.entry(RECORDS).array(list -> entries.forEach(entry -> encode(entry, list)));
                    CborWriter result = m.entry(RESULT);
                    failure.ifPresentOrElse(
                            why -> result.map(r -> {
                                r.entry(RESULT_CODE).integer(why.ending().code());
                                encode(why.step(), r.entry(RESULT_RECORD));
                                r.entry(RESULT_REASON)
                                        .integer(why.ending().reason().number());
                            }),
                            () -> result.bool(true));
                    capabilities.ifPresent(able -> m.entry(CAPABILITIES).map(able::encode));
                })
                .toByteArray();
    }

    /**
     * Returns as much of the report as fits: first the capabilities are left out, then the entries from the last one on, then
     * the address. Manifest, nonce and result always stay.
     *
     * @param bytes how large it may be
     * @return a report that is at most so large when encoded; larger only if these three alone are
     */
    public SuitReport within(int bytes) {
        SuitReport shorter = this;
        while (shorter.encode().length > bytes) {
            if (shorter.capabilities.isPresent()) {
                shorter = shorter.with(referenceUri, shorter.entries, Optional.empty());
            } else if (!shorter.entries.isEmpty()) {
                List<Entry> fewer = shorter.entries.subList(0, shorter.entries.size() - 1);
                shorter = shorter.with(referenceUri, fewer, Optional.empty());
            } else if (shorter.referenceUri.isPresent()) {
                shorter = shorter.with(Optional.empty(), shorter.entries, Optional.empty());
            } else {
                return shorter;
            }
        }
        return shorter;
    }

    /**
     * Claims that a component holds what the manifest brought, before anything else that is reported.
     *
     * @param component which
     * @param digest of its bytes
     * @return a report with this claim
     */
    public SuitReport claiming(ComponentId component, Digest digest) {
        Slice measured = Slice.of(new CborWriter().embedded(digest::encode).toByteArray());
        List<Entry> more = new ArrayList<>();
        more.add(new Properties(component, Map.of(ParameterCode.IMAGE_DIGEST.number(), measured)));
        more.addAll(entries);
        return with(referenceUri, more, capabilities);
    }

    private SuitReport with(Optional<String> uri, List<Entry> fewer, Optional<Capabilities> able) {
        return new SuitReport(uri, manifestDigest, nonce, fewer, failure, able);
    }

    private static void encode(Entry entry, CborWriter list) {
        if (entry instanceof Step step) {
            list.array(record -> record.array(root -> {}) // no manifest but the root, for there are no dependencies
                    .integer(step.section())
                    .integer(step.offset())
                    .integer(step.component())
                    .map(m -> parameters(step, m)));
        } else if (entry instanceof Properties properties) {
            list.map(m -> {
                m.entry(COMPONENT_ID)
                        .array(id -> properties.component().segments().forEach(id::bytes));
                parameters(properties, m);
            });
        }
    }

    private static void parameters(Entry entry, CborWriter.MapWriter map) {
        entry.measured().forEach((code, value) -> map.entry(code).encoded(value.toByteArray()));
    }

    private static Map<Integer, Slice> sorted(Map<Integer, Slice> measured) {
        return Collections.unmodifiableMap(new TreeMap<>(measured));
    }
}
