// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseEncrypt;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes command sequences with all that is in them. What it doesn't know becomes an {@code Unknown}, not an error. */
final class SequenceDecoder {
    private static final int UUID_BYTES = 16;
    /** Room for as many recipients as a message may have. */
    private static final int MAX_ENCRYPTION_BYTES = 16 << 10;

    private static final int REPORT_POLICY_BITS = 0b1111;

    private final Limits limits;

    SequenceDecoder(Limits limits) {
        this.limits = limits;
    }

    List<SuitCommand> decode(Slice sequence) throws RejectedException {
        return decode(sequence, limits.nesting());
    }

    private List<SuitCommand> decode(Slice sequence, int nestingLeft) throws RejectedException {
        if (nestingLeft == 0) {
            throw exceeded("nesting of sequences", sequence.offset(), limits.nesting() + 1, limits.nesting());
        }
        CborReader reader = sequence.reader(SuitEnvelope.MAX_DEPTH);
        int items = reader.readArray();
        if (items == 0 || items % 2 != 0) {
            throw malformed("command sequence", sequence.offset(), items + " items", "pairs of command and argument");
        }
        List<SuitCommand> commands = new ArrayList<>();
        for (int i = 0; i < items; i += 2) {
            commands.add(command(reader, nestingLeft));
        }
        reader.end();
        return commands;
    }

    private SuitCommand command(CborReader reader, int nestingLeft) throws RejectedException {
        int at = reader.position();
        long number = reader.readInteger();
        CommandCode code = CommandCode.find(number).orElse(null);
        if (code == null) {
            reader.readItem();
            return new SuitCommand.Unknown(at, (number < -256 ? "custom command " : "command ") + number);
        }
        return switch (code.kind()) {
            case CONDITION -> new SuitCommand.Condition(at, code, reportPolicy(reader));
            case DIRECTIVE -> new SuitCommand.Directive(at, code, reportPolicy(reader));
            case SELECTION -> selection(at, reader);
            case PARAMETERS -> new SuitCommand.SetParameters(at, code, parameters(reader));
            case BRANCHES -> tryEach(at, reader, nestingLeft);
            case SEQUENCE -> new SuitCommand.RunSequence(at, decode(reader.readBytes(), nestingLeft - 1));
            case OPAQUE -> {
                reader.readItem();
                yield new SuitCommand.Unknown(at, code.toString());
            }
        };
    }

    private static int reportPolicy(CborReader reader) throws RejectedException {
        return (int) reader.readUnsigned(REPORT_POLICY_BITS);
    }

    private SuitCommand selection(int at, CborReader reader) throws RejectedException {
        List<Integer> indexes = new ArrayList<>();
        switch (reader.peek()) {
            case UNSIGNED -> indexes.add(index(reader));
            case ARRAY -> {
                for (int i = reader.readArray(); i > 0; i--) {
                    indexes.add(index(reader));
                }
                if (indexes.isEmpty()) {
                    throw malformed("component index", at, "an empty list", "at least one");
                }
            }
            default -> {
                if (!reader.readBoolean()) {
                    throw malformed("component index", at, false, "a number, a list or true");
                }
                return new SuitCommand.SetComponentIndex(at, true, indexes);
            }
        }
        return new SuitCommand.SetComponentIndex(at, false, indexes);
    }

    private int index(CborReader reader) throws RejectedException {
        return (int) reader.readUnsigned(limits.components() - 1L);
    }

    private SuitCommand tryEach(int at, CborReader reader, int nestingLeft) throws RejectedException {
        int items = reader.readArray();
        if (items > limits.branches()) {
            throw exceeded("branches of try-each", at, items, limits.branches());
        }
        List<List<SuitCommand>> branches = new ArrayList<>();
        boolean orNothing = false;
        for (int i = 1; i <= items; i++) {
            if (i == items && reader.peek() == CborReader.Type.NULL) {
                reader.readNull();
                orNothing = true;
            } else {
                branches.add(decode(reader.readBytes(), nestingLeft - 1));
            }
        }
        if (branches.size() < 2) {
            throw malformed("branches of try-each", at, branches.size(), "at least 2");
        }
        return new SuitCommand.TryEach(at, branches, orNothing);
    }

