// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);
    private long now;

    @Test
    void at_withinASecond_showsNothing() {
        Progress progress = new Progress(out, true, "hashing", 100, () -> now);

        now += TimeUnit.MILLISECONDS.toNanos(900);
        progress.at(99);
        progress.close();

        assertEquals("", shown());
    }

    @Test
    void at_onATerminal_drawsABarAndWipesIt() {
        Progress progress = new Progress(out, true, "hashing", 2048, () -> now);

        now += TimeUnit.SECONDS.toNanos(1);
        progress.at(1024);
        progress.close();

        String bar = "hashing  [" + "#".repeat(8) + ".".repeat(8) + "]  50 %    1.0 KiB of 2.0 KiB";
        assertEquals("\r" + bar, shown().substring(0, bar.length() + 1));
        assertEquals('\r', shown().charAt(shown().length() - 1));
    }

    @Test
    void at_elsewhere_printsALineEveryFiveSeconds() {
        Progress progress = new Progress(out, false, "hashing", 1000, () -> now);

        for (int second = 1; second <= 7; second++) {
            now += TimeUnit.SECONDS.toNanos(1);
            progress.at(second * 100);
        }
        progress.close();

        assertEquals(
                "hashing  [#...............]  10 %      100 B of 1000 B|"
                        + "hashing  [#########.......]  60 %      600 B of 1000 B|",
                shown());
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "8388608,8.0 MiB", "5000000000,4.7 GiB"})
    void size_anyNumber_isReadable(long bytes, String text) {
        assertEquals(text, Progress.size(bytes));
    }

    private String shown() {
        return text.toString().replace(System.lineSeparator(), "|");
    }
}
