// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The two header maps of a layer of a COSE message (RFC 9052, section 3), read in one go. */
final class CoseHeaders {
    private static final int MAX_DEPTH = 4;
    private static final int MAX_TEXT_BYTES = 64;
    private static final int MAX_KEY_ID_BYTES = 64;
    static final long ALGORITHM = 1;
    private static final long CRITICAL = 2;
    static final long KEY_ID = 4;

    private final String where;
    private final Slice protectedBytes;
    private final Set<Object> labels = new HashSet<>();
    private String algorithmName = "";
    private Optional<CoseAlgorithm> algorithm = Optional.empty();
    private Optional<Slice> keyId = Optional.empty();

    /** Reads the headers; the reader stands at the protected ones, afterwards behind the others. */
    CoseHeaders(String where, CborReader layer) throws RejectedException {
        this.where = where;
        protectedBytes = layer.readBytes();
        if (protectedBytes.length() > 0) {
            CborReader reader = protectedBytes.reader(MAX_DEPTH);
            read(reader, true);
            reader.end();
        }
        read(layer, false);
    }

    /** Refuses headers that name no algorithm: a signer's must. */
    CoseHeaders requireAlgorithm() throws RejectedException {
        if (algorithmName.isEmpty()) {
            throw malformed("no algorithm", "one in the protected header");
        }
        return this;
    }

    /** Returns the protected headers as they are signed: no header at all is no byte, however it was written. */
    Slice protectedBytes() {
        return protectedBytes.length() == 1 ? Slice.of(new byte[0]) : protectedBytes;
    }

    String algorithmName() {
        return algorithmName;
    }

    Optional<CoseAlgorithm> algorithm() {
        return algorithm;
    }

    Optional<Slice> keyId() {
        return keyId;
    }

    private void read(CborReader reader, boolean isProtected) throws RejectedException {
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            Object label =
                    reader.peek() == CborReader.Type.TEXT ? reader.readText(MAX_TEXT_BYTES) : reader.readInteger();
            if (!labels.add(label)) {
                throw malformed("header " + label + " in both maps", "it in one");
            }
            if (label.equals(ALGORITHM)) {
                if (!isProtected) {
                    throw malformed("the algorithm in the unprotected header", "it in the protected one");
                }
                readAlgorithm(reader);
            } else if (label.equals(KEY_ID)) {
                keyId = Optional.of(reader.readBytes(MAX_KEY_ID_BYTES));
            } else if (label.equals(CRITICAL)) {
                throw new RejectedException(RejectReason.UNSUPPORTED, "COSE header crit (2) of " + where);
            } else {
                reader.readItem();
            }
        }
    }

    private void readAlgorithm(CborReader reader) throws RejectedException {
        if (reader.peek() == CborReader.Type.TEXT) {
            algorithmName = "'" + reader.readText(MAX_TEXT_BYTES) + "'";
        } else {
            long id = reader.readInteger();
            algorithm = CoseAlgorithm.find(id);
            algorithmName = CoseAlgorithm.describe(id);
        }
    }

    private RejectedException malformed(String found, String expected) {
        return new RejectedException(RejectReason.MALFORMED, where, found, expected);
    }
}
