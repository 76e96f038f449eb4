// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decodes a report. Used once. */
final class SuitReportDecoder {
    private static final int MAX_ENTRIES = 1024;
    private static final int MAX_NONCE_BYTES = 64;

    private final Limits limits = Limits.standard();
    private final CborReader reader;
    private Optional<String> referenceUri = Optional.empty();
    private Optional<Digest> manifestDigest = Optional.empty();
    private Optional<Slice> nonce = Optional.empty();
    private final List<SuitReport.Entry> entries = new ArrayList<>();
    private Optional<SuitReport.Failure> failure = Optional.empty();
    private Optional<Capabilities> capabilities = Optional.empty();
    private boolean hasEntries;
    private boolean hasResult;

    SuitReportDecoder(byte[] bytes) throws RejectedException {
        if (bytes.length > SuitReport.MAX_BYTES) {
            throw exceeded("size of the report in bytes", bytes.length, SuitReport.MAX_BYTES);
        }
        reader = new CborReader(bytes.clone(), SuitEnvelope.MAX_DEPTH);
    }

    SuitReport decode() throws RejectedException {
        for (int left = reader.readMap(); left > 0; left--) {
            int at = reader.position();
            int key = (int) reader.readUnsigned(SuitReport.REFERENCE);
            switch (key) {
                case SuitReport.REFERENCE -> reference();
                case SuitReport.NONCE -> nonce = Optional.of(reader.readBytes(MAX_NONCE_BYTES));
                case SuitReport.RECORDS -> entries();
                case SuitReport.RESULT -> result();
                case SuitReport.CAPABILITIES -> capabilities = Optional.of(Capabilities.decode(reader, limits));
                default -> throw unsupported("entry " + key + " of the report", at);
            }
        }
        reader.end();
        if (manifestDigest.isEmpty() || nonce.isEmpty() || !hasEntries || !hasResult) {
            throw new RejectedException(
                    RejectReason.MALFORMED, "report lacks its reference (99), nonce (2), records (3) or result (4)");
        }
        return new SuitReport(referenceUri, manifestDigest.get(), nonce.get(), entries, failure, capabilities);
    }

    private void reference() throws RejectedException {
        int at = reader.position();
        int items = reader.readArray();
        if (items != 1 && items != 2) {
            throw malformed("reference", at, items + " items", "a digest, and at most an address before it");
        }
        if (items == 2) {
            referenceUri = Optional.of(reader.readText(limits.uriBytes()));
        }
        manifestDigest = Optional.of(Digest.decode(reader));
    }

    private void entries() throws RejectedException {
        hasEntries = true;
        int count = reader.readArray();
        if (count > MAX_ENTRIES) {
            throw exceeded("number of records", count, MAX_ENTRIES);
        }
        for (int i = 0; i < count; i++) {
            entries.add(reader.peek() == CborReader.Type.MAP ? properties() : step());
        }
    }

    private SuitReport.Step step() throws RejectedException {
        int at = reader.position();
        int items = reader.readArray();
        if (items != 5) {
            throw malformed("record", at, items + " items", "5 items");
        }
        if (reader.readArray() != 0) {
            throw unsupported("record of a dependency", at);
        }
        return new SuitReport.Step(number(), number(), number(), measured(reader.readMap()));
    }

    private int number() throws RejectedException {
        return (int) reader.readUnsigned(Integer.MAX_VALUE);
    }

    private SuitReport.Properties properties() throws RejectedException {
        int at = reader.position();
        int entryCount = reader.readMap();
        if (entryCount < 2 || reader.readInteger() != SuitReport.COMPONENT_ID) {
            throw malformed("system properties", at, "no component id (0), or nothing besides", "both");
        }
        ComponentId component = ManifestDecoder.componentId(reader, limits);
        return new SuitReport.Properties(component, measured(entryCount - 1));
    }

    private Map<Integer, Slice> measured(int count) throws RejectedException {
        Map<Integer, Slice> measured = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            long number = reader.readInteger();
            ParameterCode code = ParameterCode.find(number).orElseThrow(() -> unsupported("parameter " + number, at));
            measured.put(code.number(), reader.readItem());
        }
        return measured;
    }

    private void result() throws RejectedException {
        hasResult = true;
        if (reader.peek() == CborReader.Type.BOOLEAN) {
            int at = reader.position();
            if (!reader.readBoolean()) {
                throw malformed("result", at, false, "true, or why not");
            }
            return;
        }
        int at = reader.position();
        int count = reader.readMap();
        if (count != 3) {
            throw malformed("result", at, count + " entries", "code (5), record (6) and reason (7)");
        }
        expect(SuitReport.RESULT_CODE);
        int code = number();
        expect(SuitReport.RESULT_RECORD);
        SuitReport.Step step = step();
        expect(SuitReport.RESULT_REASON);
        int reasonAt = reader.position();
        long number = reader.readInteger();
        SuitReason reason = SuitReason.find(number).orElseThrow(() -> unsupported("reason " + number, reasonAt));
        failure = Optional.of(new SuitReport.Failure(new SuitReason.Ending(code, reason), step));
    }

    private void expect(int key) throws RejectedException {
        int at = reader.position();
        long found = reader.readInteger();
        if (found != key) {
            throw malformed("result", at, "entry " + found, "entry " + key);
        }
    }

    private static RejectedException malformed(String what, int at, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what + " at byte " + at, found, expected);
    }

    private static RejectedException unsupported(String what, int at) {
        return new RejectedException(RejectReason.UNSUPPORTED, what + " at byte " + at);
    }

    private static RejectedException exceeded(String what, int found, int most) {
        return new RejectedException(RejectReason.LIMIT_EXCEEDED, what, found, "at most " + most);
    }
}
