// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.SuitReason;
import io.twinbank.core.suit.SuitReport;
import io.twinbank.core.suit.SuitSection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * A SUIT_Report as it came from a device: by itself, or in a report message.
 *
 * @param report what it says
 * @param signature whose it says to be; empty if it isn't signed. Nobody checked that
 */
record ReceivedReport(SuitReport report, Optional<Signature> signature) {
    private static final int MAX_BYTES = 2 * SuitReport.MAX_BYTES;
    private static final int MAX_DEPTH = 8;
    private static final int COSE_SIGN1 = 0xd2;
    private static final int UUID_BYTES = 16;

    /**
     * A signature that nobody checked.
     *
     * @param algorithm such as {@code ESP256 (-9)}
     * @param keyId in hexadecimal digits, perhaps none
     */
    record Signature(String algorithm, String keyId) {}

    /** Reads a report message, a COSE_Sign1 or a bare SUIT_Report: how it begins tells which. */
    static ReceivedReport read(Path file) throws IOException, RejectedException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED, "size of the report in bytes", "more", "at most " + MAX_BYTES);
        }
        return bytes.length > 0 && bytes[0] == '{' ? ofMessage(file, bytes) : of(bytes);
    }

    private static ReceivedReport ofMessage(Path file, byte[] json) throws IOException, RejectedException {
        JsonTree message = JsonTree.parse(json);
        String text = message.at("suitReport")
                .text()
                .orElseThrow(() -> new IOException(
                        file + ": no field suitReport: agents add it where suitReports(true) asks them to"));
        ReceivedReport received;
        try {
            received = of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": suitReport isn't base64: " + e.getMessage(), e);
        }
        require(file, "id", message.at("id").text(), received.nonce());
        require(
                file,
                "manifestDigest",
                message.at("manifestDigest").text(),
                received.report.manifestDigest().toString());
        return received;
    }

    /** The report is signed and the message isn't: one may have been put into the other. */
    private static void require(Path file, String field, Optional<String> said, String signed) throws IOException {
        if (!said.equals(Optional.of(signed))) {
            throw new IOException(file + ": the report in the message is another's: " + field + " is "
                    + said.map(Words::printable).orElse("missing") + ", and " + Words.printable(signed)
                    + " in the report");
        }
    }

    private static ReceivedReport of(byte[] bytes) throws RejectedException {
        if (bytes.length == 0 || (bytes[0] & 0xff) != COSE_SIGN1) {
            return new ReceivedReport(SuitReport.decode(bytes), Optional.empty());
        }
        CborReader reader = new CborReader(bytes, MAX_DEPTH);
        CoseSign1 signed = CoseSign1.decode(reader);
        reader.end();
        Slice payload = signed.payload()
                .orElseThrow(() -> new RejectedException(
                        RejectReason.MALFORMED, "payload of the signed report", "null", "a SUIT_Report"));
        String keyId = signed.signature()
                .keyId()
                .map(id -> HexFormat.of().formatHex(id.toByteArray()))
                .orElse("");
        String algorithm = signed.signature()
                .algorithm()
                .map(CoseAlgorithm::label)
                .orElseGet(() -> signed.signature().algorithmName());
        return new ReceivedReport(
                SuitReport.decode(payload.toByteArray()), Optional.of(new Signature(algorithm, keyId)));
    }

    /** The nonce as text, which an outcome's id is; in hexadecimal digits if it is something else. */
    String nonce() {
        byte[] bytes = report.nonce().toByteArray();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** Returns what the code means here: the refusal, or the outcome. */
    static String meaning(SuitReason.Ending ending) {
        for (RejectReason reason : RejectReason.values()) {
            if (SuitReason.Ending.of(reason).code() == ending.code()) {
                return reason.name();
            }
        }
        if (ending.code() == SuitReason.Ending.ROLLED_BACK.code()) {
            return "RolledBack";
        } else if (ending.code() == SuitReason.Ending.FAILED.code()) {
            return "Failed";
        } else if (ending.code() == SuitReason.Ending.CANCELLED.code()) {
            return "Cancelled";
        } else if (ending.code() == SuitReason.Ending.SUPERSEDED.code()) {
            return "Superseded";
        }
        return "code " + ending.code();
    }

    /** Names the section of a step. */
    static String section(int number) {
        return switch (number) {
            case 0 -> "the manifest";
            case 3 -> "common (3)";
            default ->
                Arrays.stream(SuitSection.values())
                        .filter(each -> each.number() == number)
                        .map(SuitSection::toString)
                        .findFirst()
                        .orElse("section " + number);
        };
    }

    /** Writes a measured value as a manifest's is written, as far as it can be told what it is. */
    static String value(Slice encoded) {
        try {
            CborReader reader = encoded.reader(MAX_DEPTH);
            if (reader.peek() == CborReader.Type.UNSIGNED) {
                return Long.toUnsignedString(reader.readUnsigned());
            }
            if (reader.peek() == CborReader.Type.BYTES) {
                byte[] bytes = reader.readBytes().toByteArray();
                if (bytes.length == UUID_BYTES) {
                    ByteBuffer id = ByteBuffer.wrap(bytes);
                    return new UUID(id.getLong(), id.getLong()).toString();
                }
                return digest(bytes).orElseGet(() -> "h'" + HexFormat.of().formatHex(bytes) + "'");
            }
        } catch (RejectedException e) {
            return "NOT KNOWN";
        }
        return "h'" + HexFormat.of().formatHex(encoded.toByteArray()) + "' (CBOR)";
    }

    private static Optional<String> digest(byte[] bytes) {
        try {
            CborReader reader = new CborReader(bytes, MAX_DEPTH);
            String digest = Digest.decode(reader).toString();
            reader.end();
            return Optional.of(digest);
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }
}
