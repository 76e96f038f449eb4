// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server was told, read as docs/wire-format.md has it, by a reader of its own. */
final class Reports {
    private static final JsonFactory JSON = new JsonFactory();

    /** An outcome: of which manifest, or -1 where it is of none. */
    record Told(String id, String outcome, long sequence, String body) {}

    private Reports() {}

    /** Returns the outcomes, each body that came under an id once. */
    static List<Told> outcomes(List<Report> reports) {
        Map<String, Told> told = new LinkedHashMap<>();
        for (Report report : reports) {
            if (report.kind() == ReportKind.OUTCOME) {
                String body = new String(report.json(), StandardCharsets.UTF_8);
                told.putIfAbsent(report.id() + body, parse(report.id(), body));
            }
        }
        return new ArrayList<>(told.values());
    }

    private static Told parse(String id, String body) {
        String outcome = "";
        long sequence = -1;
        try (JsonParser json = JSON.createParser(body)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("outcome")) {
                    outcome = json.nextTextValue();
                } else if (token == JsonToken.FIELD_NAME && json.currentName().equals("sequence")) {
                    sequence = json.nextLongValue(-1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("report " + body, e);
        }
        return new Told(id, outcome, sequence, body);
    }
}
