// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.suit.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The outer form of every record: {@code kind:u8 schema:u8 headerLength:u16 header body}. The state store has checked that
 * the bytes are the ones that were stored; what is checked here is that they mean something.
 */
final class RecordFormat {
    /** Writes a header or a body. */
    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** Reads a header or a body. */
    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    /** The two halves of a record, and the schema that its body is written in. */
    record Parts(int schema, byte[] header, byte[] body) {}

    private RecordFormat() {}

    static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory can't fail", e);
        }
        return bytes.toByteArray();
    }

    static byte[] join(int kind, int schema, byte[] header, byte[] body) {
        return bytes(out -> {
            out.writeByte(kind);
            out.writeByte(schema);
            out.writeShort(header.length);
            out.write(header);
            out.write(body);
        });
    }

    static Parts split(int kind, byte[] record) throws UnreadableRecordException {
        if (record.length < 4 || record[0] != kind) {
            throw new UnreadableRecordException("not a record of kind " + kind + ", " + record.length + " bytes");
        }
        int length = ((record[2] & 0xff) << 8) | (record[3] & 0xff);
        if (length > record.length - 4) {
            throw new UnreadableRecordException("header of " + length + " bytes in a record of " + record.length);
        }
        byte[] header = new byte[length];
        System.arraycopy(record, 4, header, 0, length);
        byte[] body = new byte[record.length - 4 - length];
        System.arraycopy(record, 4 + length, body, 0, body.length);
        return new Parts(record[1] & 0xff, header, body);
    }

    static <T> T read(byte[] part, Reading<T> reading) throws UnreadableRecordException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(part));
        try {
            T value = reading.from(in);
            if (in.available() != 0) {
                throw new UnreadableRecordException(in.available() + " bytes too many");
            }
            return value;
        } catch (UnreadableRecordException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableRecordException("record of " + part.length + " bytes doesn't parse: " + e);
        }
    }

    static void writeDigest(DataOutputStream out, Digest digest) throws IOException {
        byte[] bytes = digest.bytes();
        out.writeShort(digest.algorithm());
        out.writeByte(bytes.length);
        out.write(bytes);
    }

    static Digest readDigest(DataInputStream in) throws IOException {
        int algorithm = in.readShort();
        byte[] bytes = new byte[in.readUnsignedByte()];
        in.readFully(bytes);
        return new Digest(algorithm, bytes);
    }

    /** Reads a constant by its name: names are frozen, orders aren't. */
    static <E extends Enum<E>> E readEnum(DataInputStream in, Class<E> type) throws IOException {
        String name = in.readUTF();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new UnreadableRecordException("no " + type.getSimpleName() + " is named '" + name + "'");
    }

    static <T> void writeList(DataOutputStream out, List<T> list, ListWriter<T> each) throws IOException {
        out.writeShort(list.size());
        for (T element : list) {
            each.write(out, element);
        }
    }

    static <T> List<T> readList(DataInputStream in, Reading<T> each) throws IOException {
        int size = in.readUnsignedShort();
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(each.from(in));
        }
        return list;
    }

    /** Writes one element of a list. */
    interface ListWriter<T> {
        void write(DataOutputStream out, T element) throws IOException;
    }
}
