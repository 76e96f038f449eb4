// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Gives the TLS context of each connection, so that certificates may change while the transport runs: see {@link TlsFiles}. */
@FunctionalInterface
public interface TlsContexts {
    /**
     * Returns the context for the next connection; asked on one thread at a time, which may wait.
     *
     * @param notice told in a sentence what an operator should know, such as that a new certificate can't be used
     * @return a context that can do TLS 1.3, with a key manager for the device's certificate and a trust manager for the broker's CA
     * @throws IOException if there is none: the connection fails, and is tried again later
     * @throws GeneralSecurityException likewise
     */
    SSLContext context(Consumer<String> notice) throws IOException, GeneralSecurityException;
}
