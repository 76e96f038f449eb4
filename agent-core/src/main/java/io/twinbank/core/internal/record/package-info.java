// SPDX-License-Identifier: Apache-2.0
/**
 * What survives a power cut. Every record begins with a header that is frozen for ever, because agents of different ages read
 * each other's records: the agent is part of the image that is tried and rolled back.
 */
@NullMarked
package io.twinbank.core.internal.record;

import org.jspecify.annotations.NullMarked;
