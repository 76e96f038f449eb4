// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * A mounted file system: what programs see, what is on the medium, and the changes between the two in the order in which they
 * were made. A force makes the changes of one file or directory durable, a power cut any of them that may be without the
 * others.
 */
final class Volume implements Durable {
    private record Saved(Tree seen, Tree kept, List<Pending> pending, int nodes) {}

    private final Semantics semantics;
    private final List<Pending> pending = new ArrayList<>();
    private Tree seen;
    private Tree kept;
    /** How many nodes there ever were, which numbers the next one. */
    private int nodes;

    Volume(Semantics semantics) {
        this(semantics, Tree.EMPTY, Tree.ROOT + 1);
    }

    private Volume(Semantics semantics, Tree tree, int nodes) {
        this.semantics = semantics;
        this.seen = tree;
        this.kept = tree;
        this.nodes = nodes;
    }

    /** Returns a volume of which all is on the medium. */
    Volume copyOf(Tree tree) {
        return new Volume(semantics, tree, nodes);
    }

    /** What programs see. */
    Tree seen() {
        return seen;
    }

    /** What is on the medium. */
    Tree kept() {
        return kept;
    }

    /** Forgets what is only in memory and isn't going to be written any more. */
    void remount() {
        seen = kept;
        for (Pending change : pending) {
            seen = change.on(seen);
        }
    }

    /** A file or directory is on the medium from the beginning; it is the name that may be lost. */
    void create(int directory, String name, Node node) {
        int number = nodes++;
        seen = seen.with(number, node);
        kept = kept.with(number, node);
        change(new Pending.Link(directory, name, number));
    }

    void unlink(int directory, String name) {
        change(new Pending.Unlink(directory, name));
    }

    void rename(int directory, String from, String to, int node) {
        if (semantics == Semantics.WEAK) {
            change(new Pending.Link(directory, to, node));
            change(new Pending.Unlink(directory, from));
        } else {
            boolean replaces = seen.directory(directory).names().containsKey(to);
            change(new Pending.Rename(directory, from, to, node, replaces));
        }
    }

    void write(int file, long at, ByteBuffer src) {
        Content before = seen.file(file);
        int first = Content.indexOf(at);
        int end = Content.indexOf(at + src.remaining() + Page.SIZE - 1);
        Content after = before.write(at, src);
        for (int index = first; index < end; index++) {
            change(new Pending.Write(file, index, after.page(index)));
        }
        if (after.size() != before.size()) {
            change(new Pending.Resize(file, before.size(), after.size()));
        }
    }

    void truncate(int file, long size) {
        change(new Pending.Resize(file, seen.file(file).size(), size));
    }

    private void change(Pending change) {
        seen = change.on(seen);
        pending.add(change);
    }

    /** Makes all changes of a file or directory durable. */
    Change force(int node) {
        return new Force(node);
    }

    /**
     * Forgets the data of a file whose force failed: programs go on seeing it, and it never gets to the medium. Names stay,
     * for a journal is tried again or given up as a whole.
     */
    void drop(int file) {
        pending.removeIf(change -> change instanceof Pending.Write && change.owner() == file);
    }

    List<Survival> survivals() {
        Set<BitSet> different = new HashSet<>();
        return Survival.of(pending.size()).stream()
                .filter(survival -> different.add(closed(survival::keeps)))
                .toList();
    }

    void losePower(Survival survival) {
        persist(closed(survival::keeps));
        pending.clear();
        kept = kept.settled();
        seen = kept;
    }

    /** Returns the nearest legal choice: what survives brings along what it needs. */
    private BitSet closed(IntPredicate keeps) {
        BitSet chosen = new BitSet();
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (chosen.get(i) || keeps.test(i)) {
                chosen.set(i);
                for (int j = 0; semantics == Semantics.ORDERED && j < i; j++) {
                    if (pending.get(i).needs(pending.get(j))) {
                        chosen.set(j);
                    }
                }
            }
        }
        return chosen;
    }

    private void persist(BitSet chosen) {
        List<Pending> rest = new ArrayList<>();
        for (int i = 0; i < pending.size(); i++) {
            if (chosen.get(i)) {
                kept = pending.get(i).on(kept);
            } else {
                rest.add(pending.get(i));
            }
        }
        pending.clear();
        pending.addAll(rest);
    }

    @Override
    public Object save() {
        return new Saved(seen, kept, List.copyOf(pending), nodes);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        seen = saved.seen();
        kept = saved.kept();
        nodes = saved.nodes();
        pending.clear();
        pending.addAll(saved.pending());
    }

    @Override
    public void addTo(StateHash hash) {
        Map<Integer, Integer> numbering = new HashMap<>();
        kept.addTo(hash, numbering);
        seen.addTo(hash, numbering);
        hash.add(pending.size());
        pending.forEach(change -> change.addTo(hash, numbering));
    }

    /** A force: until it is over, the disk has written some of the sectors. */
    private final class Force implements Change {
        private final int node;

        Force(int node) {
            this.node = node;
        }

        @Override
        public void whole() {
            persist(closed(i -> pending.get(i).owner() == node));
        }

        @Override
        public List<Tear> tears() {
            return Sectors.tears(sectors().count());
        }

        /** Names get to the medium in one transaction of the journal, which a cut can't tear. */
        @Override
        public void torn(Tear tear) {
            if (kept.isDirectory(node)) {
                return;
            }
            kept = kept.with(node, sectors().torn(kept.file(node), tear));
        }

        private Sectors sectors() {
            Content now = kept.file(node);
            Sectors sectors = new Sectors();
            for (Pending change : pending) {
                if (change instanceof Pending.Write write && write.owner() == node) {
                    sectors.add(write.index(), now.page(write.index()), write.page());
                }
            }
            return sectors;
        }
    }
}
