// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.ComponentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes the text section of a manifest. */
final class TextDecoder {
    private final Limits limits;
    private final List<SuitManifest.Text> texts = new ArrayList<>();

    TextDecoder(Limits limits) {
        this.limits = limits;
    }

    List<SuitManifest.Text> decode(Slice content) throws RejectedException {
        CborReader reader = content.reader(SuitEnvelope.MAX_DEPTH);
        int languages = reader.readMap();
        for (int i = 0; i < languages; i++) {
            String language = reader.readText(limits.contentBytes());
            int entries = reader.readMap();
            for (int j = 0; j < entries; j++) {
                if (reader.peek() == CborReader.Type.ARRAY) {
                    Optional<ComponentId> component = Optional.of(ManifestDecoder.componentId(reader, limits));
                    for (int k = reader.readMap(); k > 0; k--) {
                        entry(language, component, reader);
                    }
                } else {
                    entry(language, Optional.empty(), reader);
                }
            }
        }
        reader.end();
        return texts;
    }

    private void entry(String language, Optional<ComponentId> component, CborReader reader) throws RejectedException {
        int at = reader.position();
        long key = reader.readInteger(); // private ones are negative
        if (key != (int) key) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "key of the text at byte " + at,
                    key,
                    "from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
        }
        texts.add(new SuitManifest.Text(language, component, (int) key, reader.readText(limits.contentBytes())));
    }
}
