// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gets a token's PIN: never from the command line, which everyone on the machine can read. */
final class Pin {
    static final String VARIABLE = "OTAPUB_PIN";
    private static final String FILE = "file:";
    private static final String ENVIRONMENT = "env:";
    private static final int MAX_BYTES = 1024;

    private Pin() {}

    /** Returns the PIN, for the caller to wipe: from where the URI says, else the variable, else the person. */
    static char[] of(Pkcs11Uri key) throws IOException {
        if (key.pinSource().isPresent()) {
            String source = key.pinSource().get();
            return source.startsWith(ENVIRONMENT)
                    ? variable(source.substring(ENVIRONMENT.length()))
                    : file(Path.of(source.startsWith(FILE) ? source.substring(FILE.length()) : source));
        }
        if (System.getenv(VARIABLE) != null) {
            return variable(VARIABLE);
        }
        char[] typed = ask(key);
        if (typed == null) {
            throw new IOException("no PIN for " + key + ": put it into the environment variable " + VARIABLE
                    + ", or say pin-source=file:PATH or pin-source=env:NAME in the URI, behind a question mark");
        }
        return typed;
    }

    private static char @Nullable [] ask(Pkcs11Uri key) {
        @Nullable Console console = Terminal.isPresent() ? System.console() : null;
        return console == null ? null : console.readPassword("PIN of the token %s: ", key.token());
    }

    private static char[] variable(String name) throws IOException {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IOException("the environment variable " + name + ", which holds the PIN, isn't set");
        }
        return value.toCharArray();
    }

    private static char[] file(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " holds no PIN: larger than " + MAX_BYTES + " bytes");
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, (byte) 0);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        char[] pin = new char[end];
        text.get(pin);
        Arrays.fill(text.array(), '\0');
        if (end == 0) {
            throw new IOException(file + " holds no PIN: it is empty");
        }
        return pin;
    }
}
