// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator may ask of a device that is in the field, and how a device knows that it was an operator:
 * {@link io.twinbank.core.command.SignedCommand}. The format is in docs/wire-format.md.
 */
@NullMarked
package io.twinbank.core.command;

import org.jspecify.annotations.NullMarked;
