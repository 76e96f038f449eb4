// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A root of trust in a PEM file, on a partition that no update writes.
 *
 * <p>The file holds {@code PUBLIC KEY} blocks as {@code otapub keygen} writes them, or {@code CERTIFICATE} blocks, of which only the key
 * counts. Before a block may stand {@code name:} and {@code roles:}, some of {@code root, firmware, command}; without, the key has all.
 * {@code threshold: firmware 2} sets how many distinct keys a role takes, {@code threshold: firmware 1 hybrid} one of each family. Lines
 * that begin with {@code #} are comments, and any other is refused. At least one key has the role root. Shared keys don't come by file.
 *
 * <p>The file is read anew whenever the policy is asked for, which the agent does at each start. So what is believed is what was checked;
 * a file that is damaged after ten years stops updates, with a message, and not what runs; and one that comes back is believed again.
 */
public final class FileRootOfTrust extends UnboundRootOfTrust {
    private final Path file;
    private final Optional<byte[]> sha256;

    private FileRootOfTrust(Path file, Optional<byte[]> sha256) {
        this.file = file;
        this.sha256 = sha256;
    }

    /**
     * Makes a root of trust. Nothing is read yet.
     *
     * @param file the PEM file, at most 64 KiB and 32 keys
     * @return the root of trust
     */
    public static FileRootOfTrust open(Path file) {
        return new FileRootOfTrust(file, Optional.empty());
    }

    /**
     * Makes a root of trust with a pinned digest, for a file that something else than the pin could change.
     *
     * @param file the PEM file, at most 64 KiB and 32 keys
     * @param sha256 of the whole file, 32 bytes
     * @return the root of trust
     */
    public static FileRootOfTrust open(Path file, byte[] sha256) {
        if (sha256.length != 32) {
            throw new IllegalArgumentException("sha256 must be 32 bytes, not " + sha256.length);
        }
        return new FileRootOfTrust(file, Optional.of(sha256.clone()));
    }

    @Override
    public TrustPolicy factoryPolicy() throws HalException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(AnchorFile.MAX_BYTES + 1);
        } catch (IOException e) {
            throw Disk.fault("read the trust anchors of", file, e);
        }
        try {
            requirePinned(bytes);
            return AnchorFile.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new HalException(HalException.Kind.IO, "trust anchors of " + file + ": " + e.getMessage(), e);
        }
    }

    private void requirePinned(byte[] bytes) {
        byte[] found = sha256(bytes);
        if (sha256.isPresent() && bytes.length <= AnchorFile.MAX_BYTES && !MessageDigest.isEqual(found, sha256.get())) {
            throw new IllegalArgumentException("found SHA-256 " + hex(found) + ", expected the pinned "
                    + hex(sha256.get()) + "; put the file back, or pin the new digest");
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
