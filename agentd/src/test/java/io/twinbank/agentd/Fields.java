// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The scalars of a JSON object, each as text, by names with dots: {@code running.bank}. */
record Fields(Map<String, String> all) {
    static Fields of(String json) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    all.put(
                            parser.getParsingContext()
                                    .pathAsPointer()
                                    .toString()
                                    .substring(1)
                                    .replace('/', '.'),
                            parser.getText());
                }
            }
        }
        return new Fields(all);
    }

    /** Empty where there is no such field. */
    String get(String name) {
        return all.getOrDefault(name, "");
    }
}
