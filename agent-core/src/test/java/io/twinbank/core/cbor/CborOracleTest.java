// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectedException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another CBOR implementation as the oracle. */
class CborOracleTest {
    private static final CBOREncodeOptions CANONICAL = new CBOREncodeOptions("ctap2canonical=true");

    private static void write(CborWriter writer, Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 6 : 8);
        long number = random.nextLong() >> random.nextInt(64);
        switch (kind) {
            case 0, 1 -> writer.integer(number);
            case 2 -> writer.bytes(new byte[random.nextInt(300)]);
            case 3 -> writer.text("ä€😀x".repeat(random.nextInt(30)));
            case 4 -> writer.bool(random.nextBoolean());
            case 5 -> writer.nil();
            case 6 ->
                writer.array(a -> {
                    for (int i = random.nextInt(30); i > 0; i--) {
                        write(a, random, depth - 1);
                    }
                });
            default ->
                writer.map(m -> {
                    for (int i = random.nextInt(30); i > 0; i--) {
                        boolean text = random.nextBoolean();
                        write(
                                text ? m.entry("k" + i * i) : m.entry(i % 2 == 0 ? i * 13L : -i * 13L),
                                random,
                                depth - 1);
                    }
                });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void write_anything_sameBytesAsTheOracleAndReadable(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            CborWriter writer = new CborWriter();
            write(writer, random, 3);
            byte[] encoded = writer.toByteArray();

            assertArrayEquals(CBORObject.DecodeFromBytes(encoded).EncodeToBytes(CANONICAL), encoded);
            CborReader reader = new CborReader(encoded, 3);
            assertEquals(encoded.length, reader.readItem().length());
            reader.end();
        }
    }

    @Test
    void read_mutatedBytes_acceptsOnlyWhatTheOracleReencodesAlike() {
        Random random = new Random(42);
        CborWriter writer = new CborWriter();
        write(writer, new Random(5), 3);
        byte[] good = writer.toByteArray();
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = good.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            CborReader reader = new CborReader(bytes, 4);
            boolean accepted = true;
            try {
                reader.readItem();
                reader.end();
            } catch (RejectedException e) {
                accepted = false;
            }

            if (accepted) {
                byte[] again = CBORObject.DecodeFromBytes(bytes).EncodeToBytes();
                assertArrayEquals(again, bytes, "mutation " + i);
            }
        }
    }

    @Test
    void map_sameKeyTwice_isTheCallersBug() {
        CborWriter writer = new CborWriter();

        assertThrows(
                IllegalArgumentException.class,
                () -> writer.map(m -> {
                    m.entry(1).integer(1);
                    m.entry(1).integer(2);
                }));
    }

    @Test
    void map_valueForgotten_isTheCallersBug() {
        CborWriter writer = new CborWriter();

        assertThrows(IllegalArgumentException.class, () -> writer.map(m -> m.entry(1)));
    }
}
