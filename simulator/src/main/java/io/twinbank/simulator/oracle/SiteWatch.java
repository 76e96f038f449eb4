// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.policy.Phase;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Reset;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.scenario.Site;
import io.twinbank.simulator.scenario.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Watches what a site allows (S23): no byte comes that the policy's record hasn't counted before, no byte that it counted is
 * forgotten, and nothing is fetched, armed or restarted into while its window is shut. Reads the record by itself, and reckons
 * the windows by the board's own time.
 */
final class SiteWatch {
    /** A download is asked about so often: it may go on for so long after its window. */
    private static final Duration ASKED_EVERY = Duration.ofSeconds(30);

    private static final int HEADER_AT = 4;
    private static final int MAX_DEPTH = 4;

    /**
     * What a record has counted of its month.
     *
     * @param used in bytes, those that are reserved among them
     * @param reserved in bytes: they may not have come, and are given back then
     */
    private record Counted(long used, long reserved) {
        static final Counted NOTHING = new Counted(0, 0);
    }

    private final World world;
    private final Optional<Site> site;
    private final List<Violation> violations;
    /** Once in each life is enough: a download has many packets. */
    private boolean uncounted;

    private boolean fetchedInVain;

    SiteWatch(World world, List<Violation> violations) {
        this.world = world;
        this.site = world.scenario().site();
        this.violations = violations;
    }

    void begin() {
        uncounted = false;
        fetchedInVain = false;
        if (site.isPresent()) {
            checkCounted();
            world.server().whenServed(this::served);
        }
    }

    private void served() {
        checkCounted();
        Duration now = world.board().upTime();
        Duration asked = now.compareTo(ASKED_EVERY) < 0 ? now : now.minus(ASKED_EVERY);
        if (!fetchedInVain && !isAllowed(Phase.DOWNLOAD, now) && !isAllowed(Phase.DOWNLOAD, asked)) {
            fetchedInVain = true;
            violations.add(new Violation("S23", "bytes are fetched " + isShut(Phase.DOWNLOAD)));
        }
    }

    private void checkCounted() {
        long served = world.server().bytesServed();
        long used = stored().used();
        if (!uncounted && served > used) {
            uncounted = true;
            violations.add(new Violation(
                    "S23",
                    served + " bytes were served, and the record of the site's policy has counted " + used,
                    Strictness.EXACT));
        }
    }

    /** Told of each operation before it is done. */
    void operation(Operation operation) {
        if (site.isPresent() && operation.call().startsWith("armTrial ")) {
            checkOpen(Phase.INSTALL, "an image is armed");
            checkOpen(Phase.RESET, "an image is armed");
        }
    }

    /** Told of a record that is about to be replaced. */
    void stores(StateKey key, byte[] record) {
        if (key != StateKey.POLICY) {
            return;
        }
        Counted before = stored();
        Counted after = read(record);
        if (after.used() < before.used() - before.reserved()) {
            violations.add(new Violation(
                    "S23",
                    "the record of the site's policy had counted " + before + ", and " + after + " takes its place",
                    Strictness.NO_LIE));
        }
    }

    /** Told of the end of a life that was no trial: its own resets nobody has to allow. */
    void end() {
        boolean armed = journal().state().equals("ARMED");
        if (armed
                && world.board().log().stopped() instanceof Reset reset
                && reset.cause() == ResetControl.Cause.SOFTWARE) {
            checkOpen(Phase.RESET, "the board is reset into an armed image");
        }
    }

    void addTo(StateHash hash) {
        hash.add((uncounted ? 1 : 0) + (fetchedInVain ? 2 : 0));
    }

    private void checkOpen(Phase phase, String what) {
        if (!isAllowed(phase, world.board().upTime())) {
            violations.add(new Violation("S23", what + " " + isShut(phase)));
        }
    }

    private boolean isAllowed(Phase phase, Duration sinceBoot) {
        return site.isEmpty() || site.get().allows(phase, world.wallClock(), sinceBoot);
    }

    private String isShut(Phase phase) {
        return world.board().upTime().toSeconds() + " s after boot, while the window of " + phase + " is shut";
    }

    private JournalHeader journal() {
        return JournalHeader.of(peek(StateKey.JOURNAL));
    }

    private Counted stored() {
        return peek(StateKey.POLICY) instanceof StateStore.Found found ? read(found.record()) : Counted.NOTHING;
    }

    /** A record that an observer can't read either holds nothing. */
    private StateStore.Loaded peek(StateKey key) {
        try {
            return world.board().storage().records().peek(key);
        } catch (HalException e) {
            return new StateStore.Corrupt(e.toString());
        }
    }

    /** Behind the header: the format, the time, what is waited for, and the month with its bytes. */
    private static Counted read(byte[] record) {
        if (record.length < HEADER_AT) {
            return Counted.NOTHING;
        }
        int body = HEADER_AT + (((record[2] & 0xff) << Byte.SIZE) | (record[3] & 0xff));
        try {
            CborReader reader =
                    new CborReader(Arrays.copyOfRange(record, Math.min(body, record.length), record.length), MAX_DEPTH);
            reader.readArray();
            for (int before = 0; before < 3; before++) {
                reader.readItem();
            }
            reader.readArray();
            reader.readItem();
            reader.readUnsigned();
            return new Counted(reader.readUnsigned(), reader.readUnsigned());
        } catch (RejectedException e) {
            return Counted.NOTHING;
        }
    }
}
