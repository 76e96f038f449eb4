// SPDX-License-Identifier: Apache-2.0
/** Contract suites that a board author extends, strict fakes, and the {@code @Needs} extension. */
package io.twinbank.hal.contract;
