// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The places where a payload is had: its own address, then the mirrors. Begins with the one that worked last. Thread-safe. */
final class Mirrors {
    private static final Pattern MIRRORS_VALIDATOR = Pattern.compile("[0-9a-f]{8} .*");

    private final List<Mirror> all = new ArrayList<>();
    private volatile int preferred;

    /**
     * One of the places.
     *
     * @param number in the order in which they are tried, from 0 for the payload's own address
     * @param uri the payload's address there
     * @param mark what its validators begin with; empty for the payload's own address
     */
    record Place(int number, URI uri, String mark) {
        /** What a place says of a payload's version holds for that place only. */
        Optional<String> marked(Optional<String> validator) {
            return validator.map(text -> mark + text);
        }

        /** The place's own validator, if this is one. */
        Optional<String> own(Optional<String> validator) {
            return validator
                    .filter(text ->
                            mark.isEmpty() ? !MIRRORS_VALIDATOR.matcher(text).matches() : text.startsWith(mark))
                    .map(text -> text.substring(mark.length()));
        }
    }

    Mirrors(List<Mirror> mirrors) {
        all.add(Mirror.NONE);
        all.addAll(mirrors);
    }

    /** Returns the places to try, in order: at least one. */
    List<Place> of(URI uri) {
        int first = preferred;
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            int number = (first + i) % all.size();
            Mirror mirror = all.get(number);
            // A hash, not the number: validators are kept over a change of the configuration.
            String mark = number == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "%08x ",
                            mirror.replacement().toString().hashCode());
            mirror.place(uri).ifPresent(place -> places.add(new Place(number, place, mark)));
        }
        return places;
    }

    void works(Place place) {
        preferred = place.number();
    }

    void fails(Place place) {
        preferred = (place.number() + 1) % all.size();
    }
}
