// SPDX-License-Identifier: Apache-2.0
/** Boot loaders with bugs that were found in the field, each with and without its bug. */
@NullMarked
package io.twinbank.simulator.boot.bugs;

import org.jspecify.annotations.NullMarked;
