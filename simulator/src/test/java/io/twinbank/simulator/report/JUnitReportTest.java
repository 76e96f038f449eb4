// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class JUnitReportTest {
    private static Document written(SweepReport report) throws Exception {
        StringWriter text = new StringWriter();
        JUnitReport.write(report, text);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text.toString())));
    }

    private static Element first(Document document, String name) {
        return (Element) document.getElementsByTagName(name).item(0);
    }

    @Test
    void write_matrix_isATestCaseForEachRunAndOneForTheirCoverage() throws Exception {
        Document document = written(SampleReport.matrix());

        Element suite = document.getDocumentElement();
        assertEquals("42", suite.getAttribute("tests"));
        assertEquals("4", suite.getAttribute("failures"));
        assertEquals("2", suite.getAttribute("errors"));
        assertEquals(42, document.getElementsByTagName("testcase").getLength());
        assertEquals(4, document.getElementsByTagName("failure").getLength());
        Element test = first(document, "testcase");
        assertEquals("nor-4k.u-boot", test.getAttribute("classname"));
        assertEquals("upgrade single depth 1", test.getAttribute("name"));
    }

    @Test
    void write_violation_isAFailureWithItsReplay() throws Exception {
        Element failure = first(written(SampleReport.oneRun()), "failure");

        assertEquals("S1", failure.getAttribute("type"));
        assertTrue(failure.getAttribute("message").startsWith("S1: no bank boots"), failure.getAttribute("message"));
        assertTrue(
                failure.getTextContent().contains("otasim replay 'nor-4k/u-boot/upgrade@7:cut(285,prefix:255)'"),
                failure.getTextContent());
    }

    @Test
    void write_vacuousRun_isAnErrorThatSaysWhy() throws Exception {
        Element error = first(written(SampleReport.matrix()), "error");

        assertEquals("vacuous", error.getAttribute("type"));
        assertTrue(error.getTextContent().contains("no fault at operations [31, 32]"), error.getTextContent());
        assertTrue(error.getTextContent().contains("V3 doesn't hold"), error.getTextContent());
    }

    @Test
    void write_runsThatTogetherMissSomething_areAnErrorThatSaysWhat() throws Exception {
        VacuityReport fact = new VacuityReport("V4", "not 13", false);
        Coverage coverage = new Coverage(List.of(), List.of("13"), List.of(), List.of(fact));
        Document document = written(new SweepReport("", "", "", "", 0, 0, List.of(), coverage));

        assertEquals("1", document.getDocumentElement().getAttribute("errors"));
        assertEquals("V4 doesn't hold: not 13\n", first(document, "error").getTextContent());
    }

    @Test
    void write_charactersThatXmlLacks_areReplaced() throws Exception {
        SweepReport report =
                new SweepReport("a\u0000b\ud800c\uffffd😀\t<&>\"", "", "", "", 0, 0, List.of(), Coverage.NONE);

        Element suite = written(report).getDocumentElement();

        assertEquals("a�b�c�d😀 <&>\"", suite.getAttribute("name").replace('\t', ' '));
    }
}
