// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.net.URI;
import java.util.Optional;

/**
 * Another place for payloads.
 *
 * @param prefix how the addresses begin that it has
 * @param replacement what takes the prefix's place
 */
public record Mirror(URI prefix, URI replacement) {
    /** The manifest's own address. */
    static final Mirror NONE = new Mirror(URI.create(""), URI.create(""));

    Optional<URI> place(URI uri) {
        String address = uri.toString();
        String begin = prefix.toString();
        return address.startsWith(begin)
                ? Optional.of(URI.create(replacement + address.substring(begin.length())))
                : Optional.empty();
    }
}
