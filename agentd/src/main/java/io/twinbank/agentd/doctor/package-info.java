// SPDX-License-Identifier: Apache-2.0
/** The rehearsal of an update that changes nothing: {@code twinbank doctor}. */
@NullMarked
package io.twinbank.agentd.doctor;

import org.jspecify.annotations.NullMarked;
