// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.suit.Digest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command with what makes it safe to send over a network that an attacker owns: to whom it goes, until when it counts, and
 * a number that only rises, so that it counts once.
 *
 * @param sequence unsigned, at least 1; a device takes only a higher one than the last
 * @param expires from when on it counts no more, in seconds since 1970, at most the end of the year 9999
 * @param recipient whom it is for
 * @param command what to do
 */
public record Order(long sequence, long expires, Recipient recipient, Command command) {
    /** How large an encoded order may be, in bytes. */
    public static final int MAX_BYTES = 4 << 10;

    private static final int MAX_DEPTH = 4;
    private static final long MAX_TIME = 253_402_300_799L;

    private static final int SEQUENCE = 1;
    private static final int EXPIRES = 2;
    private static final int RECIPIENT = 3;
    private static final int COMMAND = 4;
    private static final int ARGUMENT = 5;

    private static final int PAUSE = 1;
    private static final int RESUME = 2;
    private static final int CANCEL = 3;
    private static final int REPORT = 4;
    private static final int SETTINGS = 5;
    private static final int DECOMMISSION = 6;
    private static final int ROLLOUT = 7;

    public Order {
        if (sequence == 0) {
            throw new IllegalArgumentException("sequence must be at least 1, not 0");
        }
        if (expires < 0 || expires > MAX_TIME) {
            throw new IllegalArgumentException("expires must be between 0 and " + MAX_TIME + ", not " + expires);
        }
    }

    /**
     * Encodes the order.
     *
     * @return deterministically encoded CBOR
     */
    public byte[] encode() {
        return new CborWriter()
                .map(m -> {
                    m.entry(SEQUENCE).unsigned(sequence);
                    m.entry(EXPIRES).unsigned(expires);
                    m.entry(RECIPIENT)
                            .array(a -> a.integer(recipient.kind().code()).text(recipient.name()));
                    m.entry(COMMAND).integer(code(command));
                    if (command instanceof Command.Cancel cancel) {
                        cancel.manifest().encode(m.entry(ARGUMENT));
                    } else if (command instanceof Command.Rollout rollout) {
                        m.entry(ARGUMENT).array(a -> {
                            rollout.manifest().encode(a);
                            a.unsigned(rollout.perTenThousand());
                        });
                    } else if (command instanceof Command.Settings settings) {
                        m.entry(ARGUMENT)
                                .map(s -> settings.values()
                                        .forEach((name, value) -> s.entry(name).text(value)));
                    }
                })
                .toByteArray();
    }

    private static int code(Command command) {
        if (command instanceof Command.Pause) {
            return PAUSE;
        } else if (command instanceof Command.Resume) {
            return RESUME;
        } else if (command instanceof Command.Cancel) {
            return CANCEL;
        } else if (command instanceof Command.Report) {
            return REPORT;
        } else if (command instanceof Command.Rollout) {
            return ROLLOUT;
        }
        return SETTINGS;
    }

    /**
     * Decodes an order, whose signature must have been checked before.
     *
     * @param bytes the order, all of it
     * @return the order
     * @throws RejectedException {@link RejectReason#MALFORMED}; {@link RejectReason#LIMIT_EXCEEDED}; {@link
     *     RejectReason#UNSUPPORTED} for a command or an entry that isn't known here
     */
    public static Order decode(byte[] bytes) throws RejectedException {
        limit("size of the order in bytes", bytes.length, MAX_BYTES);
        return new Decoder(bytes).decode();
    }

    /** Says when it expires, and never what settings are set to. */
    @Override
    public String toString() {
        return command + " for " + recipient + ", sequence " + Long.toUnsignedString(sequence) + ", until "
                + Instant.ofEpochSecond(expires);
    }

    private static void limit(String what, int found, int most) throws RejectedException {
        if (found > most) {
            throw new RejectedException(RejectReason.LIMIT_EXCEEDED, what, found, "at most " + most);
        }
    }

    /** Reads the map in the order of its keys, which is the only one that deterministic encoding allows. */
    private static final class Decoder {
        private final CborReader reader;

        Decoder(byte[] bytes) {
            reader = new CborReader(bytes, MAX_DEPTH);
        }

