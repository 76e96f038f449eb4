// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static String page(SweepReport report) throws IOException {
        StringWriter page = new StringWriter();
        HtmlReport.write(report, page);
        return page.toString();
    }

    private static List<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().toList();
    }

    @Test
    void page_anyReport_needsNothingElse() throws IOException {
        String page = page(SampleReport.clean());

        assertTrue(page.contains("default-src 'none'"));
        assertEquals(
                List.of(),
                find("https?://|<link|\\bsrc=|@import|url\\(", page).stream()
                        .map(MatchResult::group)
                        .toList());
    }

    @Test
    void page_hostileText_endsNoElement() throws IOException {
        String page = page(SampleReport.hostile());

        assertFalse(page.contains("<img"));
        assertEquals(3, find("<script\\b", page).size());
        assertEquals(3, find("</script", page).size());
    }

    @Test
    void page_sameReport_isTheSame() throws IOException {
        assertEquals(page(SampleReport.oneRun()), page(SampleReport.oneRun()));
    }

    @Test
    void page_outcomes_areThoseOfTheEnum() throws IOException {
        String page = page(SampleReport.clean());

        List<String> known = find("(\\w+): \\{ label: '[^']+'(, glyph)?", page).stream()
                .map(outcome -> outcome.group(1) + (outcome.group(2) != null))
                .toList();

        assertEquals(
                Arrays.stream(Outcome.values())
                        .map(outcome -> outcome.id() + outcome.bad())
                        .toList(),
                known);
    }

    @Test
    void page_outcomes_haveAColourInLightAndInDark() throws IOException {
        String page = page(SampleReport.clean());

        for (Outcome outcome : Outcome.values()) {
            assertEquals(2, find("--" + outcome.id() + ": #", page).size(), outcome.id());
        }
    }
}
