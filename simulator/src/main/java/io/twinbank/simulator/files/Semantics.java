// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

/** In which order a file system lets unforced changes reach the medium. */
public enum Semantics {
    /**
     * As ext4 with {@code data=ordered} and {@code auto_da_alloc}, its defaults: the names of a directory change in the order
     * in which they were changed; a file grows on the medium only once the data is there; and a rename that replaces a file
     * waits for the new one's data. Data within a file has no order.
     */
    ORDERED,
    /**
     * As FAT, or ext4 with {@code data=writeback}: no order at all. A file may have its name or its length before its data
     * and then holds zeros, and a rename may leave both names or none.
     */
    WEAK
}
