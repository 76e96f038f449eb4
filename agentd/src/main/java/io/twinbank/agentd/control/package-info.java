// SPDX-License-Identifier: Apache-2.0
/** How the other commands talk to the running daemon: a Unix-domain socket in the state folder. */
@NullMarked
package io.twinbank.agentd.control;

import org.jspecify.annotations.NullMarked;
