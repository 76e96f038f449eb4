// SPDX-License-Identifier: Apache-2.0
/**
 * What survives a power cut: storage devices with their physics, the one gate through which every durable change of a board
 * goes, and how a cut may tear such a change.
 */
@NullMarked
package io.twinbank.simulator.medium;

import org.jspecify.annotations.NullMarked;
