// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.Optional;

/** An HTTP proxy that makes tunnels by CONNECT. */
record HttpProxy(String host, int port, Optional<Credentials> credentials) {}
