// SPDX-License-Identifier: Apache-2.0
/**
 * For tests of boards and of what is built on them: contract suites that a board author extends, strict in-memory fakes
 * put together by {@link io.twinbank.hal.contract.FakePlatform}, and the {@link io.twinbank.hal.contract.Needs} extension.
 */
@NullMarked
package io.twinbank.hal.contract;

import org.jspecify.annotations.NullMarked;
