// SPDX-License-Identifier: Apache-2.0
/** {@link io.twinbank.simulator.profile.Profiles}: what a board may store on, with the figures of real parts. */
@NullMarked
package io.twinbank.simulator.profile;

import org.jspecify.annotations.NullMarked;
