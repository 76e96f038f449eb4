// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A user name and a password; the password doesn't print and is wiped when the transport closes. */
final class Credentials {
    private final String user;
    private final char[] password;

    Credentials(String user, char[] password) {
        this.user = user;
        this.password = password.clone();
    }

    String user() {
        return user;
    }

    byte[] passwordUtf8() {
        ByteBuffer encoded = ByteBuffer.allocate(3 * password.length);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(password), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    Credentials copy() {
        return new Credentials(user, password);
    }

    void wipe() {
        Arrays.fill(password, '\0');
    }

    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
