// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;

/** The schemes that no Java 17 brings along: a library does, if it is there. */
abstract class PostQuantumScheme implements SignatureScheme {
    private final String title;

    PostQuantumScheme(String title) {
        this.title = title;
    }

    /** Asks the library; only to be called where {@link #orRefuse} catches what is missing. */
    abstract boolean holds(byte[] key, byte[] message, byte[] signature);

    @Override
    public final Check check(byte[] key) {
        return (message, signature) -> orRefuse(() -> holds(key, message, signature));
    }

    @Override
    public final void requireLibrary() throws RejectedException {
        orRefuse(() -> BouncyCastle.isThere()); // a method reference would look for it out here
    }

    @FunctionalInterface
    private interface Question {
        boolean ask();
    }

    private boolean orRefuse(Question question) throws RejectedException {
        try {
            return question.ask();
        } catch (LinkageError e) { // it isn't there, or so old that its classes are elsewhere
            throw new RejectedException(
                    RejectReason.UNSUPPORTED,
                    "library for " + title + " signatures",
                    "none",
                    "org.bouncycastle:bcprov-jdk18on on the class path");
        }
    }
}
