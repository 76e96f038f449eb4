// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodiesTest {
    private static final int SIZE = 10_001;

    @Test
    void open_anyOffset_isTheRestOfTheWhole(@TempDir Path folder) throws IOException {
        PayloadServer.Payload random = Bodies.random(7, SIZE);
        byte[] whole = read(random, 0);
        Path file = Files.write(folder.resolve("image"), whole);
        PayloadServer.Payload concat = Bodies.concat(new byte[] {1, 2, 3}, random);

        for (int offset : new int[] {0, 1, 7, 8, 4097, SIZE - 1}) {
            byte[] rest = Arrays.copyOfRange(whole, offset, SIZE);
            assertArrayEquals(rest, read(random, offset));
            assertArrayEquals(rest, read(Bodies.file(file), offset));
            assertArrayEquals(rest, read(concat, offset + 3));
        }
        assertEquals(SIZE + 3, concat.sizeBytes());
        assertEquals(SIZE + 1, read(concat, 2).length);
        assertEquals(3, read(concat, 2)[0]);
    }

    @Test
    void random_byteByByte_isTheSame() throws IOException {
        byte[] whole = read(Bodies.random(7, 100), 0);

        try (InputStream in = Bodies.random(7, 100).open(0)) {
            for (byte expected : whole) {
                assertEquals(expected, (byte) in.read());
            }
            assertEquals(-1, in.read());
        }
        assertFalse(Arrays.equals(whole, read(Bodies.random(8, 100), 0)));
    }

    @Test
    void tampered_fromAnyOffset_differsInOneByte() throws IOException {
        PayloadServer.Payload good = Bodies.random(7, SIZE);
        PayloadServer.Payload bad = Bodies.tampered(good, 5000);

        for (int offset : new int[] {0, 4999, 5000, 5001}) {
            byte[] expected = read(good, offset);
            if (offset <= 5000) {
                expected[5000 - offset] ^= 1;
            }
            assertArrayEquals(expected, read(bad, offset));
        }
    }

    @Test
    void replacedAndFrom_fromAnyOffset_haveThePartInTheirMiddle() throws IOException {
        PayloadServer.Payload whole = Bodies.random(7, SIZE);
        PayloadServer.Payload part = Bodies.random(8, 500);
        byte[] expected = read(whole, 0);
        System.arraycopy(read(part, 0), 0, expected, 3000, 500);
        PayloadServer.Payload replaced = Bodies.replaced(whole, 3000, part);

        for (int offset : new int[] {0, 1, 2999, 3000, 3001, 3499, 3500, SIZE - 1}) {
            byte[] rest = Arrays.copyOfRange(expected, offset, SIZE);
            assertArrayEquals(rest, read(replaced, offset));
            assertArrayEquals(rest, read(Bodies.from(replaced, offset), 0));
        }
        assertEquals(SIZE, replaced.sizeBytes());
        assertEquals(SIZE - 10, Bodies.from(replaced, 10).sizeBytes());
    }

    private static byte[] read(PayloadServer.Payload payload, long offset) throws IOException {
        try (InputStream in = payload.open(offset)) {
            return in.readAllBytes();
        }
    }
}
