// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus' text format 0.0.4, read strictly: each metric has one HELP and one TYPE in this order before its samples, all its lines are
 * together, no sample comes twice, and the last line ends.
 */
record Exposition(Map<String, String> help, Map<String, String> types, Map<String, Double> samples) {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") ((?:[^\\\\]|\\\\[\\\\n])+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE =
            Pattern.compile("((" + NAME + ")(?:\\{" + LABEL + "(?:," + LABEL + ")*,?})?) (-?[0-9.eE+-]+|NaN|[+-]Inf)");

    static Exposition of(String text) {
        Exposition read = new Exposition(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        assertTrue(text.endsWith("\n"), "the last line doesn't end");
        String current = "";
        for (String line : text.split("\n", -1)) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                current = help.group(1);
                assertNull(read.help.put(current, help.group(2)), "told twice: " + line);
            } else if (type.matches()) {
                assertEquals(current, type.group(1), "no HELP before: " + line);
                assertNull(read.types.put(current, type.group(2)), "told twice: " + line);
            } else if (sample.matches()) {
                assertEquals(current, sample.group(2), "not with its HELP and TYPE: " + line);
                assertTrue(read.types.containsKey(current), "no TYPE before: " + line);
                assertNull(read.samples.put(sample.group(1), Double.valueOf(sample.group(3))), "told twice: " + line);
            } else {
                assertEquals("", line, "no line of this format");
            }
        }
        read.types.forEach(
                (name, type) -> assertEquals(type.equals("counter"), name.endsWith("_total"), name + " is a " + type));
        return read;
    }
}
