// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Writes JSON into memory, without white space, in the order of the calls. Who calls sees to it that what begins also ends, and that
 * names are different. Not thread-safe.
 */
public final class JsonWriter {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder();
    /** Whether something stands before the next element, so that a comma has to. */
    private boolean follows;

    /** Makes a writer that has written nothing. */
    public JsonWriter() {}

    /**
     * Begins an object.
     *
     * @return this
     */
    public JsonWriter beginObject() {
        return begin('{');
    }

    /**
     * Begins an object that is a field's value.
     *
     * @param name the field's
     * @return this
     */
    public JsonWriter beginObject(String name) {
        return name(name).begin('{');
    }

    /**
     * Ends an object.
     *
     * @return this
     */
    public JsonWriter endObject() {
        return end('}');
    }

    /**
     * Begins an array.
     *
     * @return this
     */
    public JsonWriter beginArray() {
        return begin('[');
    }

    /**
     * Begins an array that is a field's value.
     *
     * @param name the field's
     * @return this
     */
    public JsonWriter beginArray(String name) {
        return name(name).begin('[');
    }

    /**
     * Ends an array.
     *
     * @return this
     */
    public JsonWriter endArray() {
        return end(']');
    }

    /**
     * Writes a field.
     *
     * @param name its name
     * @param value a text
     * @return this
     */
    public JsonWriter field(String name, String value) {
        return name(name).value(value);
    }

    /**
     * Writes a field.
     *
     * @param name its name
     * @param value a signed number
     * @return this
     */
    public JsonWriter field(String name, long value) {
        return name(name).value(value);
    }

    /**
     * Writes a field.
     *
     * @param name its name
     * @param value a number, written as {@link BigDecimal#toString()} does
     * @return this
     */
    public JsonWriter field(String name, BigDecimal value) {
        return name(name).raw(value.toString());
    }

    /**
     * Writes a field.
     *
     * @param name its name
     * @param value true or false
     * @return this
     */
    public JsonWriter field(String name, boolean value) {
        return name(name).raw(value ? "true" : "false");
    }

    /**
     * Writes a field.
     *
     * @param name its name
     * @param value a number of 64 bits without sign
     * @return this
     */
    public JsonWriter unsignedField(String name, long value) {
        return name(name).raw(Long.toUnsignedString(value));
    }

    /**
     * Writes a field without a value.
     *
     * @param name its name
     * @return this
     */
    public JsonWriter nullField(String name) {
        return name(name).raw("null");
    }

    /**
     * Writes an element.
     *
     * @param value a text; surrogates that don't pair become question marks
     * @return this
     */
    public JsonWriter value(String value) {
        separate();
        quote(value);
        return this;
    }

    /**
     * Writes an element.
     *
     * @param value a signed number
     * @return this
     */
    public JsonWriter value(long value) {
        return raw(Long.toString(value));
    }

    /**
     * Returns what was written.
     *
     * @return in UTF-8
     */
    public byte[] toBytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private JsonWriter name(String name) {
        value(name);
        text.append(':');
        follows = false;
        return this;
    }

    private JsonWriter begin(char bracket) {
        separate();
        text.append(bracket);
        follows = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        text.append(bracket);
        follows = true;
        return this;
    }

    private JsonWriter raw(String value) {
        separate();
        text.append(value);
        return this;
    }

    private void separate() {
        if (follows) {
            text.append(',');
        }
        follows = true;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < FIRST_PRINTABLE) {
                        text.append(String.format("\\u%04X", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
