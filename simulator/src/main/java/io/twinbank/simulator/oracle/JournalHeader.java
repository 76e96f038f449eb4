// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.StateStore;
import io.twinbank.simulator.medium.StateHash;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HexFormat;

/**
 * The journal's frozen header, read as docs/design.md has it, by a reader of its own.
 *
 * @param state where the update stands; {@code ABSENT} or {@code UNREADABLE} where there is none
 * @param target the bank that it goes into
 * @param imageBytes the size of its image; 0 where it brings none
 * @param manifest the digest of its manifest, in hexadecimal
 * @param trialId the id of its latest trial
 * @param arms how many times a trial was armed
 * @param starts how many times the agent started in this trial
 * @param cause why the update is over; empty while it isn't
 * @param outcomeId the id of its one outcome
 * @param sequence its manifest's sequence number
 * @param securityVersion its manifest's security version
 */
public record JournalHeader(
        String state,
        String target,
        long imageBytes,
        String manifest,
        long trialId,
        int arms,
        int starts,
        String cause,
        String outcomeId,
        long sequence,
        long securityVersion) {
    /**
     * Reads it.
     *
     * @param loaded what the state store has
     * @return the header
     */
    public static JournalHeader of(StateStore.Loaded loaded) {
        if (loaded instanceof StateStore.Found found) {
            try {
                return read(new DataInputStream(new ByteArrayInputStream(found.record())));
            } catch (IOException e) {
                return none("UNREADABLE");
            }
        }
        return none(loaded instanceof StateStore.Absent ? "ABSENT" : "UNREADABLE");
    }

    void addTo(StateHash hash) {
        hash.add(state);
        hash.add(target);
        hash.add(imageBytes);
        hash.add(manifest);
        hash.add(trialId);
        hash.add(arms);
        hash.add(starts);
        hash.add(outcomeId);
    }

    /** Tells whether an update is under way that brings components beside the banks and no image. */
    boolean componentsAlone() {
        return !target.isEmpty() && !state.equals("IDLE") && imageBytes == 0;
    }

    private static JournalHeader none(String state) {
        return new JournalHeader(state, "", 0, "", 0, 0, 0, "", "", 0, 0);
    }

    private static JournalHeader read(DataInputStream in) throws IOException {
        if (in.readByte() != 'J') {
            return none("UNREADABLE");
        }
        in.readByte();
        in.readUnsignedShort();
        String state = in.readUTF();
        String target = in.readUTF();
        readDigest(in);
        long imageBytes = in.readLong();
        String manifest = readDigest(in);
        long trialId = in.readLong();
        int arms = in.readUnsignedShort();
        int starts = in.readUnsignedShort();
        String cause = in.readUTF();
        String outcomeId = in.readUTF();
        return new JournalHeader(
                state,
                target,
                imageBytes,
                manifest,
                trialId,
                arms,
                starts,
                cause,
                outcomeId,
                in.readLong(),
                in.readLong());
    }

    private static String readDigest(DataInputStream in) throws IOException {
        in.readShort();
        byte[] digest = new byte[in.readUnsignedByte()];
        in.readFully(digest);
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public String toString() {
        return state
                + (target.isEmpty() ? "" : " into " + target)
                + (arms == 0 ? "" : ", trial " + Long.toHexString(trialId) + ", arm " + arms + ", start " + starts)
                + (cause.isEmpty() ? "" : ", over: " + cause);
    }
}
