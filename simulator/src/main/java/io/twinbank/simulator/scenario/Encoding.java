// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

/** How the payloads of a scenario's offers become images. */
enum Encoding {
    /** They are the images. */
    PLAIN,
    /** Encrypted, in sealed chunks. */
    ENCRYPTED,
    /** In zstd frames, over hashed chunks. */
    COMPRESSED,
    /** The images; beside each a delta from what is installed. */
    DELTA,
    /** The images; beside each its block index, which leaves less than half of it to be fetched. */
    INDEXED
}
