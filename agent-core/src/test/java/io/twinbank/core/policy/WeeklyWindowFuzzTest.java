// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text is, it is refused, or is a window that prints what it was parsed from. */
@Tag("fuzz")
class WeeklyWindowFuzzTest {
    static Stream<byte[]> windows() {
        return Stream.of("Mon-Fri 22:00-04:00", "Sat,Sun 00:00-24:00", "Fri-Mon 24:00-06:00")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("windows")
    @FuzzTest(maxDuration = "5s")
    void parse_anyText_isRefusedOrPrintsWhatParsesToTheSame(byte[] bytes) {
        WeeklyWindow window;
        try {
            window = WeeklyWindow.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return;
        }
        assertEquals(window, WeeklyWindow.parse(window.toString()));
    }
}
