// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.hal.TrustAnchor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/** Keys in PEM files (RFC 7468). */
final class Pem {
    static final String PRIVATE = "PRIVATE KEY";
    static final String PUBLIC = "PUBLIC KEY";
    private static final int MAX_BYTES = 64 << 10;
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static byte[] read(Path file, String label) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is no PEM file: larger than " + MAX_BYTES + " bytes");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new IOException(file + " holds no '" + begin + "'" + hint(text, label));
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds bad base64: " + e.getMessage(), e);
        }
    }

    private static String hint(String text, String label) {
        if (label.equals(PUBLIC) && TrustAnchor.isShared(text.getBytes(StandardCharsets.ISO_8859_1))) {
            return ": it is a shared key, which has no public half; pack and sign make MACs with it, verify checks them";
        }
        if (label.equals(PUBLIC) && text.contains("-----BEGIN " + PRIVATE + "-----")) {
            return ": it is a private key, its public key is in the file that ends in .pub.pem";
        }
        if (label.equals(PRIVATE) && text.contains("-----BEGIN " + PUBLIC + "-----")) {
            return ": it is a public key, to sign takes the private one";
        }
        if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            return ": convert it with 'openssl pkcs8 -topk8 -nocrypt'";
        }
        return "";
    }

    /** Writes a new file; a private key's is for its owner only. */
    static void write(Path file, String label, byte[] der) throws IOException {
        String text =
                "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(der) + "\n-----END " + label + "-----\n";
        write(file, label.equals(PRIVATE), StandardCharsets.US_ASCII.encode(text));
    }

    /** Writes a new file of whatever form; a secret is for its owner only. */
    static void write(Path file, boolean secret, ByteBuffer bytes) throws IOException {
        FileAttribute<?>[] attributes = secret ? ownerOnly() : new FileAttribute<?>[0];
        try (FileChannel out =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    /** Replaces a file: a power cut leaves the old one or the new one, and once this returns, the new one. */
    static void replace(Path file, String label, byte[] der) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // what a power cut left behind
        write(fresh, label, der);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (isPosix()) { // elsewhere a folder can't be opened
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
