// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. Each test leaves its picture in {@code target/html-report}. */
@Tag("slow")
@Needs(Part.CHROMIUM)
class HtmlReportIT {
    private static final Path PICTURES = Path.of("target", "html-report");

    @TempDir
    private static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = new Chromium(folder.resolve("profile"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.quit();
        }
    }

    private static void open(String name, SweepReport report, boolean dark) throws Exception {
        Path page = folder.resolve(name + ".html");
        HtmlReport.write(report, page);
        browser.open(page, "", dark ? 1920 : 1280, 1500, dark);
    }

    /** Clicks on the cell of an operation. */
    private static void clickCell(long operation, String variant) throws Exception {
        browser.evaluate("page.heat.canvas.scrollIntoView({ block: 'center' })");
        String column = "page.run.column.get(" + operation + ")";
        String box = "page.heat.canvas.getBoundingClientRect()";
        browser.clickAt(
                box + ".left + page.heat.centre(" + column + ")",
                box + ".top + page.heat.y(page.run.variants.indexOf('" + variant + "')) + 8");
    }

    private static void assertQuiet(String picture) throws Exception {
        browser.screenshot(PICTURES.resolve(picture + ".png"));
        assertEquals("[]", browser.errors().toString());
    }

    @Test
    void page_oneViolation_saysSoAndShowsItsTimeline() throws Exception {
        open("one", SampleReport.oneRun(), false);

        assertTrue(browser.text("#verdict").startsWith("1 violation\n"), browser.text("#verdict"));
        assertTrue(browser.text("#figures").contains("4,047"), browser.text("#figures"));
        assertEquals("brick", browser.text("#detail-outcome").strip().replaceAll("\\s*×\\s*", ""));
        assertQuiet("one-light");
    }

    @Test
    void cell_clicked_opensItsTimeline() throws Exception {
        open("one", SampleReport.oneRun(), true);

        clickCell(100, "before");

        browser.until("document.querySelector('#detail').innerText.includes('operation 100')");
        String detail = browser.text("#detail");
        assertTrue(detail.contains("otasim replay 'nor-4k/u-boot/upgrade@7:cut(100,before)'"), detail);
        assertTrue(detail.contains("Download.java:143"), detail);
        assertTrue(detail.contains("DOWNLOADING 1.5.0"), detail);
        assertEquals(3L, browser.evaluate("document.querySelectorAll('.lane').length"));
        assertQuiet("one-dark");
    }

    @Test
    void lane_clicked_showsWhatThatBootLeft() throws Exception {
        open("one", SampleReport.oneRun(), false);
        clickCell(100, "before");
        browser.until("document.querySelectorAll('.lane').length === 3");

        browser.click(".lane:nth-child(3)");

        browser.until("document.querySelector('.states').innerText.includes('Before boot 3')");
        assertEquals("true", browser.evaluate("document.querySelector('.lane:nth-child(3)').ariaPressed"));
        assertQuiet("lane");
    }

    @Test
    void violation_opened_showsReplayTestAndBytes() throws Exception {
        open("one", SampleReport.oneRun(), false);

        browser.click(".violation summary");

        browser.until("document.querySelector('.violation pre.source') && document.querySelector('.hex mark')");
        String violation = browser.text(".violation");
        assertTrue(violation.contains("otasim replay 'nor-4k/u-boot/upgrade@7:cut(285,prefix:255)'"), violation);
        assertTrue(violation.contains("void replay_S1_holds()"), violation);
        assertQuiet("violation");
    }

    @Test
    void keyboard_arrowsAndEnter_openTheNextCell() throws Exception {
        open("clean", SampleReport.clean(), false);
        browser.evaluate("page.heat.canvas.focus()");
        String before = browser.text("#detail");

        browser.press("Home");
        browser.press("ArrowRight");
        browser.press("ArrowRight");
        browser.press("Enter");

        browser.until("document.querySelector('#detail').innerText.includes('operation 3,')");
        assertFalse(before.contains("operation 3,"), before);
        assertTrue(((String) browser.evaluate("location.hash")).contains("operation=3"));
        assertQuiet("clean");
    }

    @Test
    void matrix_runPicked_showsThatRunAndItsPairs() throws Exception {
        open("matrix", SampleReport.matrix(), true);
        assertTrue(browser.text("#runs-title + *").contains("4 violated"), browser.text("#runs-title + *"));

        browser.click("[data-run=\"2\"]");
        browser.until("document.querySelector('#run-title').innerText.includes('nor-4k / mcuboot / upgrade')");
        browser.click("#runs .segment button:nth-child(2)");
        browser.until("document.querySelector('#run').innerText.includes('pairs, depth 2')");
        clickSquare(SampleReport.FIRST_OF_PAIR, SampleReport.SECOND_OF_PAIR);

        browser.until("document.querySelector('#detail').innerText.includes('never at rest')");
        assertQuiet("matrix");
    }

    @Test
    void pairs_squareClicked_opensItsTimeline() throws Exception {
        open("pairs", SampleReport.pairs(), false);

        clickSquare(5, 9);

        browser.until("document.querySelector('#detail').innerText.includes('second cut')");
        String detail = browser.text("#detail");
        assertTrue(detail.contains("cut(72,after)>cut(10,before)"), detail);
        assertTrue(detail.contains("downloading, store JOURNAL write"), detail);
        assertTrue(detail.contains("pairs, this is the worst"), detail);
        assertEquals(3L, browser.evaluate("document.querySelectorAll('.lane').length"));
        assertTrue(((String) browser.evaluate("location.hash")).endsWith("first=5&second=9"));
        assertQuiet("pairs-light");
    }

    @Test
    void pairs_badSquare_isShownAtOnceAndFromItsAddress() throws Exception {
        open("pairs", SampleReport.pairs(), true);

        assertTrue(browser.text("#detail-outcome").contains("never at rest"), browser.text("#detail"));
        assertTrue(browser.text("#violations").contains("not at rest after 12 boots"), browser.text("#violations"));
        assertQuiet("pairs-dark");

        browser.open(folder.resolve("pairs.html"), "#run=0&first=0&second=1", 1280, 1500, false);
        assertTrue(browser.text("#detail").contains("cut(1,after)>cut(2,before)"), browser.text("#detail"));
    }

    private static void clickSquare(int first, int second) throws Exception {
        browser.evaluate("page.pairs.canvas.scrollIntoView({ block: 'center' })");
        String box = "page.pairs.canvas.getBoundingClientRect()";
        browser.clickAt(
                box + ".left + page.pairs.centre(" + second + ")", box + ".top + page.pairs.y(" + first + ") + 8");
    }

    @Test
    void theme_switched_isDarkAndDrawnAgain() throws Exception {
        open("clean", SampleReport.clean(), false);
        Object light = browser.evaluate("page.heat.canvas.toDataURL()");

        browser.click("#theme");

        assertEquals("dark", browser.evaluate("document.documentElement.dataset.theme"));
        assertFalse(light.equals(browser.evaluate("page.heat.canvas.toDataURL()")));
        assertQuiet("clean-dark");
    }

    @Test
    void page_hostileText_staysText() throws Exception {
        open("hostile", SampleReport.hostile(), false);
        browser.click(".violation summary");
        browser.until("document.querySelector('.violation pre.source')");

        assertEquals("undefined", browser.evaluate("typeof window.owned"));
        assertEquals(SampleReport.HOSTILE, browser.text("#title"));
        assertEquals(6L, browser.evaluate("document.querySelectorAll('.violation').length"));
        assertQuiet("hostile");
    }
}
