// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a trust set for programs, as one object. */
final class TrustSetJson {
    private final JsonGenerator json;

    TrustSetJson(JsonGenerator json) {
        this.json = json;
    }

    void write(TrustSet set) throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", set.version());
        json.writeStringField("issued", Instant.ofEpochSecond(set.issued()).toString());
        json.writeStringField("expires", Instant.ofEpochSecond(set.expires()).toString());
        json.writeArrayFieldStart("keys");
        for (TrustAnchor anchor : set.policy().anchors()) {
            key(anchor);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("rules");
        for (Map.Entry<Role, Rule> rule : new TreeMap<>(set.policy().rules()).entrySet()) {
            json.writeObjectFieldStart(rule.getKey().name());
            json.writeNumberField("threshold", rule.getValue().threshold());
            json.writeBooleanField("hybrid", rule.getValue().hybrid());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeArrayFieldStart("revokedKeys");
        for (String thumbprint : new TreeSet<>(set.policy().revokedKeys())) {
            json.writeString(thumbprint);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("revokedManifests");
        for (Digest digest : set.revokedManifests()) {
            json.writeString(digest.toString());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void key(TrustAnchor anchor) throws IOException {
        CoseKey key = CoseKey.of(anchor);
        json.writeStartObject();
        json.writeStringField("kid", key.toString());
        json.writeStringField("name", anchor.name());
        json.writeStringField("type", key.type().name());
        json.writeArrayFieldStart("roles");
        for (Role role : new TreeSet<>(anchor.roles())) {
            json.writeString(role.name());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("components");
        for (ComponentId component : anchor.components()) {
            json.writeString(component.toString());
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
