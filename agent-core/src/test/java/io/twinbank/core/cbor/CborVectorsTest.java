// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of RFC 8949. */
@Needs(Part.VECTORS)
class CborVectorsTest {
    private static void readAll(String hex) throws RejectedException {
        CborReader reader = new CborReader(HexFormat.of().parseHex(hex), 8);
        reader.readItem();
        reader.end();
    }

    /** What is well-formed, but no part of what SUIT needs: floating point, undefined and other simple values. */
    private static boolean outsideOfTheSubset(String hex) {
        return hex.startsWith("f") && !List.of("f4", "f5", "f6").contains(hex) || hex.startsWith("c1fb");
    }

    @Test
    void readItem_everyExampleOfAppendixA_isReadIfDeterministic() {
        String json = new String(Vectors.bytes("suit-cose/cbor/appendix_a.json"), StandardCharsets.UTF_8);
        int read = 0;
        for (CBORObject example : CBORObject.FromJSONString(json).getValues()) {
            String hex = example.get("hex").AsString();
            boolean deterministic = example.get("roundtrip").AsBoolean();
            boolean accepted = true;
            try {
                readAll(hex);
                read++;
            } catch (RejectedException e) {
                assertEquals(RejectReason.MALFORMED, e.reason(), hex);
                accepted = false;
            }

            assertEquals(deterministic && !outsideOfTheSubset(hex), accepted, hex);
        }
        assertTrue(read > 40, read + " examples read");
    }

    @Test
    void readItem_everyExampleOfAppendixF_isMalformed() {
        String text = new String(
                Vectors.bytes("suit-cose/cbor/rfc8949-appendix-F-not-wellformed.txt"), StandardCharsets.US_ASCII);
        List<String> examples = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        for (String hex : examples) {
            RejectedException e = assertThrows(RejectedException.class, () -> readAll(hex.strip()), hex);

            assertEquals(RejectReason.MALFORMED, e.reason(), hex);
        }
        assertTrue(examples.size() > 60, examples.size() + " examples");
    }
}
