// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.suit.Digest;
import java.net.URI;

/**
 * What is to be downloaded.
 *
 * @param uri where it lies
 * @param sizeBytes its exact size
 * @param imageDigest its digest
 * @param manifestDigest the digest of the manifest that says so
 * @param checkpointBytes how many fetched bytes a power cut may cost; rounded up to the bank's erase size
 * @param lastWriterFinished whether the last writer of this bank got to its end: only then may an erase unit be left as it
 *     is because it reads as the wanted bytes. After an interrupted erase or write a cell may read well and decay later
 * @param rates how fast the bytes must come, and may
 */
public record Job(
        URI uri,
        long sizeBytes,
        Digest imageDigest,
        Digest manifestDigest,
        long checkpointBytes,
        boolean lastWriterFinished,
        Rates rates) {
    /** Makes a job with the usual rates; see the other one. */
    public Job(
            URI uri,
            long sizeBytes,
            Digest imageDigest,
            Digest manifestDigest,
            long checkpointBytes,
            boolean lastWriterFinished) {
        this(uri, sizeBytes, imageDigest, manifestDigest, checkpointBytes, lastWriterFinished, Rates.USUAL);
    }

    public Job {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("sizeBytes must be at least 1, not " + sizeBytes);
        }
        if (checkpointBytes < 1) {
            throw new IllegalArgumentException("checkpointBytes must be at least 1, not " + checkpointBytes);
        }
    }
}
