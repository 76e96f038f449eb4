// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

/** A seeded bug in how programs use files, put between the agent and the file system to see that it is found. */
public enum Flaw {
    /** Nobody forces a file (M53). */
    NO_FILE_FORCE,
    /** Nobody forces a directory after a file was created or renamed in it (M53). */
    NO_DIRECTORY_FORCE,
    /** That a force failed is ignored (M54). */
    FORCE_ERROR_IGNORED,
    /** A force that failed is tried again until it succeeds, and that is believed (M54). */
    FORCE_RETRIED
}
