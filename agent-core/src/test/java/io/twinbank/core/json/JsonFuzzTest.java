// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class JsonFuzzTest {
    @FuzzTest(maxDuration = "5s")
    void skip_anyBytes_isTakenOrRefusedAndWrittenBackTheSame(byte[] json) throws IOException {
        if (!JsonReaderTest.isTaken(json)) {
            return;
        }
        JsonReader reader = new JsonReader(json, 8);
        if (reader.peek() == JsonReader.Type.STRING) {
            String text = reader.readString();
            String pairs = new String(text.getBytes(UTF_8), UTF_8);
            assertEquals(pairs, new JsonReader(new JsonWriter().value(text).toBytes(), 1).readString());
        }
    }
}
