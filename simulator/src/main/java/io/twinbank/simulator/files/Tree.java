// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.StateHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All files and directories of one moment, in memory or on the medium; immutable. A node without a name is never found. */
final class Tree {
    static final int ROOT = 0;
    static final Tree EMPTY = new Tree(new TreeMap<>(Map.of(ROOT, Node.Directory.EMPTY)));

    private final SortedMap<Integer, Node> nodes;

    private Tree(SortedMap<Integer, Node> nodes) {
        this.nodes = nodes;
    }

    Tree with(int number, Node node) {
        SortedMap<Integer, Node> changed = new TreeMap<>(nodes);
        changed.put(number, node);
        return new Tree(changed);
    }

    Optional<Integer> find(List<String> names) {
        Optional<Integer> found = Optional.of(ROOT);
        for (String name : names) {
            found = found.flatMap(number -> nodes.get(number) instanceof Node.Directory directory
                    ? Optional.ofNullable(directory.names().get(name))
                    : Optional.empty());
        }
        return found;
    }

    boolean isDirectory(int number) {
        return nodes.get(number) instanceof Node.Directory;
    }

    Node.Directory directory(int number) {
        return nodes.get(number) instanceof Node.Directory directory ? directory : Node.Directory.EMPTY;
    }

    Content file(int number) {
        return nodes.get(number) instanceof Content file ? file : Content.EMPTY;
    }

    /** As it is found after a power cut. */
    Tree settled() {
        SortedMap<Integer, Node> reached = new TreeMap<>();
        settle(ROOT, reached);
        return new Tree(reached);
    }

    private void settle(int number, SortedMap<Integer, Node> reached) {
        if (isDirectory(number)) {
            Node.Directory directory = directory(number);
            reached.put(number, directory);
            directory.names().values().forEach(child -> settle(child, reached));
        } else {
            reached.put(number, file(number).withoutInvisible());
        }
    }

    long usedBytes() {
        long used = 0;
        for (Node node : nodes.values()) {
            used += node instanceof Content file ? file.size() : 0;
        }
        return used;
    }

    /**
     * Adds all that has a name.
     *
     * @param numbering renumbers the nodes in the order in which they are met, so that equal trees are equal whatever came
     *     before
     */
    void addTo(StateHash hash, Map<Integer, Integer> numbering) {
        addTo(ROOT, hash, numbering);
    }

    private void addTo(int number, StateHash hash, Map<Integer, Integer> numbering) {
        hash.add(numbering.computeIfAbsent(number, met -> numbering.size()));
        if (isDirectory(number)) {
            Node.Directory directory = directory(number);
            hash.add(directory.names().size());
            directory.names().forEach((name, child) -> {
                hash.add(name);
                addTo(child, hash, numbering);
            });
        } else {
            hash.add(file(number).key());
        }
    }
}
