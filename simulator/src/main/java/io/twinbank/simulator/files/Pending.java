// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.StateHash;
import java.util.Map;

/** A change that the kernel has acknowledged and that isn't on the medium yet. */
sealed interface Pending {
    /** A change of a directory. */
    sealed interface Name extends Pending {
        @Override
        default boolean needs(Pending earlier) {
            return earlier instanceof Name && earlier.owner() == owner();
        }
    }

    /** Whose force makes it durable: a file, or for names the directory. */
    int owner();

    /** Makes it durable. */
    Tree on(Tree kept);

    /** Tells whether, on an ordered file system, this can't be durable before an earlier change is. */
    boolean needs(Pending earlier);

    void addTo(StateHash hash, Map<Integer, Integer> numbering);

    private static int renumbered(int node, Map<Integer, Integer> numbering) {
        return numbering.computeIfAbsent(node, met -> numbering.size());
    }

    /** A page as it was after one write; so the last that survives counts. */
    record Write(int owner, int index, Page page) implements Pending {
        @Override
        public Tree on(Tree kept) {
            return kept.with(owner, kept.file(owner).with(index, page));
        }

        @Override
        public boolean needs(Pending earlier) {
            return earlier instanceof Resize resize && resize.owner == owner && resize.to < resize.from;
        }

        @Override
        public void addTo(StateHash hash, Map<Integer, Integer> numbering) {
            hash.add("write");
            hash.add(renumbered(owner, numbering));
            hash.add(index);
            hash.add(page.key());
        }
    }

    /** A file's new size. */
    record Resize(int owner, long from, long to) implements Pending {
        @Override
        public Tree on(Tree kept) {
            Content file = kept.file(owner);
            return kept.with(owner, to > file.size() ? file.grownTo(to) : file.cutTo(to));
        }

        /** The new length only with what is in it. */
        @Override
        public boolean needs(Pending earlier) {
            if (earlier instanceof Write write && write.owner == owner) {
                long end = (write.index + 1L) * Page.SIZE;
                return to > from && end > from;
            }
            return earlier instanceof Resize resize && resize.owner == owner && resize.to < resize.from;
        }

        @Override
        public void addTo(StateHash hash, Map<Integer, Integer> numbering) {
            hash.add("resize");
            hash.add(renumbered(owner, numbering));
            hash.add(from);
            hash.add(to);
        }
    }

    /** A new name. */
    record Link(int owner, String name, int node) implements Name {
        @Override
        public Tree on(Tree kept) {
            return kept.with(owner, kept.directory(owner).with(name, node));
        }

        @Override
        public void addTo(StateHash hash, Map<Integer, Integer> numbering) {
            hash.add("link");
            hash.add(renumbered(owner, numbering));
            hash.add(name);
            hash.add(renumbered(node, numbering));
        }
    }

    /** A name less. */
    record Unlink(int owner, String name) implements Name {
        @Override
        public Tree on(Tree kept) {
            return kept.with(owner, kept.directory(owner).without(name));
        }

        @Override
        public void addTo(StateHash hash, Map<Integer, Integer> numbering) {
            hash.add("unlink");
            hash.add(renumbered(owner, numbering));
            hash.add(name);
        }
    }

    /** Another name for a node, within its directory, at once. */
    record Rename(int owner, String from, String to, int node, boolean replaces) implements Name {
        @Override
        public Tree on(Tree kept) {
            return kept.with(owner, kept.directory(owner).without(from).with(to, node));
        }

        @Override
        public boolean needs(Pending earlier) {
            return Name.super.needs(earlier) || (replaces && earlier.owner() == node);
        }

        @Override
        public void addTo(StateHash hash, Map<Integer, Integer> numbering) {
            hash.add("rename");
            hash.add(renumbered(owner, numbering));
            hash.add(from);
            hash.add(to);
            hash.add(renumbered(node, numbering));
            hash.add(replaces ? 1 : 0);
        }
    }
}
