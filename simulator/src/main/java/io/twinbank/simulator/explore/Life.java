// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.explore.Memory.Future;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.medium.Touches;
import io.twinbank.simulator.oracle.LifeWatch;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One life of a gateway: it notes its moments, and ends at the first that was seen in another life. */
final class Life implements Faults {
    /** Faults that explore, at each operation, what becomes of cuts there. */
    interface Forking extends Faults {
        /**
         * Returns what the states of the latest operation's cuts depend on.
         *
         * @return null if it isn't known yet
         */
        @Nullable
        BitSet liveChildren();

        /** Returns how many cuts there were at all operations so far. */
        long children();
    }

    /** A moment: of which the future is to be remembered, or at which the future forked. */
    private record Moment(
            int at,
            StateHash.@Nullable Key key,
            long fetched,
            int violations,
            long cuts,
            boolean forked,
            @Nullable BitSet children) {}

    private final World world;
    private final LifeWatch watch;
    private final @Nullable Memory memory;
    private final int depth;
    private final Faults faults;
    private final StateHash.Key beginning;
    private final Memory.@Nullable Blocks blocks;
    private final @Nullable Touches touches;
    private final boolean keepsNothing;
    private final long fetchedBefore;
    private final long cutsBefore;
    private final List<Moment> moments = new ArrayList<>();
    private long fetched = 0;
    private long cuts = 0;
    private Touches.@Nullable Log log;
    private List<Violation> violations = List.of();
    private @Nullable Future known;

    /**
     * Makes a life that begins in a world's present state.
     *
     * @param world switched off
     * @param watch over all its lives
     * @param memory of other lives; null to live each
     * @param depth how many cuts the faults explore from here on
     * @param faults what they are
     * @param beginning the key of the present state
     * @param blocks the same but for what is dead
     */
    Life(
            World world,
            LifeWatch watch,
            @Nullable Memory memory,
            int depth,
            Faults faults,
            StateHash.Key beginning,
            Memory.@Nullable Blocks blocks) {
        this.world = world;
        this.watch = watch;
        this.memory = memory;
        this.depth = depth;
        this.faults = faults;
        this.beginning = beginning;
        this.blocks = blocks;
        this.touches = memory == null ? null : world.board().storage().touches();
        this.keepsNothing = world.keepsNothing();
        this.fetchedBefore = world.server().bytesServed();
        this.cutsBefore = children();
    }

    /** Lives. */
    Optional<Ending> live() throws HalException {
        if (touches != null) {
            touches.forget();
        }
        watch.begin();
        world.board().knowledge().wanted(memory != null && keepsNothing);
        world.board().faults(this);
        Optional<Ending> ending = world.live();
        fetched = fetched();
        cuts = cuts();
        if (known == null) {
            violations = watch.end();
        }
        log = touches == null ? null : touches.log();
        return ending;
    }

    /** Returns the future of the moment at which this life ended; null if it came to its own end. */
    @Nullable
    Future known() {
        return known;
    }

    private long fetched() {
        return world.server().bytesServed() - fetchedBefore;
    }

    private long cuts() {
        return children() - cutsBefore;
    }

    private long children() {
        return faults instanceof Forking forking ? forking.children() : 0;
    }

    @Override
    public Fate at(Operation operation, Change change) {
        watch.operation(operation);
        StateHash hash = world.hashBeforeCall();
        if (memory != null && hash != null) {
            watch.addTo(hash);
            StateHash.Key key = hash.key();
            violations = watch.soFar();
            known = memory.get(key, depth);
            if (known != null) {
                return new Fate.Cut(Tear.BEFORE, Survival.NONE);
            }
            moments.add(new Moment(now(), key, fetched(), violations.size(), cuts(), false, null));
        }
        if (touches == null) {
            return faults.at(operation, change);
        }
        Fate fate = faults.at(operation, change);
        if (depth > 0 && faults instanceof Forking forking) {
            moments.add(new Moment(now(), null, 0, 0, 0, true, forking.liveChildren()));
        }
        return fate;
    }

    private int now() {
        return touches == null ? 0 : touches.now();
    }

    @Override
    public Optional<HalException.Kind> atRead() {
        return faults.atRead();
    }

    @Override
    public long readsAstray() {
        return faults.readsAstray();
    }

    /** Remembers this life, which was followed by what is given; returns what becomes of its beginning. */
    Future remember(Future then) {
        Verdict verdict = then.verdict();
        BitSet live = liveThen(then);
        int from = log == null ? 0 : log.end();
        for (int i = moments.size() - 1; i >= 0; i--) {
            Moment moment = moments.get(i);
            goBack(moment.at(), from, live);
            from = moment.at();
            if (live != null && moment.forked()) {
                live.or(moment.children() == null && blocks != null ? blocks.all() : moment.children());
            }
            if (memory != null && moment.key() != null) {
                List<Violation> later = violations.subList(moment.violations(), violations.size());
                Verdict rest = verdict.within(fetched - moment.fetched(), later);
                memory.put(moment.key(), new Future(rest, depth, copy(live), cuts - moment.cuts() + then.cuts()));
            }
        }
        goBack(0, from, live);
        Future future = new Future(verdict.after(fetched, violations), depth, live, cuts + then.cuts());
        if (memory != null) {
            memory.put(beginning, blocks, future);
        }
        return future;
    }

    private @Nullable BitSet liveThen(Future then) {
        if (log == null || blocks == null) {
            return null;
        }
        return then.live() == null ? blocks.all() : copy(then.live());
    }

    private static @Nullable BitSet copy(@Nullable BitSet set) {
        return set == null ? null : (BitSet) set.clone();
    }

    private void goBack(int to, int from, @Nullable BitSet live) {
        if (log != null && live != null) {
            log.live(to, from, live);
        }
    }
}
