// SPDX-License-Identifier: Apache-2.0
/** What an embedder writes; compiled and tested, never deployed. */
@NullMarked
package io.twinbank.examples;

import org.jspecify.annotations.NullMarked;
