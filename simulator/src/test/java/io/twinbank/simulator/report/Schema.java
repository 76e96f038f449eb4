// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** As much of JSON Schema as {@code docs/report.schema.json} uses; a keyword that it doesn't know is an error. */
final class Schema {
    private static final Set<String> WORDS = Set.of("$schema", "$id", "$comment", "$defs", "title", "description");
    private final Map<String, Pattern> patterns = new HashMap<>();
    private final Map<String, Object> root;

    private Schema(Map<String, Object> root) {
        this.root = root;
    }

    static Schema ofReport() throws IOException {
        return new Schema(Json.object(Files.readString(Path.of("..", "docs", "report.schema.json"))));
    }

    static Schema of(String schema) throws IOException {
        return new Schema(Json.object(schema));
    }

    /** What is wrong with a document, with the place of each; empty if it is valid. */
    List<String> problems(String document) throws IOException {
        List<String> problems = new ArrayList<>();
        check("", root, Json.object(document), problems);
        return problems;
    }

    private void check(String place, Map<String, Object> schema, Object value, List<String> problems) {
        schema.forEach((keyword, rule) -> {
            if (!WORDS.contains(keyword) && !holds(place, keyword, rule, schema, value, problems)) {
                problems.add(place + ": " + keyword + " " + rule + " doesn't hold for " + value);
            }
        });
    }

    private boolean holds(
            String place,
            String keyword,
            Object rule,
            Map<String, Object> schema,
            Object value,
            List<String> problems) {
        return switch (keyword) {
            case "$ref" -> {
                check(place, object(object(root.get("$defs")).get(((String) rule).substring(8))), value, problems);
                yield true;
            }
            case "type" ->
                switch ((String) rule) {
                    case "object" -> value instanceof Map;
                    case "array" -> value instanceof List;
                    case "string" -> value instanceof String;
                    case "boolean" -> value instanceof Boolean;
                    case "integer" -> value instanceof Long;
                    default -> rule.equals("number") && value instanceof Number;
                };
            case "enum" -> ((List<?>) rule).contains(value);
            case "minimum" -> value instanceof Number number && number.doubleValue() >= ((Number) rule).doubleValue();
            case "pattern" ->
                value instanceof String text
                        && patterns.computeIfAbsent((String) rule, Pattern::compile)
                                .matcher(text)
                                .matches();
            case "required" -> object(value).keySet().containsAll((List<?>) rule);
            case "additionalProperties" ->
                rule.equals(false)
                        && object(schema.get("properties"))
                                .keySet()
                                .containsAll(object(value).keySet());
            case "properties" -> {
                object(rule).forEach((name, member) -> {
                    if (object(value).containsKey(name)) {
                        check(place + "/" + name, object(member), object(value).get(name), problems);
                    }
                });
                yield true;
            }
            case "items" -> {
                List<?> items = (List<?>) value;
                for (int i = 0; i < items.size(); i++) {
                    check(place + "/" + i, object(rule), items.get(i), problems);
                }
                yield true;
            }
            default -> throw new IllegalArgumentException("the schema uses " + keyword);
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
