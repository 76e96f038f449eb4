// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML event by event, only as deep as it is asked to: no tree is built and no object made, so neither nesting nor tags
 * nor aliases can do harm, and each of them is refused where it stands.
 */
final class YamlReader {
    private static final int MAX_SHOWN = 40;

    private final Iterator<Event> events;
    private @Nullable Event ahead;
    private int line = 1;

    /** Reads the value of a key. */
    @FunctionalInterface
    interface Entry {
        void read(String key) throws InvalidScenarioException;
    }

    /** Reads a value. */
    @FunctionalInterface
    interface Value {
        void read() throws InvalidScenarioException;
    }

    YamlReader(String text) {
        events = new Parse(LoadSettings.builder().build()).parseString(text).iterator();
    }

    /** Reads the only document. */
    void document(Value value) throws InvalidScenarioException {
        take(Event.ID.StreamStart, "a document");
        take(Event.ID.DocumentStart, "a document");
        value.read();
        take(Event.ID.DocumentEnd, "the end of the document");
        take(Event.ID.StreamEnd, "one document");
    }

    /** Reads a mapping; or a single word, which stands for a mapping with one key. */
    void mappingOrWord(String key, Entry each) throws InvalidScenarioException {
        if (peek().getEventId() == Event.ID.Scalar) {
            each.read(key);
        } else {
            mapping(each);
        }
    }

    void mapping(Entry each) throws InvalidScenarioException {
        take(Event.ID.MappingStart, "a mapping such as {version: 2.0}");
        Set<String> keys = new HashSet<>();
        while (peek().getEventId() != Event.ID.MappingEnd) {
            String key = word();
            if (!keys.add(key)) {
                throw refuse(quote(key) + " again", "each word once");
            }
            each.read(key);
        }
        take();
    }

    void list(Value each) throws InvalidScenarioException {
        take(Event.ID.SequenceStart, "a list");
        while (peek().getEventId() != Event.ID.SequenceEnd) {
            each.read();
        }
        take();
    }

    String word() throws InvalidScenarioException {
        return ((ScalarEvent) take(Event.ID.Scalar, "a word")).getValue();
    }

    /** Refuses what was read last. */
    InvalidScenarioException refuse(String found, String expected) {
        return new InvalidScenarioException(line, found, expected);
    }

    static String quote(String text) {
        return "'" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text) + "'";
    }

    private Event take(Event.ID id, String expected) throws InvalidScenarioException {
        Event event = take();
        if (event.getEventId() != id) {
            throw refuse(describe(event), expected);
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            throw refuse("an anchor", "no anchors");
        }
        boolean tagged = event instanceof ScalarEvent scalar
                ? scalar.getTag().isPresent()
                : event instanceof CollectionStartEvent start && start.getTag().isPresent();
        if (tagged) {
            throw refuse("a tag", "no tags");
        }
        return event;
    }

    private Event take() throws InvalidScenarioException {
        Event event = peek();
        ahead = null;
        line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(line);
        return event;
    }

    private Event peek() throws InvalidScenarioException {
        Event event = ahead;
        if (event == null) {
            try {
                event = events.next();
            } catch (MarkedYamlEngineException e) {
                int where = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(line);
                throw new InvalidScenarioException(where, e.getProblem(), "YAML");
            } catch (YamlEngineException e) {
                throw refuse(String.valueOf(e.getMessage()).lines().findFirst().orElse("something else"), "YAML");
            }
            ahead = event;
        }
        return event;
    }

    private static String describe(Event event) {
        return switch (event.getEventId()) {
            case Scalar -> quote(((ScalarEvent) event).getValue());
            case Alias -> "an alias";
            case MappingStart -> "a mapping";
            case SequenceStart -> "a list";
            case DocumentStart -> "another document";
            default -> "the end";
        };
    }
}
