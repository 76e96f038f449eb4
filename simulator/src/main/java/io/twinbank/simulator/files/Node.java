// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a name leads to; immutable. */
sealed interface Node permits Node.Directory, Content {

    /**
     * A directory.
     *
     * @param names what is in it, by the numbers of its nodes
     */
    record Directory(SortedMap<String, Integer> names) implements Node {
        static final Directory EMPTY = new Directory(new TreeMap<>());

        public Directory {
            names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
        }

        Directory with(String name, int node) {
            SortedMap<String, Integer> more = new TreeMap<>(names);
            more.put(name, node);
            return new Directory(more);
        }

        Directory without(String name) {
            SortedMap<String, Integer> less = new TreeMap<>(names);
            less.remove(name);
            return new Directory(less);
        }
    }
}
