// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Which tests ran with which part. Printed when the module's tests are over, and appended to {@code parts.txt} in the
 * folder {@code -Dparts.report}, one line a part: {@code MODULE PART ran N skipped N}.
 */
final class PartsReport implements AutoCloseable {
    private final Map<Part, Set<String>> ran = new EnumMap<>(Part.class);
    private final Map<Part, Set<String>> skipped = new EnumMap<>(Part.class);

    private PartsReport() {}

    /** JUnit closes what lies in the root's store at the end of the run. */
    static PartsReport of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PartsReport.class))
                .computeIfAbsent(PartsReport.class, key -> new PartsReport(), PartsReport.class);
    }

    synchronized void add(Part part, boolean present, List<String> tests) {
        (present ? ran : skipped).computeIfAbsent(part, key -> new TreeSet<>()).addAll(tests);
    }

    @Override
    public synchronized void close() throws IOException {
        String module = Path.of("").toAbsolutePath().getFileName().toString();
        StringBuilder file = new StringBuilder();
        for (Part part : Part.values()) {
            int runs = ran.getOrDefault(part, Set.of()).size();
            int skips = skipped.getOrDefault(part, Set.of()).size();
            if (runs + skips > 0) {
                System.out.println("[parts] " + part + " ran " + runs
                        + (skips == 0 ? "" : ", SKIPPED " + skips + " (" + part.remedy() + ")"));
                file.append(module).append(' ').append(part).append(" ran ").append(runs);
                file.append(" skipped ").append(skips).append('\n');
            }
        }
        String folder = System.getProperty("parts.report", "");
        if (!folder.isBlank() && !file.isEmpty()) {
            // One small appending write, so that modules built side by side don't mix their lines.
            Path target = Files.createDirectories(Path.of(folder)).resolve("parts.txt");
            Files.writeString(target, file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
