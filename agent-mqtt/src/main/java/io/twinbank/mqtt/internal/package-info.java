// SPDX-License-Identifier: Apache-2.0
/** What the simulator puts in the place of Paho. */
@NullMarked
package io.twinbank.mqtt.internal;

import org.jspecify.annotations.NullMarked;
