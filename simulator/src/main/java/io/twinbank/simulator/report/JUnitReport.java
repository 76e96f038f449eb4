// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a report as JUnit XML, which build servers show: a test case for each run, and one for what they cover
 * together. A violation is a failure that carries its replay string; what proves nothing is an error.
 */
public final class JUnitReport {
    private JUnitReport() {}

    /**
     * Writes it.
     *
     * @param report the report
     * @param out where to; flushed, not closed
     * @throws IOException if that fails
     */
    public static void write(SweepReport report, Writer out) throws IOException {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            suite(xml, report);
            xml.close();
        } catch (XMLStreamException failed) {
            throw new IOException(failed);
        }
        out.flush();
    }

    private static void suite(XMLStreamWriter xml, SweepReport report) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", report.title());
        attribute(xml, "tests", Integer.toString(report.runs().size() + 1));
        attribute(xml, "failures", Long.toString(count(report, true)));
        attribute(xml, "errors", Long.toString(count(report, false)));
        attribute(xml, "skipped", "0");
        attribute(xml, "time", seconds(report.seconds()));
        xml.writeCharacters("\n");
        xml.writeStartElement("properties");
        property(xml, "command", report.command());
        property(xml, "build", report.build());
        property(xml, "machine", report.machine());
        property(xml, "seed", Long.toString(report.seed()));
        xml.writeEndElement();
        for (RunReport run : report.runs()) {
            xml.writeCharacters("\n");
            testCase(xml, run);
        }
        xml.writeCharacters("\n");
        coverage(xml, report.coverage());
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeCharacters("\n");
        xml.writeEndDocument();
    }

    private static long count(SweepReport report, boolean violated) {
        long runs = report.runs().stream()
                .filter(run -> !run.ok() && (run.figures().violations() > 0) == violated)
                .count();
        return violated || report.coverage().isEnough() ? runs : runs + 1;
    }

    /** Of all runs together. */
    private static void coverage(XMLStreamWriter xml, Coverage coverage) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "sweep");
        attribute(xml, "name", "coverage");
        attribute(xml, "time", seconds(0));
        if (!coverage.isEnough()) {
            problem(xml, "error", "vacuous", "the sweep missed what it must reach", broken(coverage.vacuity()));
        }
        xml.writeEndElement();
    }

    private static void testCase(XMLStreamWriter xml, RunReport run) throws XMLStreamException {
        RunReport.Id id = run.id();
        xml.writeStartElement("testcase");
        attribute(xml, "classname", id.profile() + "." + id.boot());
        attribute(xml, "name", id.scenario() + " " + id.mode() + " depth " + id.depth());
        attribute(xml, "time", seconds(run.figures().seconds()));
        List<ViolationReport> kept = run.violations();
        if (!kept.isEmpty()) {
            ViolationReport first = kept.get(0);
            long others = run.figures().violations() - 1;
            problem(
                    xml,
                    "failure",
                    first.oracle(),
                    first.oracle() + ": " + first.message() + (others == 0 ? "" : " (and " + others + " more)"),
                    kept.stream().map(JUnitReport::words).collect(Collectors.joining("\n")));
        } else if (!run.ok()) {
            String words = vacuous(run);
            problem(xml, "error", "vacuous", "this run proves nothing", words);
        }
        xml.writeEndElement();
    }

    private static String words(ViolationReport violation) {
        String shortest = violation.shrunk().isEmpty() ? violation.schedule() : violation.shrunk();
        return violation.oracle() + ": " + violation.message() + "\n  otasim replay '" + shortest + "'\n  found as "
                + violation.schedule() + "\n"
                + (violation.remark().isEmpty() ? "" : "  " + violation.remark() + "\n");
    }

    private static String vacuous(RunReport run) {
        StringBuilder words = new StringBuilder();
        if (!run.uncovered().isEmpty()) {
            words.append("no fault at operations ").append(run.uncovered()).append('\n');
        }
        return words.append(broken(run.vacuity())).toString();
    }

    private static String broken(List<VacuityReport> facts) {
        return facts.stream()
                .filter(fact -> !fact.holds())
                .map(fact -> fact.id() + " doesn't hold: " + fact.text() + "\n")
                .collect(Collectors.joining());
    }

    private static void problem(XMLStreamWriter xml, String element, String type, String message, String words)
            throws XMLStreamException {
        xml.writeStartElement(element);
        attribute(xml, "type", type);
        attribute(xml, "message", message);
        xml.writeCharacters(legal(words));
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute(xml, "name", name);
        attribute(xml, "value", value);
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** XML has no way to write most control characters, nor half a surrogate pair. */
    private static String legal(String text) {
        StringBuilder legal = new StringBuilder(text.length());
        text.codePoints().map(point -> isLegal(point) ? point : 0xFFFD).forEach(legal::appendCodePoint);
        return legal.toString();
    }

    private static boolean isLegal(int point) {
        return point < 0x20
                ? point == '\t' || point == '\n' || point == '\r'
                : point < 0xD800 || (point > 0xDFFF && point != 0xFFFE && point != 0xFFFF);
    }
}
