// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.Cause;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.BankId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * One outcome as it is kept and reported. Names are text, so that an older agent delivers what a newer one wrote.
 *
 * @param id its idempotency key
 * @param manifestDigest the manifest's digest as text; empty if it isn't known
 * @param sequence the manifest's sequence number; 0 if it isn't known
 * @param securityVersion the manifest's security version; 0 if it isn't known
 * @param running the bank that ran when it was written
 * @param name the outcome's name
 * @param reason the {@link RejectReason}'s name, or empty
 * @param cause the {@link Cause}'s name, or empty
 * @param detail for people
 * @param found what was found, or empty; of one that is Inconsistent, what each component holds; of a fold, how many of each name
 * @param expected what was expected, or empty
 * @param counterPending whether the anti-rollback counter still has to follow
 * @param delivered whether the other side has it
 * @param report the encoded SUIT_Report, where one was asked for; kept until it is delivered, and apart from the others
 */
public record OutcomeRecord(
        String id,
        String manifestDigest,
        long sequence,
        long securityVersion,
        BankId running,
        String name,
        String reason,
        String cause,
        String detail,
        String found,
        String expected,
        boolean counterPending,
        boolean delivered,
        Optional<Slice> report) {
    /** How large a report may be, in bytes. */
    public static final int MAX_REPORT_BYTES = 640;

    /** Bytes, so that two of the largest outcomes and a fold are within the smallest record. */
    private static final int MAX_TEXT = 160;

    private static final int MAX_COMPONENTS = 640;
    private static final String FOLDED = "Folded";

    /** Returns the record of an outcome; long texts are cut. */
    public static OutcomeRecord of(
            String id, String manifestDigest, long sequence, long securityVersion, BankId running, Outcome outcome) {
        String cause = "";
        String detail = "";
        String states = "";
        Optional<Rejection> rejection = Optional.empty();
        boolean counterPending = false;
        if (outcome instanceof Outcome.Installed installed) {
            counterPending = installed.counterPending();
        } else if (outcome instanceof Outcome.Rejected rejected) {
            rejection = Optional.of(rejected.rejection());
        } else if (outcome instanceof Outcome.RolledBack rolledBack) {
            cause = rolledBack.cause().name();
            detail = rolledBack.detail();
        } else if (outcome instanceof Outcome.Inconsistent inconsistent) {
            cause = inconsistent.cause().name();
            detail = inconsistent.detail();
            states = text(inconsistent.components());
        } else if (outcome instanceof Outcome.Failed failed) {
            cause = failed.cause().name();
            detail = failed.detail();
            rejection = failed.rejection();
        } else if (outcome instanceof Outcome.Cancelled cancelled) {
            cause = cancelled.cause().name();
        } else if (outcome instanceof Outcome.UnexpectedImage unexpected) {
            detail = unexpected.detail();
        } else if (outcome instanceof Outcome.StateLost lost) {
            detail = lost.detail();
        } else if (outcome instanceof Outcome.InstalledRevoked revoked) {
            detail = revoked.detail();
        }
        return new OutcomeRecord(
                id,
                manifestDigest,
                sequence,
                securityVersion,
                running,
                outcome.name(),
                rejection.map(r -> r.reason().name()).orElse(""),
                cause,
                cut(rejection.map(Rejection::detail).orElse(detail)),
                rejection.map(Rejection::found).map(OutcomeRecord::cut).orElse(states),
                cut(rejection.map(Rejection::expected).orElse("")),
                counterPending,
                false,
                Optional.empty());
    }

    /** Returns what is left of an outcome when there is no room for more: that there was one of its kind. */
    static OutcomeRecord folded(String id, OutcomeRecord first) {
        return fold(id, first.running, Map.of(first.name, 1));
    }

    /** Returns the same, which folds one outcome more. */
    OutcomeRecord folding(OutcomeRecord another) {
        Map<String, Integer> counts = new TreeMap<>(folded());
        counts.merge(another.name, 1, Integer::sum);
        return fold(id, another.running, counts);
    }

    private static OutcomeRecord fold(String id, BankId running, Map<String, Integer> counts) {
        StringJoiner text = new StringJoiner(" ");
        new TreeMap<>(counts).forEach((name, count) -> text.add(name + "=" + count));
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        return new OutcomeRecord(
                id,
                "",
                0,
                0,
                running,
                FOLDED,
                "",
                "",
                all + " outcomes that there was no room for until they could be reported",
                text.toString(),
                "",
                false,
                false,
                Optional.empty());
    }

    boolean isFolded() {
        return name.equals(FOLDED);
    }

    /** Returns how many outcomes of each name were folded into this one; empty if it is one itself. */
    public Map<String, Integer> folded() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String each : isFolded() ? found.split(" ") : new String[0]) {
            int at = each.indexOf('=');
            if (at > 0) {
                counts.put(each.substring(0, at), Integer.parseInt(each, at + 1, each.length(), 10));
            }
        }
        return counts;
    }

    /** Returns the outcome, where this agent knows its name. */
    public Optional<Outcome> outcome() {
        Cause why = Journal.cause(cause).orElse(Cause.UNKNOWN);
        return switch (name) {
            case "Installed" -> Optional.of(new Outcome.Installed(counterPending));
            case "Rejected" -> rejection().map(Outcome.Rejected::new);
            case "RolledBack" -> Optional.of(new Outcome.RolledBack(why, detail));
            case "Inconsistent" -> Optional.of(new Outcome.Inconsistent(why, components(), detail));
            case "Failed" -> Optional.of(new Outcome.Failed(why, rejection(), detail));
            case "Cancelled" -> Optional.of(new Outcome.Cancelled(why));
            case "Superseded" -> Optional.of(new Outcome.Superseded());
            case "UnexpectedImage" -> Optional.of(new Outcome.UnexpectedImage(detail));
            case "StateLost" -> Optional.of(new Outcome.StateLost(detail));
            case "TrustUpdated" -> Optional.of(new Outcome.TrustUpdated(sequence));
            case "InstalledRevoked" -> Optional.of(new Outcome.InstalledRevoked(detail));
            default -> Optional.empty();
        };
    }

    /** Returns what each component holds, of an outcome that is Inconsistent. */
    public List<ComponentState> components() {
        List<ComponentState> states = new ArrayList<>();
        for (String each : name.equals("Inconsistent") ? found.split(" ") : new String[0]) {
            int at = each.lastIndexOf('=');
            for (Holds holds : Holds.values()) {
                if (at > 0 && holds.name().equals(each.substring(at + 1))) {
                    states.add(new ComponentState(each.substring(0, at), holds));
                }
            }
        }
        return states;
    }

    /** A manifest of so many components that they don't fit loses the last ones: the name of the outcome is what counts. */
    private static String text(List<ComponentState> states) {
        StringJoiner text = new StringJoiner(" ");
        for (ComponentState state : states) {
            if (bytes(text.toString()) + bytes(state.toString()) < MAX_COMPONENTS) {
                text.add(state.toString());
            }
        }
        return text.toString();
    }

    private Optional<Rejection> rejection() {
        for (RejectReason known : RejectReason.values()) {
            if (known.name().equals(reason)) {
                return Optional.of(new Rejection(known, detail, found, expected));
            }
        }
        return Optional.empty();
    }

    OutcomeRecord asDelivered() {
        return with(true, Optional.empty());
    }

    /** Returns the same with a report, or without. */
    public OutcomeRecord with(Optional<Slice> otherReport) {
        return with(delivered, otherReport);
    }

    private OutcomeRecord with(boolean nowDelivered, Optional<Slice> otherReport) {
        return new OutcomeRecord(
                id,
                manifestDigest,
                sequence,
                securityVersion,
                running,
                name,
                reason,
                cause,
                detail,
                found,
                expected,
                counterPending,
                nowDelivered,
                otherReport);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(id);
        out.writeUTF(manifestDigest);
        out.writeLong(sequence);
        out.writeLong(securityVersion);
        out.writeUTF(running.name());
        out.writeUTF(name);
        out.writeUTF(reason);
        out.writeUTF(cause);
        out.writeUTF(detail);
        out.writeUTF(found);
        out.writeUTF(expected);
        out.writeBoolean(counterPending);
        out.writeBoolean(delivered);
    }

    static OutcomeRecord read(DataInputStream in) throws IOException {
        return new OutcomeRecord(
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                RecordFormat.readEnum(in, BankId.class),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readBoolean(),
                in.readBoolean(),
                Optional.empty());
    }

    private static String cut(String text) {
        if (bytes(text) <= MAX_TEXT) {
            return text;
        }
        int end = Math.min(text.length(), MAX_TEXT);
        while (bytes(text.substring(0, end)) > MAX_TEXT - bytes("…")) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end) + "…";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
