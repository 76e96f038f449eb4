// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.agentd.config.ConfigFile.Entry;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The values of a file's keys, and what is wrong with them. */
final class Values {
    static final Path NOWHERE = Path.of("/nonexistent");

    private final ConfigFile file;

    Values(ConfigFile file) {
        this.file = file;
    }

    boolean has(ConfigKey key) {
        return file.entries().containsKey(key.text());
    }

    Optional<String> text(ConfigKey key) {
        return Optional.ofNullable(file.entries().get(key.text())).map(Entry::value);
    }

    String required(ConfigKey key) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            file.problem(key.text() + " is missing: " + key.meaning());
        }
        return text.orElse("missing");
    }

    Optional<Path> path(ConfigKey key) {
        return text(key).map(this::resolve);
    }

    /** Relative to the file, wherever the command was typed. */
    Path resolve(String text) {
        try {
            Path folder = file.path().getParent();
            return (folder == null ? Path.of("/") : folder).resolve(text).normalize();
        } catch (InvalidPathException e) {
            file.problem("'" + text + "' isn't a path: " + e.getMessage());
            return NOWHERE;
        }
    }

    void wrong(ConfigKey key, String found, String expected) {
        Entry entry = file.entries().get(key.text());
        String what = key.text() + ": found '" + found + "', expected " + expected;
        if (entry == null) {
            file.problem(what);
        } else {
            file.problem(entry.line(), what);
        }
    }

    /** Yes or no; what the key says of itself, if it isn't there. */
    boolean flag(ConfigKey key) {
        String text = text(key).orElse(key.byDefault());
        if (!text.equals("yes") && !text.equals("no")) {
            wrong(key, text, "yes or no");
        }
        return text.equals("yes");
    }

    List<String> words(ConfigKey key) {
        return text(key).stream()
                .flatMap(text -> Stream.of(text.trim().split("[\\s,]+")))
                .toList();
    }

    <T> Optional<T> read(ConfigKey key, String expected, Function<String, T> meaning) {
        Optional<String> text = text(key);
        try {
            return text.map(meaning);
        } catch (IllegalArgumentException | DateTimeException e) {
            wrong(key, text.orElseThrow(), expected);
            return Optional.empty();
        }
    }
}
