// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the JDK's ciphers alone take for 256 MiB, in processor time of the thread: the first time, and once the JVM has compiled
 * them. No install can be faster. ENCODING is ctr, gcm or chacha; the bytes are encrypted in chunks of 16 KiB, which takes as
 * long as decrypting them.
 */
public final class CipherSpeed {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int CHUNKS = 16 << 10;
    private static final int WARM = 3;

    private CipherSpeed() {}

    public static void main(String[] args) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(
                switch (args[0]) {
                    case "ctr" -> "AES/CTR/NoPadding";
                    case "gcm" -> "AES/GCM/NoPadding";
                    case "chacha" -> "ChaCha20-Poly1305";
                    default -> throw new IllegalArgumentException("encoding: ctr, gcm or chacha, not " + args[0]);
                });
        SecretKeySpec key = new SecretKeySpec(new byte["chacha".equals(args[0]) ? 32 : 16], "AES");
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        byte[] in = new byte[CHUNK_BYTES];
        byte[] out = new byte[CHUNK_BYTES + 16];
        long[] took = new long[WARM + 1];
        for (int round = 0; round <= WARM; round++) {
            long begun = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < CHUNKS; i++) {
                cipher.init(Cipher.ENCRYPT_MODE, key, nonce(args[0], round * CHUNKS + i));
                cipher.doFinal(in, 0, in.length, out, 0);
            }
            took[round] = threads.getCurrentThreadCpuTime() - begun;
        }
        System.out.printf(
                "the JDK's cipher alone, %s: %.2f s the first time, %.2f s once it is compiled%n",
                args[0], took[0] / 1e9, took[WARM] / 1e9);
    }

    private static AlgorithmParameterSpec nonce(String encoding, int number) {
        byte[] nonce = ByteBuffer.allocate("ctr".equals(encoding) ? 16 : 12)
                .putInt(number)
                .array();
        return "gcm".equals(encoding) ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce);
    }
}
