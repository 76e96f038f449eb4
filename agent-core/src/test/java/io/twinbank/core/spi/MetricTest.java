// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricTest {
    @Test
    void metrics_areThoseOfTheManual() throws IOException {
        List<String> manual = Files.readString(Path.of("..", "docs", "operations.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| metric | kind |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertEquals(Arrays.stream(Metric.values()).map(MetricTest::row).toList(), manual);
    }

    private static String row(Metric metric) {
        return "| `" + metric.text() + "` | " + metric.kind().name().toLowerCase(Locale.ROOT) + " |"
                + cell(metric.label().isEmpty() ? "" : "`" + metric.label() + "`") + cell(metric.unit())
                + cell(metric.meaning());
    }

    private static String cell(String text) {
        return text.isEmpty() ? " |" : " " + text + " |";
    }

    @Test
    void names_areDifferent_andFollowTheConventionOfPrometheus() {
        Set<String> names = new HashSet<>();
        for (Metric metric : Metric.values()) {
            assertTrue(names.add(metric.text()), metric.text());
            assertTrue(metric.text().matches("twinbank_[a-z_]+"), metric.text());
            String unit = metric.unit().isEmpty() ? "" : "_" + metric.unit();
            String total = metric.kind() == Metric.Kind.COUNTER ? "_total" : "";
            assertTrue(metric.text().endsWith(unit + total), metric.text());
            assertEquals(!total.isEmpty(), metric.text().endsWith("_total"), metric.text());
        }
    }
}
