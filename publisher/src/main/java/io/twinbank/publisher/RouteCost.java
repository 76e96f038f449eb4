// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a route costs beside the whole payload.
 *
 * @param component whose image it brings
 * @param uri where its payload is
 * @param encoding how that becomes the image
 * @param bytes how many are fetched; by an index, at most
 * @param wholeBytes how many are fetched of the whole payload
 * @param base what a delta is from
 * @param index what tells which parts are fetched
 */
record RouteCost(
        ComponentId component,
        URI uri,
        String encoding,
        long bytes,
        long wholeBytes,
        Optional<Frames.Base> base,
        Optional<IndexReference> index) {

    static List<RouteCost> of(InstallStep step) {
        long whole = step.encoding().encodedBytes(step.sizeBytes());
        return step.routes().stream().map(route -> of(step, route, whole)).toList();
    }

    private static RouteCost of(InstallStep step, Route route, long wholeBytes) {
        return new RouteCost(
                step.component(),
                route.uri(),
                route.encoding().toString(),
                route.encoding().encodedBytes(step.sizeBytes()),
                wholeBytes,
                route.encoding().frames().flatMap(Frames::base),
                route.encoding().index());
    }

    /** Says it as in "delta, 4393773 bytes, 95.9 % less, for devices that hold sha-256:00ff.. (99000 bytes): https://...". */
    String words() {
        String what;
        if (index.isPresent()) {
            what = "index, " + index.get().sizeBytes() + " bytes ("
                    + index.get().uri() + "), and what the device doesn't hold of the store, instead of " + wholeBytes
                    + " bytes";
        } else {
            what = base.isPresent() ? "delta, " : "whole, ";
            what += bytes + " bytes, " + saved(bytes, wholeBytes)
                    + base.map(from -> ", for devices that hold " + from.digest() + " (" + from.sizeBytes() + " bytes)")
                            .orElse("");
        }
        return what + ": " + uri;
    }

    /** Says it as in "95.9 % less". */
    static String saved(long bytes, long wholeBytes) {
        return bytes < wholeBytes ? percent(bytes, wholeBytes) + " % less" : "no less";
    }

    private static String percent(long bytes, long wholeBytes) {
        return String.format(Locale.ROOT, "%.1f", 100.0 * (wholeBytes - bytes) / wholeBytes);
    }

    /** Writes them for programs, as the field {@code routes} of an object that the caller has begun. */
    static void write(JsonGenerator json, List<RouteCost> routes) throws IOException {
        json.writeArrayFieldStart("routes");
        for (RouteCost route : routes) {
            json.writeStartObject();
            route.write(json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStringField("component", component.toString());
        json.writeStringField("payload", uri.toString());
        json.writeStringField("encoding", encoding);
        json.writeNumberField("wholeBytes", wholeBytes);
        if (index.isPresent()) {
            json.writeStringField("index", index.get().uri().toString());
            json.writeNumberField("indexBytes", index.get().sizeBytes());
            json.writeStringField("indexDigest", index.get().digest().toString());
            json.writeNumberField("mostBytes", bytes);
        } else {
            json.writeNumberField("payloadBytes", bytes);
            json.writeFieldName("savedPercent");
            json.writeNumber(percent(bytes, wholeBytes));
        }
        if (base.isPresent()) {
            json.writeStringField("baseDigest", base.get().digest().toString());
            json.writeNumberField("baseBytes", base.get().sizeBytes());
        }
    }
}
