// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.simulator.network.Finding;
import io.twinbank.simulator.network.NetworkFault;
import io.twinbank.simulator.network.NetworkResult;
import java.io.IOException;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What the seeds of a simulated network came to: how often each fault struck, the figures, and what is bad. */
final class NetworkText {
    /** How many findings are shown. */
    private static final int SHOWN = 20;

    private final List<NetworkResult> results;
    private final double seconds;

    NetworkText(List<NetworkResult> results, double seconds) {
        this.results = List.copyOf(results);
        this.seconds = seconds;
    }

    long findings() {
        return sum(result -> result.findings().size());
    }

    /** Tells whether the faults that were asked for struck, and messages got through all the same. */
    boolean proves(int wanted) {
        return results.stream().allMatch(result -> result.faults() >= wanted && result.acknowledged() > 0);
    }

    String table() {
        StringBuilder text = new StringBuilder();
        line(text, "%-42s %9s", "fault", "struck");
        struck().forEach((fault, times) -> line(text, "%-42s %,9d", fault.text(), times));
        results.stream()
                .flatMap(result -> result.findings().stream().map(finding -> "seed " + result.seed() + ", " + finding))
                .limit(SHOWN)
                .forEach(finding -> line(text, "%n%s", finding));
        if (findings() > SHOWN) {
            line(text, "%n… and %,d more findings", findings() - SHOWN);
        }
        line(
                text,
                "%noffers acknowledged %,d, installed %,d; outcomes lost %,d, seen twice %,d, received again %,d; lives %,d",
                sum(NetworkResult::acknowledged),
                sum(NetworkResult::installed),
                found("N1"),
                found("N2"),
                sum(NetworkResult::receivedAgain),
                sum(NetworkResult::lives));
        line(
                text,
                "%s: %,d findings, %,d faults with %s in %,.1f h of virtual time; everything had arrived %,d s after the last"
                        + " fault at most; %.1f s, %,.0f faults/s%n%s",
                findings() > 0 ? "BAD" : "GOOD",
                findings(),
                sum(NetworkResult::faults),
                results.size() == 1
                        ? "seed " + results.get(0).seed()
                        : "seeds " + results.get(0).seed() + ".."
                                + results.get(results.size() - 1).seed(),
                sum(result -> result.passed().toSeconds()) / 3600.0,
                settled(),
                seconds,
                sum(NetworkResult::faults) / seconds,
                Machine.describe());
        return text.toString();
    }

    String json() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeBooleanField("ok", findings() == 0);
            out.writeNumberField("seeds", results.size());
            out.writeNumberField("faults", sum(NetworkResult::faults));
            out.writeObjectFieldStart("struck");
            for (Map.Entry<NetworkFault, Long> each : struck().entrySet()) {
                out.writeNumberField(each.getKey().name(), each.getValue());
            }
            out.writeEndObject();
            out.writeNumberField("acknowledged", sum(NetworkResult::acknowledged));
            out.writeNumberField("installed", sum(NetworkResult::installed));
            out.writeNumberField("lost", found("N1"));
            out.writeNumberField("seenTwice", found("N2"));
            out.writeNumberField("receivedAgain", sum(NetworkResult::receivedAgain));
            out.writeNumberField("refused", sum(NetworkResult::refused));
            out.writeNumberField("lives", sum(NetworkResult::lives));
            out.writeNumberField("settledSeconds", settled());
            out.writeNumberField("seconds", seconds);
            out.writeArrayFieldStart("findings");
            for (NetworkResult result : results) {
                for (Finding finding : result.findings()) {
                    out.writeStartObject();
                    out.writeNumberField("seed", result.seed());
                    out.writeStringField("oracle", finding.oracle());
                    out.writeStringField("detail", finding.detail());
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }

    private Map<NetworkFault, Long> struck() {
        Map<NetworkFault, Long> all = new EnumMap<>(NetworkFault.class);
        for (NetworkFault fault : NetworkFault.values()) {
            all.put(fault, sum(result -> result.kinds().getOrDefault(fault, 0)));
        }
        return all;
    }

    private long found(String oracle) {
        return sum(result -> result.found(oracle));
    }

    private long settled() {
        return results.stream()
                .mapToLong(result -> result.settledAfter().toSeconds())
                .max()
                .orElse(0);
    }

    private long sum(ToLongFunction<NetworkResult> figure) {
        return results.stream().mapToLong(figure).sum();
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}