        Order decode() throws RejectedException {
            int entries = reader.readMap();
            if (entries < COMMAND || entries > ARGUMENT) {
                throw malformed("the order", entries + " entries", COMMAND + ", or " + ARGUMENT + " with an argument");
            }
            key(SEQUENCE);
            long sequence = reader.readUnsigned();
            if (sequence == 0) {
                throw malformed("sequence (1) of the order", 0, "at least 1");
            }
            key(EXPIRES);
            long expires = reader.readUnsigned(MAX_TIME);
            key(RECIPIENT);
            Recipient recipient = recipient();
            key(COMMAND);
            Command command = command(entries == ARGUMENT);
            reader.end();
            return new Order(sequence, expires, recipient, command);
        }

        private void key(int expected) throws RejectedException {
            int at = reader.position();
            long found = reader.readUnsigned();
            if (found != expected) {
                throw new RejectedException(
                        RejectReason.UNSUPPORTED,
                        "entry of the order at byte " + at,
                        Long.toUnsignedString(found),
                        expected);
            }
        }

        private Recipient recipient() throws RejectedException {
            int at = reader.position();
            int items = reader.readArray();
            if (items != 2) {
                throw malformed("recipient at byte " + at, items + " items", "2 items: kind, name");
            }
            long code = reader.readUnsigned();
            Recipient.Kind kind = Arrays.stream(Recipient.Kind.values())
                    .filter(each -> each.code() == code)
                    .findFirst()
                    .orElseThrow(() -> unsupported(
                            "kind of recipient at byte " + at, Long.toUnsignedString(code), "1 (device) or 2 (group)"));
            try {
                return new Recipient(kind, reader.readText(Recipient.MAX_NAME));
            } catch (IllegalArgumentException e) {
                throw new RejectedException(RejectReason.MALFORMED, "recipient at byte " + at + ": " + e.getMessage());
            }
        }

        private Command command(boolean argument) throws RejectedException {
            int at = reader.position();
            long code = reader.readUnsigned();
            boolean takes = code == CANCEL || code == SETTINGS || code == ROLLOUT;
            boolean known = code >= PAUSE && code <= ROLLOUT && code != DECOMMISSION;
            if (known && takes != argument) {
                throw malformed(
                        "command " + code + " at byte " + at,
                        argument ? "an argument (5)" : "no argument (5)",
                        takes ? "one" : "none");
            }
            if (code == PAUSE) {
                return new Command.Pause();
            } else if (code == RESUME) {
                return new Command.Resume();
            } else if (code == REPORT) {
                return new Command.Report();
            } else if (code == CANCEL) {
                key(ARGUMENT);
                return new Command.Cancel(Digest.decode(reader));
            } else if (code == SETTINGS) {
                key(ARGUMENT);
                return new Command.Settings(settings());
            } else if (code == ROLLOUT) {
                key(ARGUMENT);
                return rollout();
            }
            throw unsupported(
                    "command at byte " + at,
                    Long.toUnsignedString(code) + (code == DECOMMISSION ? " (decommission), which is reserved" : ""),
                    "1 (pause), 2 (resume), 3 (cancel), 4 (report), 5 (settings) or 7 (rollout)");
        }

        private Command rollout() throws RejectedException {
            int at = reader.position();
            int items = reader.readArray();
            if (items != 2) {
                throw malformed("rollout at byte " + at, items + " items", "2 items: digest, share");
            }
            Digest manifest = Digest.decode(reader);
            return new Command.Rollout(manifest, (int) reader.readUnsigned(Command.Rollout.ALL));
        }

        private Map<String, String> settings() throws RejectedException {
            Map<String, String> values = new TreeMap<>();
            int count = reader.readMap();
            limit("number of settings", count, Command.Settings.MAX_SETTINGS);
            for (int i = 0; i < count; i++) {
                int at = reader.position();
                String name = reader.readText(Command.Settings.MAX_NAME);
                if (name.isEmpty()) {
                    throw malformed("name of the setting at byte " + at, "none", "at least one character");
                }
                values.put(name, reader.readText(Command.Settings.MAX_VALUE));
            }
            return values;
        }

        private static RejectedException malformed(String what, Object found, Object expected) {
            return new RejectedException(RejectReason.MALFORMED, what, found, expected);
        }

        private static RejectedException unsupported(String what, Object found, Object expected) {
            return new RejectedException(RejectReason.UNSUPPORTED, what, found, expected);
        }
    }
}
