// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.suit.SuitCommand;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitParameter;
import io.twinbank.core.suit.SuitSection;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a manifest for programs: the fields of an object that the caller has begun. */
final class ManifestJson {
    private final JsonGenerator json;

    ManifestJson(JsonGenerator json) {
        this.json = json;
    }

    void write(SuitManifest manifest) throws IOException {
        json.writeNumberField("sequence", manifest.sequence());
        json.writeStringField(
                "version", manifest.version().map(SuitVersion::toString).orElse(null));
        json.writeStringField("referenceUri", manifest.referenceUri().orElse(null));
        json.writeArrayFieldStart("components");
        for (ComponentId component : manifest.components()) {
            json.writeString(component.toString());
        }
        json.writeEndArray();
        json.writeFieldName("shared");
        commands(manifest.shared());
        json.writeObjectFieldStart("sections");
        for (Map.Entry<SuitSection, List<SuitCommand>> section : new TreeMap<>(manifest.sequences()).entrySet()) {
            json.writeFieldName(section.getKey().toString());
            commands(section.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("missing");
        for (SuitSection section : new TreeSet<>(manifest.missing())) {
            json.writeString(section.toString());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("text");
        for (SuitManifest.Text text : manifest.text()) {
            json.writeStartObject();
            json.writeStringField("language", text.language());
            json.writeStringField(
                    "component", text.component().map(ComponentId::toString).orElse(null));
            json.writeStringField("name", ManifestText.textName(text));
            json.writeStringField("value", text.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unknown");
        for (SuitManifest.UnknownPart part : manifest.unknown()) {
            json.writeString(part.name());
        }
        json.writeEndArray();
    }

    private void commands(List<SuitCommand> commands) throws IOException {
        json.writeStartArray();
        for (SuitCommand command : commands) {
            json.writeStartObject();
            json.writeStringField("command", command.name());
            if (command instanceof SuitCommand.SetParameters set) {
                json.writeObjectFieldStart("parameters");
                for (SuitParameter parameter : set.parameters()) {
                    json.writeStringField(parameter.name(), ManifestText.value(parameter));
                }
                json.writeEndObject();
            } else if (command instanceof SuitCommand.SetComponentIndex select) {
                json.writeBooleanField("all", select.all());
                json.writeArrayFieldStart("components");
                for (int index : select.indexes()) {
                    json.writeNumber(index);
                }
                json.writeEndArray();
            } else if (command instanceof SuitCommand.TryEach tryEach) {
                json.writeArrayFieldStart("branches");
                for (List<SuitCommand> branch : tryEach.branches()) {
                    commands(branch);
                }
                json.writeEndArray();
                json.writeBooleanField("orNothing", tryEach.orNothing());
            } else if (command instanceof SuitCommand.RunSequence run) {
                json.writeFieldName("commands");
                commands(run.commands());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
