// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.UUID;

/**
 * Who a device is, for the compatibility checks of a manifest (RFC 9124, section 3.4 and 3.5). Identifiers are version
 * 5 UUIDs; they say what fits, they don't prove anything.
 *
 * @param vendorId derived from the vendor's domain
 * @param classId derived from the vendor id and the model
 * @param deviceId derived from the class id and the serial number
 * @param name the name that people and topics use, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 */
public record DeviceIdentity(UUID vendorId, UUID classId, UUID deviceId, String name) {
    public DeviceIdentity {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("name: 1 to 64 of [A-Za-z0-9._-], not '" + name + "'");
        }
    }
}
