// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Has the Java runtime compile AES-GCM before a large payload comes by TLS: it uses the processor's instructions only once their callers
 * were called some thousands of times, and by then 16 KiB a record have made a hundred megabytes.
 */
final class TlsRehearsal {
    /** A payload of less is through before a rehearsal has paid. */
    private static final long REHEARSED_BYTES = 8 << 20;

    private static final int PIECES = 5000;
    private static final int PIECE_BYTES = 256;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    /** The head of a record of TLS 1.3, which is authenticated with it. */
    private static final byte[] HEAD = new byte[5];

    private TlsRehearsal() {}

    static boolean isWorth(long payloadBytes) {
        return payloadBytes >= REHEARSED_BYTES;
    }

    /**
     * Decrypts tiny pieces, as TLS does: in place, in buffers. Takes some 0.1 s.
     *
     * @return whether this Java has the cipher
     */
    static boolean run() {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            SecretKey key = new SecretKeySpec(new byte[16], "AES");
            byte[][] nonces = {new byte[NONCE_BYTES], new byte[NONCE_BYTES]};
            nonces[1][0] = 1;
            byte[][] sealed = new byte[nonces.length][];
            for (int i = 0; i < nonces.length; i++) {
                cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonces[i]));
                cipher.updateAAD(HEAD);
                sealed[i] = cipher.doFinal(new byte[PIECE_BYTES]);
            }
            byte[] record = new byte[PIECE_BYTES + TAG_BITS / Byte.SIZE];
            for (int i = 0; i < PIECES; i++) {
                int which = i % nonces.length; // a cipher refuses the nonce before
                System.arraycopy(sealed[which], 0, record, 0, record.length);
                cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonces[which]));
                cipher.updateAAD(HEAD);
                ByteBuffer content = ByteBuffer.wrap(record);
                cipher.doFinal(content, content.duplicate());
            }
            return true;
        } catch (GeneralSecurityException e) {
            return false; // without this cipher TLS takes another
        }
    }
}
