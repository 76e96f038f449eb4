// SPDX-License-Identifier: Apache-2.0
/** Offers and reports over MQTT 5: start at {@link io.twinbank.mqtt.MqttTransport#builder()}. */
@NullMarked
package io.twinbank.mqtt;

import org.jspecify.annotations.NullMarked;
