// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import org.junit.jupiter.api.Test;

@Needs(Part.VECTORS)
class VectorsTest {
    @Test
    void bytes_knownFile_isRead() {
        assertTrue(Vectors.bytes("suit-cose/verdicts.json").length > 0);
    }

    @Test
    void list_folder_findsFilesBelow() {
        assertFalse(Vectors.list("wycheproof", ".json").isEmpty());
    }
}
