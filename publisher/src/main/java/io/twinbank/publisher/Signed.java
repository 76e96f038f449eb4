// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.cose.SigningKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;

/** What {@code sign} and {@code attach} answer. */
record Signed(Path file, Signable envelope, SigningKey by) {
    String answer(boolean json) throws IOException {
        int signatures = envelope.signers().size() + 1;
        if (!json) {
            return "signed by   " + by + "\nenvelope    " + file + ", signatures: " + signatures;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            object.writeStringField("file", file.toString());
            object.writeStringField("manifestDigest", envelope.manifestDigest().toString());
            object.writeNumberField("sequence", envelope.manifest().sequence());
            object.writeStringField("kid", by.publicKey().toString());
            object.writeStringField("alg", by.algorithm().label());
            object.writeNumberField("signatures", signatures);
            object.writeEndObject();
        }
        return text.toString();
    }
}
