// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an anchor may be: a shared key is for firmware only, and is told to nobody. */
class TrustAnchorTest {
    private static final String SECRET = "5e".repeat(32);
    private static final byte[] SHARED = HexFormat.of().parseHex("a30104030520" + "5820" + SECRET);
    private static final byte[] PUBLIC = HexFormat.of().parseHex("302a300506032b6570032100" + "00".repeat(32));

    @Test
    void shared_publicAndSharedKey_areToldApart() {
        assertTrue(new TrustAnchor("mac", SHARED, Set.of(Role.FIRMWARE)).shared());
        assertFalse(new TrustAnchor("maker", PUBLIC, Set.of(Role.FIRMWARE)).shared());
        assertFalse(new TrustAnchor("empty", new byte[0], Set.of(Role.FIRMWARE)).shared());
    }

    @ParameterizedTest
    @EnumSource(names = {"ROOT", "COMMAND"})
    void anchor_sharedKeyForMoreThanFirmware_throws(Role role) {
        for (Set<Role> roles : Set.of(EnumSet.of(role), EnumSet.of(role, Role.FIRMWARE))) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> new TrustAnchor("mac", SHARED, roles));

            assertTrue(
                    e.getMessage().startsWith("roles of trust anchor 'mac', a shared key, must be FIRMWARE alone: ["),
                    e.getMessage());
            assertTrue(e.getMessage().contains(role.name()), e.getMessage());
        }
    }

    @Test
    void anchor_sharedKey_isCopiedAndNotPrinted() {
        byte[] key = SHARED.clone();
        TrustAnchor anchor = new TrustAnchor("mac", key, Set.of(Role.FIRMWARE));
        Arrays.fill(key, (byte) 0);
        Arrays.fill(anchor.key(), (byte) 0);

        assertArrayEquals(SHARED, anchor.key());
        assertEquals("mac[FIRMWARE]", anchor.toString());
    }

    @Test
    void equals_anotherKey_isAnother() {
        TrustAnchor anchor = new TrustAnchor("mac", SHARED, Set.of(Role.FIRMWARE));
        byte[] other = SHARED.clone();
        other[39] ^= 1;

        assertEquals(anchor, new TrustAnchor("mac", SHARED, Set.of(Role.FIRMWARE)));
        assertEquals(anchor.hashCode(), new TrustAnchor("mac", SHARED, Set.of(Role.FIRMWARE)).hashCode());
        assertNotEquals(anchor, new TrustAnchor("mac", other, Set.of(Role.FIRMWARE)));
    }
}
