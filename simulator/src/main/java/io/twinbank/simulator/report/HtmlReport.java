// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a report as one page of HTML that needs nothing else: no network, no fonts, no libraries. Any browser of 2023 or
 * later shows it.
 */
public final class HtmlReport {
    private static final List<String> SCRIPTS = List.of(
            "base.js", "grid.js", "overview.js", "heat.js", "pairs.js", "timeline.js", "violations.js", "main.js");

    private HtmlReport() {}

    /**
     * Writes the page into a file.
     *
     * @param report the report
     * @param file replaced if it exists
     * @throws IOException if that fails
     */
    public static void write(SweepReport report, Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            write(report, out);
        }
    }

    /**
     * Writes the page.
     *
     * @param report the report
     * @param out where to, as UTF-8; flushed, not closed
     * @throws IOException if that fails
     */
    public static void write(SweepReport report, Writer out) throws IOException {
        for (String line : resource("report.html").lines().toList()) {
            switch (line.strip()) {
                case "<!-- style -->" -> out.write("<style>\n" + resource("report.css") + "</style>\n");
                case "<!-- data -->" -> data(report, out);
                case "<!-- script -->" -> {
                    out.write("<script>\n");
                    for (String script : SCRIPTS) {
                        out.write(resource(script));
                    }
                    out.write("</script>\n");
                }
                default -> out.write(line + "\n");
            }
        }
        out.flush();
    }

    /**
     * The figures of all runs as JSON; then each run packed, for a matrix of runs has millions of cells: the page unpacks
     * those that are looked at.
     */
    private static void data(SweepReport report, Writer out) throws IOException {
        String index = JsonReport.text(json -> {
            JsonReport.origin(json, report);
            JsonReport.figures(json, report);
            JsonReport.array(json, "runs", report.runs(), run -> new RunJson(run).brief(json));
        });
        // nothing in the JSON may end its element; it has this character only inside strings
        out.write("<script type=\"application/json\" id=\"sweep\">" + index.replace("<", "\\u003c") + "</script>\n");
        for (int i = 0; i < report.runs().size(); i++) {
            out.write("<script type=\"text/plain\" id=\"run-" + i + "\">");
            out.write(packed(report.runs().get(i)));
            out.write("</script>\n");
        }
    }

    private static String packed(RunReport run) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer gzip = new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8)) {
            JsonReport.object(gzip, new RunJson(run)::members);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " isn't beside " + HtmlReport.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
