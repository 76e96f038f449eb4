// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.simulator.boot.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A scenario as YAML, with the words of {@link ScenarioBuilder}. Anything that it doesn't know is refused.
 *
 * <pre>
 *   name: field-update
 *   about: What our gateways do on Sundays.
 *   installed: 1.4                       # or {version: 1.4, agentAge: 1}
 *   otherBankEmpty: true
 *   imageBytes: 65536
 *   trialAttempts: 3
 *   checkpointBytes: 4096
 *   breakAfter: 9000
 *   offer:
 *     - {version: 2.0, behaviour: FAILS_SELF_TEST}
 *     - {version: 2.1, behaviour: WORKS, agentAge: 1}
 * </pre>
 */
public final class ScenarioFile {
    /** How large a file may be, in bytes. */
    public static final int MAX_BYTES = 64 << 10;
    /** How many updates it may offer. */
    public static final int MAX_OFFERS = 8;
    /** How large its images may be, in bytes. */
    public static final int MAX_IMAGE_BYTES = 4 << 20;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}");
    private static final int MAX_ABOUT = 200;
    private static final int MAX_AGE = 100;

    private final YamlReader yaml;
    private final ScenarioBuilder builder = Scenario.named("");
    private int offers = 0;

    private ScenarioFile(String text) {
        yaml = new YamlReader(text);
    }

    /**
     * Reads a file.
     *
     * @param file in UTF-8, at most {@value #MAX_BYTES} bytes
     * @return what it says
     * @throws InvalidScenarioException if it doesn't say a scenario
     * @throws IOException if it can't be read
     */
    public static Scenario read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        return parse(bytes);
    }

    /**
     * Reads what a file holds.
     *
     * @param bytes in UTF-8, at most {@value #MAX_BYTES}
     * @return what they say
     * @throws InvalidScenarioException if they don't say a scenario
     */
    public static Scenario parse(byte[] bytes) throws InvalidScenarioException {
        if (bytes.length > MAX_BYTES) {
            throw new InvalidScenarioException(1, "more than " + MAX_BYTES + " bytes", "at most as many");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ScenarioFile(text).scenario();
        } catch (CharacterCodingException e) {
            throw new InvalidScenarioException(1, "other bytes", "UTF-8");
        }
    }

    private Scenario scenario() throws InvalidScenarioException {
        yaml.document(() -> yaml.mapping(this::entry));
        if (offers == 0) {
            throw yaml.refuse("no offer", "at least one");
        }
        if (builder.name().isEmpty()) {
            throw yaml.refuse("no name", "a name");
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw yaml.refuse(String.valueOf(e.getMessage()), "each version once");
        }
    }

    private void entry(String key) throws InvalidScenarioException {
        switch (key) {
            case "name" -> builder.name(matching(NAME, "a name of lower-case letters, digits and hyphens"));
            case "about" -> builder.about(about());
            case "installed" -> installed();
            case "otherBankEmpty" -> {
                if (oneOf("true", "false").equals("true")) {
                    builder.otherBankEmpty();
                }
            }
            case "imageBytes" -> builder.imageBytes(number(Scenario.MIN_IMAGE_BYTES, MAX_IMAGE_BYTES));
            case "trialAttempts" -> builder.trialAttempts(number(1, 100));
            case "checkpointBytes" -> builder.checkpointBytes(number(512, MAX_IMAGE_BYTES));
            case "breakAfter" -> builder.breakAfter(number(0, MAX_IMAGE_BYTES));
            case "offer" -> yaml.list(this::offer);
            default ->
                throw unknown(
                        key,
                        "name, about, installed, otherBankEmpty, imageBytes, trialAttempts, checkpointBytes,"
                                + " breakAfter or offer");
        }
    }

    private InvalidScenarioException unknown(String word, String expected) {
        return yaml.refuse(YamlReader.quote(word), expected);
    }

    /** What is said of an image. */
    private static final class Image {
        String version = "";
        int agentAge = 0;
        Behaviour behaviour = Behaviour.WORKS;
    }

    private void installed() throws InvalidScenarioException {
        Image image = new Image();
        yaml.mappingOrWord("version", key -> {
            switch (key) {
                case "version" -> image.version = version();
                case "agentAge" -> image.agentAge = number(0, MAX_AGE);
                default -> throw unknown(key, "version or agentAge");
            }
        });
        builder.installed(checked(image).version, image.agentAge);
    }

    private void offer() throws InvalidScenarioException {
        if (++offers > MAX_OFFERS) {
            throw yaml.refuse("more than " + MAX_OFFERS + " offers", "at most as many");
        }
        Image image = new Image();
        yaml.mapping(key -> {
            switch (key) {
                case "version" -> image.version = version();
                case "agentAge" -> image.agentAge = number(0, MAX_AGE);
                case "behaviour" ->
                    image.behaviour = Behaviour.valueOf(oneOf(
                            Arrays.stream(Behaviour.values()).map(Enum::name).toArray(String[]::new)));
                default -> throw unknown(key, "version, behaviour or agentAge");
            }
        });
        builder.offer(checked(image).version, image.behaviour, image.agentAge);
    }

    private Image checked(Image image) throws InvalidScenarioException {
        if (image.version.isEmpty()) {
            throw yaml.refuse("no version", "a version");
        }
        return image;
    }

    private String version() throws InvalidScenarioException {
        return matching(VERSION, "a version such as 2.0");
    }

    private String about() throws InvalidScenarioException {
        String about = yaml.word();
        if (about.length() > MAX_ABOUT) {
            throw yaml.refuse(about.length() + " characters", "at most " + MAX_ABOUT);
        }
        return about;
    }

    private String matching(Pattern pattern, String expected) throws InvalidScenarioException {
        String word = yaml.word();
        if (!pattern.matcher(word).matches()) {
            throw unknown(word, expected);
        }
        return word;
    }

    private String oneOf(String... words) throws InvalidScenarioException {
        String word = yaml.word();
        if (!Set.of(words).contains(word)) {
            throw unknown(word, Arrays.stream(words).collect(Collectors.joining(", ")));
        }
        return word;
    }

    private int number(int least, int most) throws InvalidScenarioException {
        String word = yaml.word();
        boolean isNumber = word.matches("[0-9]{1,9}");
        if (!isNumber || Integer.parseInt(word) < least || Integer.parseInt(word) > most) {
            throw unknown(word, "a number from " + least + " to " + most);
        }
        return Integer.parseInt(word);
    }
}
