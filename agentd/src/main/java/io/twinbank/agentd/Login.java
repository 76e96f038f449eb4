// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** A user name and a password from a file, {@code USER:PASSWORD}; used once, and wiped then. */
final class Login {
    private final String user;
    private final char[] password;

    private Login(String user, char[] password) {
        this.user = user;
        this.password = password;
    }

    static Login read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, (byte) 0);
        try {
            int colon = 0;
            while (colon < text.limit() && text.get(colon) != ':') {
                colon++;
            }
            if (colon == text.limit()) {
                throw new IOException(file + ": found no colon, expected USER:PASSWORD");
            }
            int end = colon + 1;
            while (end < text.limit() && text.get(end) != '\n' && text.get(end) != '\r') {
                end++;
            }
            char[] password = new char[end - colon - 1];
            for (int i = 0; i < password.length; i++) {
                password[i] = text.get(colon + 1 + i);
            }
            return new Login(text.subSequence(0, colon).toString(), password);
        } finally {
            Arrays.fill(text.array(), '\0');
        }
    }

    void use(BiConsumer<String, char[]> taker) {
        taker.accept(user, password);
        Arrays.fill(password, '\0');
    }
}
