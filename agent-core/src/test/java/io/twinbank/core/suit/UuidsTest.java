// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class UuidsTest {
    @Test
    void vendorId_ofTheDraftsExample_matches() {
        assertEquals(UUID.fromString("fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe"), Uuids.vendorId("arm.com"));
    }

    @Test
    void v5_ofRfc9562Example_matches() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

        assertEquals(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"), Uuids.v5(dns, "www.example.com"));
    }

    @Test
    void classAndDeviceId_derived_areVersion5() {
        UUID vendor = Uuids.vendorId("vendor.example");

        assertEquals(5, Uuids.classId(vendor, "gateway").version());
        assertEquals(2, Uuids.deviceId(Uuids.classId(vendor, "gateway"), "1").variant());
    }
}
