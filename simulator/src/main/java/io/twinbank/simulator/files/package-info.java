// SPDX-License-Identifier: Apache-2.0
/**
 * A file system whose power fails: the Linux parts of the HAL run on it unchanged. What isn't forced may be lost, in any
 * order that the file system allows. {@link io.twinbank.simulator.files.FileProfile} is where to begin.
 */
@NullMarked
package io.twinbank.simulator.files;

import org.jspecify.annotations.NullMarked;
