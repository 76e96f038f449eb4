// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decodes a COSE_Encrypt; headers in any order, as others write them, but each once. Used once. */
final class CoseEncryptDecoder {
    private static final int MAX_DEPTH = 6;
    private static final int MAX_KEY_ID_BYTES = 64;
    private static final int MAX_TEXT_BYTES = 64;
    private static final int KEY_WRAP_BYTES = 8;
    private static final long CRITICAL = 2;
    private static final long PARTIAL_IV = 6;
    /** Salt and the parties' identities and nonces: they would go into the key derivation. */
    private static final long SALT = -20;

    private static final long LAST_OF_PARTIES = -26;

    /** The two header maps of one layer, each header in one of them at most. */
    private static final class Headers {
        private final String where;
        private final Slice protectedBytes;
        private final Set<Object> labels = new HashSet<>();
        private Optional<Long> algorithm = Optional.empty();
        private boolean algorithmProtected;
        private Optional<Slice> iv = Optional.empty();
        private Optional<Slice> keyId = Optional.empty();
        private Optional<AgreementKey> ephemeral = Optional.empty();

        Headers(String where, CborReader message) throws RejectedException {
            this.where = where;
            protectedBytes = message.readBytes();
            if (protectedBytes.length() > 0) {
                CborReader reader = protectedBytes.reader(MAX_DEPTH).anyKeyOrder();
                read(reader, true);
                reader.end();
            }
            read(message, false);
        }

        private void read(CborReader reader, boolean isProtected) throws RejectedException {
            int entries = reader.readMap();
            for (int i = 0; i < entries; i++) {
                Object label =
                        reader.peek() == CborReader.Type.TEXT ? reader.readText(MAX_TEXT_BYTES) : reader.readInteger();
                if (!labels.add(label)) {
                    throw malformed(where, "header " + label + " twice", "it once");
                }
                if (label instanceof Long number) {
                    read(number, reader, isProtected);
                } else {
                    reader.readItem();
                }
            }
        }

        private void read(long label, CborReader reader, boolean isProtected) throws RejectedException {
            if (label == CoseHeaders.ALGORITHM && reader.peek() != CborReader.Type.TEXT) {
                algorithm = Optional.of(reader.readInteger());
                algorithmProtected = isProtected;
            } else if (label == CoseHeaders.KEY_ID) {
                keyId = Optional.of(reader.readBytes(MAX_KEY_ID_BYTES));
            } else if (label == CoseEncrypt.IV) {
                iv = Optional.of(reader.readBytes());
            } else if (label == CoseEncrypt.EPHEMERAL_KEY) {
                ephemeral = Optional.of(AgreementKey.decode(reader));
            } else if (label == CRITICAL || label == PARTIAL_IV || (label <= SALT && label >= LAST_OF_PARTIES)) {
                throw new RejectedException(RejectReason.UNSUPPORTED, "COSE header " + label + " of " + where);
            } else {
                reader.readItem();
            }
        }

        void requireEmptyProtected(Object algorithmName) throws RejectedException {
            if (protectedBytes.length() > 0) {
                throw malformed(
                        where, protectedBytes.length() + " bytes of protected header", "none with " + algorithmName);
            }
        }

        void requireProtected(Object algorithmName) throws RejectedException {
            if (!algorithmProtected) {
                throw malformed(where, algorithmName + " in the unprotected header", "it in the protected one");
            }
        }
    }

    private final int at;

    CoseEncryptDecoder(int at) {
        this.at = at;
    }

