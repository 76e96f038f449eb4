// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of a configuration file: UTF-8, {@code key = value}, comments on lines of their own that begin with {@code #}, no escapes, no
 * key twice. What the keys mean is for {@link GatewayConfig}.
 */
final class ConfigFile {
    static final int MAX_BYTES = 64 << 10;

    /**
     * A line with a key.
     *
     * @param line its number, from 1
     * @param value what is behind the sign, without white space around it; not empty
     */
    record Entry(int line, String value) {}

    /** What is wrong, in the order of the file; what is wrong with no line comes last. */
    private record Problem(int line, String text) {}

    private final Path path;
    private final Map<String, Entry> entries;
    private final List<Problem> problems;

    private ConfigFile(Path path, Map<String, Entry> entries, List<Problem> problems) {
        this.path = path;
        this.entries = entries;
        this.problems = problems;
    }

    static ConfigFile read(Path path) throws ConfigException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ConfigException(List.of(path + ": more than " + MAX_BYTES + " bytes"));
            }
            return parse(path, bytes);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(path + ": there is no such file; name another one with --config FILE"));
        } catch (IOException e) {
            throw new ConfigException(List.of(path + ": can't be read: " + e));
        }
    }

    static ConfigFile parse(Path path, byte[] bytes) throws ConfigException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(path + ": isn't UTF-8"));
        }
        ConfigFile file = new ConfigFile(path, new LinkedHashMap<>(), new ArrayList<>());
        int number = 0;
        for (String line : text.split("\n", -1)) {
            file.add(++number, line.strip());
        }
        return file;
    }

    private void add(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        int sign = line.indexOf('=');
        String key = sign < 0 ? "" : line.substring(0, sign).strip();
        if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
            problem(number, "expected 'key = value', found '" + line + "'");
            return;
        }
        String value = line.substring(sign + 1).strip();
        if (value.isEmpty()) {
            problem(number, key + " has no value; give one, or leave the line out");
            return;
        }
        Entry earlier = entries.putIfAbsent(key, new Entry(number, value));
        if (earlier != null) {
            problem(number, key + " is already on line " + earlier.line() + "; leave one of them out");
        }
    }

    void problem(int line, String what) {
        problems.add(new Problem(line, path + ":" + line + ": " + what));
    }

    void problem(String what) {
        problems.add(new Problem(Integer.MAX_VALUE, path + ": " + what));
    }

    Path path() {
        return path;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    void requireSound() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream()
                    .sorted(Comparator.comparingInt(Problem::line))
                    .map(Problem::text)
                    .toList());
        }
    }
}
