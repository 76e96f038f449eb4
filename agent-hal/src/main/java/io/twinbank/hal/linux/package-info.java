// SPDX-License-Identifier: Apache-2.0
/**
 * Ready parts of a {@link io.twinbank.hal.Platform} for a Linux gateway, such as {@link
 * io.twinbank.hal.linux.FileStateStore}. They do their own system calls through the JDK and nothing else.
 *
 * <p>A thread that is interrupted while it is in one of them makes that call fail with {@code IO}, as the JDK's channels
 * do; the next call works again.
 */
@NullMarked
package io.twinbank.hal.linux;

import org.jspecify.annotations.NullMarked;