    CoseEncrypt decode(Slice bytes) throws RejectedException {
        CborReader reader = bytes.reader(MAX_DEPTH).anyKeyOrder();
        String where = "COSE_Encrypt at byte " + at;
        long tag = reader.peek() == CborReader.Type.TAG ? reader.readTag() : -1;
        if (tag != CoseEncrypt.TAG) {
            throw malformed(where, tag < 0 ? "no tag" : "tag " + Long.toUnsignedString(tag), "tag 96");
        }
        int items = reader.readArray();
        if (items != 4) {
            throw malformed(where, items + " items", "4 items: protected, unprotected, ciphertext, recipients");
        }
        Headers headers = new Headers(where, reader);
        ContentAlgorithm algorithm =
                headers.algorithm.flatMap(ContentAlgorithm::find).orElseThrow(() -> unsupported(where, headers));
        if (algorithm.authenticates()) {
            headers.requireProtected(algorithm);
        } else {
            headers.requireEmptyProtected(algorithm);
        }
        int ivBytes = headers.iv.map(Slice::length).orElse(0);
        if (ivBytes != algorithm.ivBytes()) {
            throw malformed("nonce of " + where, ivBytes + " bytes", algorithm.ivBytes() + " bytes with " + algorithm);
        }
        if (reader.peek() != CborReader.Type.NULL) {
            throw malformed(where, "a ciphertext in the message", "null: it is fetched");
        }
        reader.readNull();
        List<Recipient> recipients = recipients(reader, algorithm);
        reader.end();
        return new CoseEncrypt(
                algorithm,
                headers.protectedBytes.toByteArray(),
                headers.iv.orElseThrow().toByteArray(),
                recipients);
    }

    private List<Recipient> recipients(CborReader reader, ContentAlgorithm algorithm) throws RejectedException {
        int count = reader.readArray();
        if (count > CoseEncrypt.MAX_RECIPIENTS) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "recipients of COSE_Encrypt at byte " + at,
                    count,
                    "at most " + CoseEncrypt.MAX_RECIPIENTS);
        }
        List<Recipient> recipients = new ArrayList<>();
        List<Object> others = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            recipient(reader, algorithm, others).ifPresent(recipients::add);
        }
        if (count == 0) {
            throw malformed("COSE_Encrypt at byte " + at, "no recipients", "at least one");
        }
        if (recipients.isEmpty()) {
            throw new RejectedException(
                    RejectReason.UNSUPPORTED_ALGORITHM,
                    "recipients of COSE_Encrypt at byte " + at,
                    others,
                    "one of A128KW (-3), A256KW (-5), ECDH-ES+A128KW (-29), ECDH-ES+A256KW (-31)");
        }
        return recipients;
    }

    /** Reads a recipient; empty if it is of another kind, so for a device of another kind. */
    private Optional<Recipient> recipient(CborReader reader, ContentAlgorithm content, List<Object> others)
            throws RejectedException {
        String where = "COSE_recipient at byte " + reader.position();
        int items = reader.readArray();
        if (items != 3) {
            throw malformed(where, items + " items", "3 items: protected, unprotected, wrapped key");
        }
        Headers headers = new Headers(where, reader);
        Optional<Recipient.Wrapping> wrapping = headers.algorithm.flatMap(Recipient.Wrapping::find);
        Slice wrapped = reader.readBytes();
        if (wrapping.isEmpty()) {
            others.add(headers.algorithm.map(id -> "algorithm " + id).orElse("no algorithm"));
            return Optional.empty();
        }
        if (!wrapping.get().agrees()) {
            headers.requireEmptyProtected(wrapping.get());
            if (headers.keyId.isEmpty()) {
                throw malformed(where, "no key id", "the name of the key-encryption key");
            }
        } else {
            headers.requireProtected(wrapping.get());
            if (headers.ephemeral.isEmpty()) {
                throw malformed(where, "no ephemeral key (-1)", "one");
            }
            if (headers.protectedBytes.length() != wrapping.get().protectedHeader().length) {
                throw malformed(where, "other protected headers", "the algorithm alone");
            }
        }
        int bytes = content.keyBytes() + KEY_WRAP_BYTES;
        if (wrapped.length() != bytes) {
            throw malformed("wrapped key of " + where, wrapped.length() + " bytes", bytes + " bytes with " + content);
        }
        return Optional.of(new Recipient(
                wrapping.get(),
                wrapping.get().agrees() ? headers.ephemeral : Optional.empty(),
                headers.keyId.map(Slice::toByteArray).orElse(new byte[0]),
                wrapped.toByteArray()));
    }

    private static RejectedException unsupported(String where, Headers headers) {
        return new RejectedException(
                RejectReason.UNSUPPORTED_ALGORITHM,
                "content algorithm of " + where,
                headers.algorithm.map(String::valueOf).orElse("none"),
                List.of(ContentAlgorithm.values()));
    }

    private static RejectedException malformed(String where, String found, String expected) {
        return new RejectedException(RejectReason.MALFORMED, where, found, expected);
    }
}
