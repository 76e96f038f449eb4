// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFileTest {
    private static final String GOOD = """
            name: field-update
            about: What our gateways do on Sundays.
            installed: {version: 1.4, agentAge: 1}
            otherBankEmpty: true
            imageBytes: 8192
            trialAttempts: 2
            checkpointBytes: 8192
            breakAfter: 5000
            offer:
              - {version: 2.0, behaviour: FAILS_SELF_TEST}
              - version: "2.1"
                agentAge: 2
            """;

    @Test
    void read_allWords_isTheScenario(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("scenario.yaml"), GOOD);

        Scenario scenario = ScenarioFile.read(file);

        assertEquals("field-update", scenario.name());
        assertEquals("What our gateways do on Sundays.", scenario.about());
        assertEquals(
                new SimImage.Spec("1.4", 1, Behaviour.WORKS, 1),
                scenario.installed().spec());
        assertEquals(Optional.empty(), scenario.other());
        assertEquals(8192, scenario.imageBytes());
        assertEquals(2, scenario.trialAttempts());
        assertEquals(8192, scenario.checkpointBytes());
        assertEquals(5000, scenario.breakAfterBytes());
        assertEquals(
                List.of(
                        new SimImage.Spec("2.0", 2, Behaviour.FAILS_SELF_TEST),
                        new SimImage.Spec("2.1", 2, Behaviour.WORKS, 2)),
                scenario.offers().stream().map(Firmware::spec).toList());
    }

    @Test
    void parse_fewestWords_hasTheBuildersDefaults() throws Exception {
        Scenario scenario = parse("{name: a, offer: [{version: 2.0}]}");

        assertEquals("1.4", scenario.installed().version());
        assertEquals(Optional.of("1.0"), scenario.other().map(Firmware::version));
        assertEquals("2.0", scenario.expected().version());
    }

    @Test
    void parse_unknownWord_isRefused() {
        assertRefused("name: a\nupgrade: 2.0\n", 2, "'upgrade'", "name, about, installed, otherBankEmpty,");
    }

    @Test
    void parse_unknownWordOfAnOffer_isRefused() {
        assertRefused(
                "name: a\noffer:\n  - version: 2.0\n    mood: bad\n", 4, "'mood'", "version, behaviour or agentAge");
    }

    @Test
    void parse_unknownWordOfInstalled_isRefused() {
        assertRefused("installed: {behaviour: WORKS}\n", 1, "'behaviour'", "version or agentAge");
    }

    @Test
    void parse_unknownBehaviour_isRefused() {
        assertRefused("offer:\n- {version: 2.0, behaviour: works}\n", 2, "'works'", "WORKS, NOT_YET_THREE_TIMES,");
    }

    @Test
    void parse_wordTwice_isRefused() {
        assertRefused("name: a\nname: b\n", 2, "'name' again", "each word once");
    }

    @Test
    void parse_versionTwice_isRefused() {
        assertRefused("name: a\noffer: [{version: 1.4}]\n", 3, "version 1.4 twice", "each version once");
    }

    @Test
    void parse_versionInWords_isRefused() {
        assertRefused("installed: latest\n", 1, "'latest'", "a version such as 2.0");
    }

    @Test
    void parse_badName_isRefused() {
        assertRefused("name: Sunday/Update\n", 1, "'Sunday/Update'", "a name of lower-case letters,");
    }

    @Test
    void parse_numberInWords_isRefused() {
        assertRefused("trialAttempts: three\n", 1, "'three'", "a number from 1 to 100");
    }

    @Test
    void parse_imageTooSmall_isRefused() {
        assertRefused("imageBytes: 100\n", 1, "'100'", "a number from 4096 to 4194304");
    }

    @Test
    void parse_otherBankEmptyMaybe_isRefused() {
        assertRefused("otherBankEmpty: maybe\n", 1, "'maybe'", "true, false");
    }

    @Test
    void parse_longSentence_isRefused() {
        assertRefused("about: " + "a".repeat(201) + "\n", 1, "201 characters", "at most 200");
    }

    @Test
    void parse_noName_isRefused() {
        assertRefused("offer: [{version: 2.0}]\n", 2, "no name", "a name");
    }

    @Test
    void parse_noOffer_isRefused() {
        assertRefused("name: a\n", 2, "no offer", "at least one");
    }

    @Test
    void parse_offerWithoutVersion_isRefused() {
        assertRefused("name: a\noffer: [{agentAge: 1}]\n", 2, "no version", "a version");
    }

    @Test
    void parse_manyOffers_isRefused() {
        assertRefused(
                "offer: [" + "{version: 2.0}, ".repeat(8) + "{version: 3.0}]\n", 1, "more than 8 offers", "at most");
    }

    @Test
    void parse_listForMapping_isRefused() {
        assertRefused("- name: a\n", 1, "a list", "a mapping such as {version: 2.0}");
    }

    @Test
    void parse_mappingForWord_isRefused() {
        assertRefused("name: {first: a}\n", 1, "a mapping", "a word");
    }

    @Test
    void parse_wordForList_isRefused() {
        assertRefused("offer: 2.0\n", 1, "'2.0'", "a list");
    }

    @Test
    void parse_tag_isRefused() {
        assertRefused("name: a\nabout: !!java.net.URL a\n", 2, "a tag", "no tags");
    }

    @Test
    void parse_tagOfAMapping_isRefused() {
        assertRefused("!!set {name: a}\n", 1, "a tag", "no tags");
    }

    @Test
    void parse_anchor_isRefused() {
        assertRefused("name: &a a\n", 1, "an anchor", "no anchors");
    }

    @Test
    void parse_alias_isRefused() {
        assertRefused("name: *a\n", 1, "an alias", "a word");
    }

    @Test
    void parse_secondDocument_isRefused() {
        assertRefused(GOOD + "---\nname: b\n", 13, "another document", "one document");
    }

    @Test
    void parse_noYaml_isRefused() {
        assertRefused("name: 'a\n", 2, "found unexpected end of stream", "YAML");
    }

    @Test
    void parse_nothing_isRefused() {
        assertRefused("# nothing\n", 2, "the end", "a document");
    }

    @Test
    void parse_deepNesting_isRefused() {
        assertRefused("[".repeat(ScenarioFile.MAX_BYTES), 1, "a list", "a mapping");
    }

    @Test
    void parse_notUtf8_isRefused() {
        InvalidScenarioException refused = assertThrows(
                InvalidScenarioException.class, () -> ScenarioFile.parse("about: für\n".getBytes(ISO_8859_1)));

        assertEquals("UTF-8", refused.expected());
    }

    @Test
    void parse_largeFile_isRefused() {
        assertRefused("#".repeat(ScenarioFile.MAX_BYTES + 1), 1, "more than 65536 bytes", "at most as many");
    }

    private static Scenario parse(String text) throws InvalidScenarioException {
        return ScenarioFile.parse(text.getBytes(UTF_8));
    }

    private static void assertRefused(String text, int line, String found, String expected) {
        InvalidScenarioException refused = assertThrows(InvalidScenarioException.class, () -> parse(text));

        assertEquals(line, refused.line(), refused::getMessage);
        assertEquals(found, refused.found());
        assertTrue(refused.expected().startsWith(expected), refused::getMessage);
        assertEquals("line " + line + ": found " + found + ", expected " + refused.expected(), refused.getMessage());
    }
}
