// SPDX-License-Identifier: Apache-2.0
/** {@link io.twinbank.simulator.store.FlashRecords}, a reference state store on raw storage. */
@NullMarked
package io.twinbank.simulator.store;

import org.jspecify.annotations.NullMarked;
