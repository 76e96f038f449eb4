// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Names a key in a PKCS #11 token (RFC 7512), such as {@code pkcs11:token=release;object=maker}.
 *
 * @param token the token's label
 * @param serial the token's serial number, where labels aren't enough
 * @param object the label of the key
 * @param modulePath the library that knows the token
 * @param pinSource where the PIN is
 */
record Pkcs11Uri(
        String token, Optional<String> serial, String object, Optional<String> modulePath, Optional<String> pinSource) {
    static final String SCHEME = "pkcs11:";
    private static final int MAX_CHARS = 4096;
    private static final String UNRESERVED = "-._~:[]@!$'()*+,=&";

    static Pkcs11Uri parse(String uri) throws IOException {
        if (!uri.startsWith(SCHEME) || uri.length() > MAX_CHARS) {
            throw new IOException("not a PKCS #11 URI such as pkcs11:token=release;object=maker: "
                    + (uri.length() > MAX_CHARS ? uri.length() + " characters" : uri));
        }
        int question = uri.indexOf('?');
        String path = uri.substring(SCHEME.length(), question < 0 ? uri.length() : question);
        Map<String, String> what = attributes(path, ";");
        Map<String, String> how = attributes(question < 0 ? "" : uri.substring(question + 1), "&");
        if (how.containsKey("pin-value")) {
            throw new IOException(
                    "pin-value: everyone who may list processes would read the PIN; use pin-source=file:PATH,"
                            + " pin-source=env:NAME or the environment variable " + Pin.VARIABLE);
        }
        String token = require(what, "token");
        String object = require(what, "object");
        Optional<String> serial = Optional.ofNullable(what.remove("serial"));
        String type = what.remove("type");
        if (type != null && !type.equals("private")) {
            throw new IOException("type=" + type + " doesn't sign; type=private does");
        }
        Optional<String> module = Optional.ofNullable(how.remove("module-path"));
        Optional<String> pin = Optional.ofNullable(how.remove("pin-source"));
        refuseOthers(what, "token, serial, object and type=private");
        refuseOthers(how, "module-path and pin-source");
        return new Pkcs11Uri(token, serial, object, module, pin);
    }

    /** A key that is found by half of what was asked for may be the wrong one. */
    private static void refuseOthers(Map<String, String> rest, String known) throws IOException {
        if (!rest.isEmpty()) {
            throw new IOException("attribute " + rest.keySet().iterator().next()
                    + " of the PKCS #11 URI isn't heeded here, so it mustn't be there; known are " + known);
        }
    }

    private static String require(Map<String, String> attributes, String name) throws IOException {
        String value = attributes.remove(name);
        if (value == null || value.isEmpty()) {
            throw new IOException("the PKCS #11 URI has no " + name + "; it takes pkcs11:token=TOKEN;object=KEY");
        }
        return value;
    }

    private static Map<String, String> attributes(String text, String separator) throws IOException {
        Map<String, String> attributes = new TreeMap<>();
        for (String attribute : text.isEmpty() ? new String[0] : text.split(separator, -1)) {
            int equals = attribute.indexOf('=');
            if (equals < 1) {
                throw new IOException("'" + attribute + "' in the PKCS #11 URI is no NAME=VALUE");
            }
            String name = attribute.substring(0, equals);
            if (attributes.put(name, decode(attribute.substring(equals + 1))) != null) {
                throw new IOException("attribute " + name + " of the PKCS #11 URI is there twice");
            }
        }
        return attributes;
    }

    private static String decode(String value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) != '%') {
                bytes.writeBytes(value.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            String hex = value.substring(i + 1, Math.min(i + 3, value.length()));
            if (!hex.matches("[0-9A-Fa-f]{2}")) {
                throw new IOException(
                        "'%" + hex + "' in the PKCS #11 URI: a percent sign takes two hexadecimal digits");
            }
            bytes.write(Integer.parseInt(hex, 16));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the PKCS #11 URI has bytes that aren't UTF-8", e);
        }
    }

    private static String encode(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            text.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return text.toString();
    }

    /** The key's name alone: which library and PIN lead to it is this machine's business. */
    @Override
    public String toString() {
        return SCHEME + "token=" + encode(token)
                + serial.map(s -> ";serial=" + encode(s)).orElse("") + ";object=" + encode(object);
    }
}
