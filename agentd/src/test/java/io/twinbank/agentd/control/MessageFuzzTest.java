// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes over the socket is a message that can be written and read again, or is refused. */
@Tag("fuzz")
class MessageFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "{\"command\":\"status\",\"json\":\"true\"}\n",
                        "{\"command\":\"install\",\"folder\":\"/media\",\"envelope\":\"AA==\"}\n",
                        "{\"progress\":\"downloading\",\"done\":\"1\",\"total\":\"2\"}\n{\"exit\":\"0\"}\n")
                .map(text -> text.getBytes(UTF_8));
    }

    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void read_anyBytes_isAMessageOrRefused(byte[] bytes) throws IOException {
        Message message;
        try {
            message = Message.read(new BufferedInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            return;
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        message.write(written);
        assertEquals(message, Message.read(new BufferedInputStream(new ByteArrayInputStream(written.toByteArray()))));
    }
}
