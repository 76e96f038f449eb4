// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class NeedsTest {
    private final Map<String, String> properties = new HashMap<>();

    @TempDir
    Path folder;

    static class OnMethods {
        @Test
        @Needs(Part.VECTORS)
        void one() {}

        @Test
        @Needs(Part.VECTORS)
        void two() {}

        @Test
        void without() {}
    }

    @Needs(Part.VECTORS)
    static class OnClass {
        @Test
        void one() {}

        @Test
        void two() {}
    }

    @Needs(Part.VECTORS)
    static class OnBoth {
        @Test
        @Needs(Part.SQUID)
        void one() {}

        @Test
        void two() {}
    }

    @BeforeEach
    void prepare() {
        set("parts.report", folder.resolve("parts").toString());
        set("parts.required", "");
        set("vectors.dir", folder.toString());
    }

    @AfterEach
    void restore() {
        properties.forEach((name, before) -> {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        });
    }

    @Test
    void needs_partIsThere_runsAndIsCounted() throws IOException {
        run(OnMethods.class).assertStatistics(stats -> stats.succeeded(3));
        run(OnClass.class).assertStatistics(stats -> stats.succeeded(2));

        assertEquals("VECTORS ran 2 skipped 0\nVECTORS ran 2 skipped 0\n", report());
    }

    @Test
    void needs_partIsMissing_skipsAndIsCounted() throws IOException {
        set("vectors.dir", folder.resolve("none").toString());

        run(OnMethods.class).assertStatistics(stats -> stats.skipped(2).succeeded(1));
        run(OnClass.class).assertStatistics(stats -> stats.started(0));

        assertEquals("VECTORS ran 0 skipped 2\nVECTORS ran 0 skipped 2\n", report());
    }

    @Test
    void needs_classAndMethodMissParts_bothAreCounted() throws IOException {
        set("parts.hidden", "all");

        run(OnBoth.class).assertStatistics(stats -> stats.started(0));

        assertEquals(
                Set.of("VECTORS ran 0 skipped 2", "SQUID ran 0 skipped 1"),
                Set.copyOf(report().lines().toList()));
    }

    @Test
    void needs_partIsMissingButRequired_fails() throws IOException {
        set("vectors.dir", folder.resolve("none").toString());

        set("parts.required", "all");
        run(OnMethods.class).assertStatistics(stats -> stats.failed(2).succeeded(1));
        set("parts.required", "openssl,vectors");
        run(OnMethods.class).assertStatistics(stats -> stats.failed(2).succeeded(1));
        set("parts.required", "openssl");
        run(OnMethods.class).assertStatistics(stats -> stats.skipped(2).succeeded(1));
    }

    private static Events run(Class<?> type) {
        PrintStream console = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        try {
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(type))
                    .execute()
                    .testEvents();
        } finally {
            System.setOut(console);
        }
    }

    private void set(String name, String value) {
        String before = System.setProperty(name, value);
        properties.putIfAbsent(name, before);
    }

    private String report() throws IOException {
        return Files.readString(folder.resolve("parts").resolve("parts.txt")).replaceAll("(?m)^\\S+ ", "");
    }
}
