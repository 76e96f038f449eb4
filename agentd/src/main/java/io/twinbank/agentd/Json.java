// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.core.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers for scripts: one JSON object on a line. */
final class Json {
    private Json() {}

    static String object(Consumer<JsonWriter> members) {
        JsonWriter json = new JsonWriter().beginObject();
        members.accept(json);
        return new String(json.endObject().toBytes(), StandardCharsets.UTF_8);
    }

    /** Writes a text, or null: those who script this needn't ask whether the member is there. */
    static void text(JsonWriter json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.field(name, text), () -> json.nullField(name));
    }
}
