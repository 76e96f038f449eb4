// SPDX-License-Identifier: Apache-2.0
/** For tests of what is plugged into the agent: contract suites that its author extends. */
@NullMarked
package io.twinbank.core.contract;

import org.jspecify.annotations.NullMarked;
