// SPDX-License-Identifier: Apache-2.0
/**
 * How a payload becomes an image in a bank, in constant memory: {@link io.twinbank.core.internal.pipeline.Download} fetches and
 * writes it, {@link io.twinbank.core.internal.pipeline.ReadBack} hashes what the medium then holds.
 */
@NullMarked
package io.twinbank.core.internal.pipeline;

import org.jspecify.annotations.NullMarked;
