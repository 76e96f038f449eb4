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
    FORCE_RETRIED,
    /** A file isn't replaced by a rename but emptied and written anew, as grub-editenv does (M104). */
    IN_PLACE,
    /** Both copies of U-Boot's environment are erased before one is written (M19). */
    BOTH_ERASED,
    /** Each change is written to both copies of U-Boot's environment at once (M98). */
    BOTH_WRITTEN,
    /** Of two copies of U-Boot's environment that with the greater serial number is taken, also where it has wrapped (M102). */
    NO_WRAP
}