    private List<SuitParameter> parameters(CborReader reader) throws RejectedException {
        int at = reader.position();
        int entries = reader.readMap();
        if (entries == 0) {
            throw malformed("parameters", at, "none", "at least one");
        }
        if (entries > limits.parameters()) {
            throw exceeded("number of parameters", at, entries, limits.parameters());
        }
        List<SuitParameter> parameters = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            parameters.add(parameter(reader));
        }
        return parameters;
    }

    private SuitParameter parameter(CborReader reader) throws RejectedException {
        int at = reader.position();
        long number = reader.readInteger();
        ParameterCode code = ParameterCode.find(number).orElse(null);
        if (code == null) {
            reader.readItem();
            return new SuitParameter.Unknown(at, (number < -256 ? "custom parameter " : "parameter ") + number);
        }
        return switch (code.kind()) {
            case ID -> id(at, code, reader);
            case DIGEST -> new SuitParameter.Hash(at, code, digest(reader));
            case UNSIGNED -> new SuitParameter.Numeric(at, code, reader.readUnsigned(Long.MAX_VALUE));
            case INTEGER -> new SuitParameter.Numeric(at, code, reader.readInteger());
            case FLAG -> new SuitParameter.Flag(at, code, reader.readBoolean());
            case TEXT -> new SuitParameter.Text(at, code, reader.readText(limits.uriBytes()));
            case BYTES -> new SuitParameter.Bytes(at, code, reader.readBytes(limits.contentBytes()));
            case ENCRYPTION ->
                new SuitParameter.Encryption(at, code, CoseEncrypt.decode(reader.readBytes(MAX_ENCRYPTION_BYTES)));
            case VERSION -> new SuitParameter.Version(at, code, VersionMatch.decode(embedded(reader), limits));
            case WAIT -> events(at, code, embedded(reader));
            case ENCODING -> encoding(at, code, reader);
            case ROUTES -> routes(at, code, reader);
        };
    }

    private static SuitParameter id(int at, ParameterCode code, CborReader reader) throws RejectedException {
        if (reader.peek() == CborReader.Type.TAG) {
            reader.readItem();
            return new SuitParameter.Unknown(at, code + " with a tag, such as a private enterprise number,");
        }
        Slice bytes = reader.readBytes();
        if (bytes.length() != UUID_BYTES) {
            throw malformed(code.toString(), at, bytes.length() + " bytes", UUID_BYTES + " bytes");
        }
        return new SuitParameter.Id(at, code, Uuids.fromBytes(bytes.toBuffer()));
    }

    private CborReader embedded(CborReader reader) throws RejectedException {
        return reader.readBytes(limits.contentBytes()).reader(SuitEnvelope.MAX_DEPTH);
    }

    /** Events that the agent doesn't know make the whole parameter unknown: it waits for all of them or not at all. */
    private static SuitParameter events(int at, ParameterCode code, CborReader reader) throws RejectedException {
        int entries = reader.readMap();
        if (entries == 0) {
            throw malformed(code.toString(), at, "no event", "at least one");
        }
        List<Requirement.Wait> events = new ArrayList<>();
        Optional<SuitParameter> unknown = Optional.empty();
        for (int i = 0; i < entries; i++) {
            long number = reader.readInteger();
            Optional<Requirement.Event> event = Requirement.Event.find(number);
            if (event.isPresent()) {
                events.add(new Requirement.Wait(event.get(), reader.readInteger()));
            } else {
                reader.readItem();
                unknown = Optional.of(new SuitParameter.Unknown(at, code + " for event " + number));
            }
        }
        reader.end();
        return unknown.orElse(new SuitParameter.Events(at, code, events));
    }

    private static Digest digest(CborReader reader) throws RejectedException {
        CborReader inner = reader.readBytes().reader(SuitEnvelope.MAX_DEPTH);
        Digest digest = Digest.decode(inner);
        inner.end();
        return digest;
    }

    private SuitParameter encoding(int at, ParameterCode code, CborReader reader) throws RejectedException {
        if (reader.peek() == CborReader.Type.UNSIGNED) {
            long number = reader.readUnsigned();
            return number == 0
                    ? new SuitParameter.Encoding(at, code, PayloadEncoding.Steps.NONE)
                    : new SuitParameter.Unknown(at, code + " " + Long.toUnsignedString(number));
        }
        Optional<PayloadEncoding.Steps> steps = PayloadEncoding.decodeSteps(reader, code + " at byte " + at, limits);
        if (steps.filter(PayloadEncoding.Steps::needsWhatIsThere).isPresent()) {
            return new SuitParameter.Unknown(
                    at, code + " for devices that hold something already, which only routes (-261) may be,");
        }
        return steps.isPresent()
                ? new SuitParameter.Encoding(at, code, steps.get())
                : new SuitParameter.Unknown(
                        at,
                        code
                                + " other than identity (0), hashed chunks ([[1, size, digest]]), the same with zstd frames"
                                + " ([[1, size, digest], [3, frame size, encoded size]]), and sealed chunks ([[2, size]])");
    }

    private SuitParameter routes(int at, ParameterCode code, CborReader reader) throws RejectedException {
        CborReader routes = reader.readItem().reader(SuitEnvelope.MAX_DEPTH);
        int count = routes.readArray();
        if (count == 0) {
            throw malformed(code.toString(), at, "none", "at least one");
        }
        if (count > Route.MAX_ROUTES) {
            throw exceeded("number of " + code, at, count, Route.MAX_ROUTES);
        }
        List<SuitParameter.Routes.Way> ways = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            String where = "route " + number + " of " + code;
            int items = routes.readArray();
            if (items != 2 && items != 3) {
                throw malformed(where, at, items + " items", "2 or 3: URI, steps, encryption-info");
            }
            URI uri = Route.absolute(
                    routes.readText(limits.uriBytes()), "URI of " + where + " at byte " + at, "an absolute URI");
            Optional<PayloadEncoding.Steps> steps =
                    PayloadEncoding.decodeSteps(routes, where + " at byte " + at, limits);
            if (steps.isEmpty()) {
                return new SuitParameter.Unknown(
                        at,
                        where + " other than hashed chunks ([[1, size, digest]]), the same with zstd frames"
                                + " ([…, [3, frame size, encoded size]]) or delta frames ([…, [4, frame size, encoded size, base"
                                + " digest, base size]]), sealed chunks ([[2, size]]), and a block index ([[5, digest, size, URI]])");
            }
            Optional<CoseEncrypt> encryption = items == 3
                    ? Optional.of(CoseEncrypt.decode(routes.readBytes(MAX_ENCRYPTION_BYTES)))
                    : Optional.empty();
            ways.add(new SuitParameter.Routes.Way(uri, steps.get(), encryption));
        }
        return new SuitParameter.Routes(at, code, ways);
    }

    private static RejectedException malformed(String what, int at, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what + " at byte " + at, found, expected);
    }

    private static RejectedException exceeded(String what, int at, int found, int most) {
        return new RejectedException(RejectReason.LIMIT_EXCEEDED, what + " at byte " + at, found, "at most " + most);
    }
}
