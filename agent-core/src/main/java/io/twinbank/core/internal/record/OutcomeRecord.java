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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

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
 * @param found what was found, or empty; of one that is Inconsistent, what each component holds
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

    private static final int MAX_TEXT = 160;
    private static final int MAX_COMPONENTS = 640;

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
            if (text.length() + state.toString().length() < MAX_COMPONENTS) {
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
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT - 1) + "…" : text;
    }
}
