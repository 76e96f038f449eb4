// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;
import java.nio.ByteBuffer;
import java.util.Optional;

/** HSS-LMS (RFC 8554) in COSE (RFC 8778), by SHA-256 with 32 bytes: keys as of RFC 9708 or its forerunner, RFC 8708. */
final class HssLms extends PostQuantumScheme {
    private static final int HASH_BYTES = 32;
    private static final int MAX_LEVELS = 8;
    private static final int KEY_BYTES = 60;
    private static final int LEVELS_BYTES = 4;
    private static final DerForm FORM = new DerForm("304e300d060b2a864886f70d0109100311033d00", KEY_BYTES);
    private static final DerForm WRAPPED = new DerForm("3050300d060b2a864886f70d0109100311033f00043c", KEY_BYTES);

    /** The types of a tree: how high it is, and how many hashes a one-time signature has (RFC 8554, sections 4.1 and 5.1). */
    private record Tree(int lms, int lmOts) {
        static final int KEY_BYTES = 56;

        static Tree of(byte[] bytes, int offset) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, 2 * Integer.BYTES);
            return new Tree(buffer.getInt(), buffer.getInt());
        }

        boolean known() {
            return lms >= 5 && lms <= 9 && lmOts >= 1 && lmOts <= 4;
        }

        int signatureBytes() {
            int height = 5 * (lms - 4);
            int hashes = switch (lmOts) {
                case 1 -> 265;
                case 2 -> 133;
                case 3 -> 67;
                default -> 34;
            };
            return 3 * Integer.BYTES + HASH_BYTES + HASH_BYTES * (hashes + height);
        }
    }

    HssLms() {
        super("HSS-LMS");
    }

    @Override
    public boolean fits(byte[] der) {
        return FORM.fits(der) || WRAPPED.fits(der);
    }

    @Override
    public byte[] key(byte[] der) {
        byte[] key = FORM.fits(der) ? FORM.key(der) : WRAPPED.key(der);
        Tree top = Tree.of(key, LEVELS_BYTES);
        int levels = levels(key);
        if (levels < 1 || levels > MAX_LEVELS || !top.known()) {
            throw new IllegalArgumentException("public key: HSS-LMS with " + Integer.toUnsignedString(levels)
                    + " levels and types " + top.lms + ", " + top.lmOts + "; known are 1 to " + MAX_LEVELS
                    + " levels and types 5 to 9, 1 to 4");
        }
        return key;
    }

    private static int levels(byte[] key) {
        return ByteBuffer.wrap(key).getInt();
    }

    @Override
    public byte[] encode(byte[] key) {
        return FORM.encode(key);
    }

    @Override
    public byte[] coseKey(byte[] key) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(5);
                    m.entry(-1).bytes(key);
                })
                .toByteArray();
    }

    /** Each level's signature is over the key of the next, which says how long that one's is. */
    @Override
    public int signatureBytes(byte[] key, byte[] signature) {
        Tree tree = Tree.of(key, LEVELS_BYTES);
        int length = LEVELS_BYTES + tree.signatureBytes();
        for (int level = 1; level < levels(key); level++) {
            if (signature.length < length + Tree.KEY_BYTES) {
                return length + Tree.KEY_BYTES + tree.signatureBytes(); // about: what is there ends too early
            }
            tree = Tree.of(signature, length);
            if (!tree.known()) {
                return signature.length;
            }
            length += Tree.KEY_BYTES + tree.signatureBytes();
        }
        return length;
    }

    @Override
    public Optional<String> flaw(byte[] key, byte[] signature) {
        int levels = levels(signature) + 1;
        if (levels != levels(key)) {
            return Optional.of(Integer.toUnsignedString(levels) + " levels, not " + levels(key));
        }
        Tree tree = Tree.of(key, LEVELS_BYTES);
        int at = LEVELS_BYTES;
        for (int level = 1; level < levels; level++) {
            at += tree.signatureBytes();
            tree = Tree.of(signature, at);
            if (!tree.known()) {
                return Optional.of("types " + tree.lms + ", " + tree.lmOts + " at level " + level);
            }
            at += Tree.KEY_BYTES;
        }
        return Optional.empty();
    }

    @Override
    boolean holds(byte[] key, byte[] message, byte[] signature) {
        return BouncyCastle.hssLms(key, message, signature);
    }
}
