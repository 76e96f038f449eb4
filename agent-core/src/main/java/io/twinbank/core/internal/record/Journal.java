// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.Cause;
import io.twinbank.core.UpdateState;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * The update under way. Everything but {@code detail} is the frozen header.
 *
 * @param state where the update stands
 * @param target the bank that it goes into; of components alone, the one that ran when it began
 * @param imageDigest the digest of its image
 * @param imageBytes the size of its image; 0 if it brings none
 * @param manifestDigest the digest of its manifest
 * @param trialId the id of its latest trial, or of the last one before
 * @param arms how many times a trial was armed
 * @param starts how many times the agent started in this trial
 * @param cause why the update is over; empty while it isn't
 * @param outcomeId the id of its one outcome
 * @param sequence its manifest's sequence number
 * @param securityVersion its manifest's security version
 * @param schema the schema of the body, kept as it was found until the update is confirmed
 * @param body for people; kept as it was found where the schema is unknown
 */
public record Journal(
        UpdateState state,
        BankId target,
        Digest imageDigest,
        long imageBytes,
        Digest manifestDigest,
        long trialId,
        int arms,
        int starts,
        Optional<Cause> cause,
        String outcomeId,
        long sequence,
        long securityVersion,
        int schema,
        byte[] body) {
    /** The schema of the bodies that this agent writes. */
    public static final int SCHEMA = 1;
    /** How large the encoded journal may be. */
    public static final int MAX_BYTES = 512;
    /** In the place of an image's digest where there is no image. */
    public static final Digest NONE = new Digest(-16, new byte[32]);

    private static final int KIND = 'J';
    private static final int MAX_DETAIL = 120;

    public Journal {
        body = body.clone();
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /**
     * Returns the journal of an agent that has nothing to do. It keeps the last trial's id, so that none is used twice, and what
     * is known of the bank that was written last.
     *
     * @param written the bank that was written last
     * @param whole whether its last writer got to the end
     * @param lastTrialId the id of the last trial
     * @return the journal
     */
    public static Journal idle(BankId written, boolean whole, long lastTrialId) {
        return new Journal(
                UpdateState.IDLE,
                written,
                NONE,
                0,
                NONE,
                lastTrialId,
                0,
                0,
                Optional.empty(),
                "",
                0,
                0,
                SCHEMA,
                body("", whole, 0));
    }

    /** Returns the journal of an agent that has nothing to do any more. */
    public Journal ended(long lastTrialId) {
        boolean wrote = state != UpdateState.IDLE && !componentsAlone();
        boolean whole = state != UpdateState.DOWNLOADING && state != UpdateState.VERIFYING;
        return idle(
                componentsAlone() ? target.other() : target,
                wrote ? whole : wholeBank(),
                Math.max(trialId, lastTrialId));
    }

    /** Tells whether the update brings components beside the banks and no image: no bank is written, nothing is reset. */
    public boolean componentsAlone() {
        return state != UpdateState.IDLE && imageBytes == 0;
    }

    /**
     * Returns the journal of an update that begins.
     *
     * @param target the bank; of components alone, the one that runs
     * @param image the image's digest, or {@link #NONE}
     * @param imageBytes the image's size; 0 if it brings none
     * @param manifest the manifest's digest
     * @param lastTrialId the id of the last trial
     * @param outcomeId the id of its one outcome
     * @param sequence the sequence number
     * @param securityVersion the security version
     * @param wholeBank whether the last writer of the bank that doesn't run got to the end
     * @param components how many components outside the banks it changes
     * @return the journal
     */
    public static Journal downloading(
            BankId target,
            Digest image,
            long imageBytes,
            Digest manifest,
            long lastTrialId,
            String outcomeId,
            long sequence,
            long securityVersion,
            boolean wholeBank,
            int components) {
        return new Journal(
                UpdateState.DOWNLOADING,
                target,
                image,
                imageBytes,
                manifest,
                lastTrialId,
                0,
                0,
                Optional.empty(),
                outcomeId,
                sequence,
                securityVersion,
                SCHEMA,
                body("", wholeBank, components));
    }

    public Journal with(UpdateState next) {
        return copy(next, trialId, arms, starts, cause, body);
    }

    public Journal armed(long newTrialId) {
        return copy(UpdateState.ARMED, newTrialId, arms + 1, 0, cause, body);
    }

    /** Returns the journal of components alone whose trial begins, which nobody arms. */
    public Journal tried(long newTrialId) {
        return copy(UpdateState.TRIAL, newTrialId, arms, 1, cause, body);
    }

    public Journal trialStarted() {
        return copy(UpdateState.TRIAL, trialId, arms, starts + 1, cause, body);
    }

    public Journal over(Cause why, String detail) {
        return copy(
                UpdateState.TRIAL,
                trialId,
                arms,
                starts,
                Optional.of(why),
                schema == SCHEMA ? body(detail, wholeBank(), components()) : body);
    }

    private Journal copy(UpdateState s, long trial, int a, int st, Optional<Cause> c, byte[] b) {
        return new Journal(
                s,
                target,
                imageDigest,
                imageBytes,
                manifestDigest,
                trial,
                a,
                st,
                c,
                outcomeId,
                sequence,
                securityVersion,
                schema,
                b);
    }

    /** Tells whether this agent understands the body; the header is enough for every start-up row but resuming. */
    public boolean bodyKnown() {
        return schema == SCHEMA;
    }

    /** Returns what was said about the cause, for people. */
    public String detail() {
        return fromBody("", in -> in.readUTF());
    }

    /** Tells whether the last writer of the bank that doesn't run, before this update, got to the end. */
    public boolean wholeBank() {
        return fromBody(false, in -> {
            in.readUTF();
            return in.readBoolean();
        });
    }

    /**
     * Returns how many components outside the banks the update changes. Which they are its envelope says; this tells that there
     * are some where the envelope is lost.
     */
    public int components() {
        return fromBody(0, in -> {
            in.readUTF();
            in.readBoolean();
            return Math.max(0, in.read());
        });
    }

    /** The body isn't needed to go on: one that can't be read is one that says nothing. */
    private <T> T fromBody(T otherwise, RecordFormat.Reading<T> reading) {
        if (!bodyKnown()) {
            return otherwise;
        }
        try {
            return reading.from(new DataInputStream(new ByteArrayInputStream(body)));
        } catch (IOException e) {
            return otherwise;
        }
    }

    /** Agents that don't know of components read as far as they know. */
    private static byte[] body(String detail, boolean wholeBank, int components) {
        return RecordFormat.bytes(out -> {
            out.writeUTF(detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail);
            out.writeBoolean(wholeBank);
            if (components > 0) {
                out.writeByte(components);
            }
        });
    }

    public byte[] encode() {
        byte[] header = RecordFormat.bytes(out -> {
            out.writeUTF(state.name());
            out.writeUTF(target.name());
            RecordFormat.writeDigest(out, imageDigest);
            out.writeLong(imageBytes);
            RecordFormat.writeDigest(out, manifestDigest);
            out.writeLong(trialId);
            out.writeShort(arms);
            out.writeShort(starts);
            out.writeUTF(cause.map(Cause::name).orElse(""));
            out.writeUTF(outcomeId);
            out.writeLong(sequence);
            out.writeLong(securityVersion);
        });
        return RecordFormat.join(KIND, schema, header, body);
    }

    public static Journal decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        return RecordFormat.read(
                parts.header(),
                in -> new Journal(
                        RecordFormat.readEnum(in, UpdateState.class),
                        RecordFormat.readEnum(in, BankId.class),
                        RecordFormat.readDigest(in),
                        in.readLong(),
                        RecordFormat.readDigest(in),
                        in.readLong(),
                        in.readUnsignedShort(),
                        in.readUnsignedShort(),
                        cause(in.readUTF()),
                        in.readUTF(),
                        in.readLong(),
                        in.readLong(),
                        parts.schema(),
                        parts.body()));
    }

    /** A cause that a newer agent wrote is still a cause. */
    static Optional<Cause> cause(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        for (Cause known : Cause.values()) {
            if (known.name().equals(name)) {
                return Optional.of(known);
            }
        }
        return Optional.of(Cause.UNKNOWN);
    }
}
