// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.json;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads JSON (RFC 8259) from memory, strictly: UTF-8, one value and nothing behind it, no name twice in an object, no deeper than it
 * is told. What it holds is bounded by what it reads. Not thread-safe.
 *
 * <p>Each method throws {@link IOException} where it finds something else, with what it found, where, and what was expected.
 */
public final class JsonReader {
    /** What a value is. */
    public enum Type {
        /** {@code {...}}. */
        OBJECT,
        /** {@code [...]}. */
        ARRAY,
        /** A text. */
        STRING,
        /** A number, whole or not. */
        NUMBER,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** {@code null}. */
        NULL
    }

    private static final int HEX = 16;
    private static final int HEX_DIGITS = 4;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final char END = '\uffff';

    /** An object or an array that began and didn't end; the names of an object so far. */
    private static final class Open {
        final Set<String> names = new HashSet<>();
        final char end;
        boolean hasElements;

        Open(char end) {
            this.end = end;
        }
    }

    private final String text;
    private final int maxDepth;
    private final Deque<Open> open = new ArrayDeque<>();
    private int at;

    /**
     * Makes a reader.
     *
     * @param json the bytes
     * @param maxDepth how deep objects and arrays may be nested
     * @throws IOException if they aren't UTF-8
     */
    public JsonReader(byte[] json, int maxDepth) throws IOException {
        try {
            this.text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("bytes that aren't UTF-8", e);
        }
        this.maxDepth = maxDepth;
    }

    /**
     * Tells what the next value is.
     *
     * @return its type
     * @throws IOException if there is none
     */
    public Type peek() throws IOException {
        skipSpace();
        char c = current();
        return switch (c) {
            case '{' -> Type.OBJECT;
            case '[' -> Type.ARRAY;
            case '"' -> Type.STRING;
            case 't', 'f' -> Type.BOOLEAN;
            case 'n' -> Type.NULL;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Type.NUMBER;
            default -> throw unexpected("a value");
        };
    }

    /**
     * Enters an object.
     *
     * @throws IOException if there is none, or it is too deep
     */
    public void beginObject() throws IOException {
        begin(Type.OBJECT, '}');
    }

    /**
     * Reads the name of the next field, whose value follows; leaves the object if there is none.
     *
     * @return empty at the object's end
     * @throws IOException if there is neither, or the name was there before
     */
    public Optional<String> nextName() throws IOException {
        if (!hasNext()) {
            return Optional.empty();
        }
        int begin = at;
        expect('"', "a name");
        String name = rest();
        if (!open.element().names.add(name)) {
            throw new IOException("the name \"" + name + "\" twice, at character " + begin);
        }
        skipSpace();
        expect(':', "a colon");
        return Optional.of(name);
    }

    /**
     * Enters an array.
     *
     * @throws IOException if there is none, or it is too deep
     */
    public void beginArray() throws IOException {
        begin(Type.ARRAY, ']');
    }

    /**
     * Tells whether one more element follows; leaves the array, or the object, if not.
     *
     * @return false at its end
     * @throws IOException if there is neither an element nor the end
     */
    public boolean hasNext() throws IOException {
        Open container = open.element();
        skipSpace();
        if (current() == container.end) {
            at++;
            open.pop();
            return false;
        }
        if (container.hasElements) {
            expect(',', "a comma or " + container.end);
            skipSpace();
        }
        container.hasElements = true;
        return true;
    }

    /**
     * Reads a text.
     *
     * @return with its escapes resolved
     * @throws IOException if there is none
     */
    public String readString() throws IOException {
        require(Type.STRING);
        at++;
        return rest();
    }

    /**
     * Reads a whole number.
     *
     * @return the number
     * @throws IOException if there is none, or it has a fraction or an exponent, or takes more than 32 bits
     */
    public int readInt() throws IOException {
        require(Type.NUMBER);
        int begin = at;
        skipNumber();
        String number = text.substring(begin, at);
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the number " + number + " at character " + begin + ", expected a whole one of 32 bits", e);
        }
    }

    /**
     * Passes over a value, whatever it is.
     *
     * @throws IOException if it isn't well-formed
     */
    public void skip() throws IOException {
        switch (peek()) {
            case OBJECT -> {
                beginObject();
                while (nextName().isPresent()) {
                    skip();
                }
            }
            case ARRAY -> {
                beginArray();
                while (hasNext()) {
                    skip();
                }
            }
            case STRING -> readString();
            case NUMBER -> skipNumber();
            case BOOLEAN -> word(current() == 't' ? "true" : "false");
            case NULL -> word("null");
        }
    }

    /**
     * Checks that nothing follows.
     *
     * @throws IOException if something does
     */
    public void end() throws IOException {
        skipSpace();
        if (at < text.length()) {
            throw unexpected("the end");
        }
    }

    private void begin(Type type, char end) throws IOException {
        require(type);
        if (open.size() == maxDepth) {
            throw new IOException("nested deeper than " + maxDepth + " at character " + at);
        }
        at++;
        open.push(new Open(end));
    }

    private void require(Type expected) throws IOException {
        Type found = peek();
        if (found != expected) {
            throw new IOException(found + " at character " + at + ", expected " + expected);
        }
    }

    /** The rest of a text whose first quotation mark was read. */
    private String rest() throws IOException {
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = current();
            if (c < FIRST_PRINTABLE || at >= text.length()) {
                throw unexpected("the end of a text");
            }
            at++;
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws IOException {
        char c = current();
        char resolved = switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) hexadecimal();
            default -> throw unexpected("an escape");
        };
        at++;
        return resolved;
    }

    /** Leaves the last digit to be passed over. */
    private int hexadecimal() throws IOException {
        int value = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            at++;
            int digit = current() < 0x80 ? Character.digit(current(), HEX) : -1;
            if (digit < 0) {
                throw unexpected("a hexadecimal digit");
            }
            value = value * HEX + digit;
        }
        return value;
    }

    private void skipNumber() throws IOException {
        if (current() == '-') {
            at++;
        }
        if (current() == '0') {
            at++;
        } else {
            digits();
        }
        if (current() == '.') {
            at++;
            digits();
        }
        if (current() == 'e' || current() == 'E') {
            at++;
            if (current() == '+' || current() == '-') {
                at++;
            }
            digits();
        }
    }

    private void digits() throws IOException {
        int begin = at;
        while (current() >= '0' && current() <= '9') {
            at++;
        }
        if (at == begin) {
            throw unexpected("a digit");
        }
    }

    private void word(String word) throws IOException {
        if (!text.startsWith(word, at)) {
            throw unexpected(word);
        }
        at += word.length();
    }

    private void expect(char expected, String what) throws IOException {
        if (current() != expected) {
            throw unexpected(what);
        }
        at++;
    }

    private void skipSpace() {
        while (current() == ' ' || current() == '\t' || current() == '\n' || current() == '\r') {
            at++;
        }
    }

    private char current() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private IOException unexpected(String expected) {
        String found = at < text.length() ? String.format("character U+%04X", (int) text.charAt(at)) : "the end";
        return new IOException(found + " at character " + at + ", expected " + expected);
    }
}
