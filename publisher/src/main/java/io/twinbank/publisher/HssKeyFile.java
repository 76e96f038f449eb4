// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.util.Arrays;
import org.bouncycastle.crypto.params.HSSKeyGenerationParameters;
import org.bouncycastle.crypto.params.HSSPrivateKeyParameters;
import org.bouncycastle.crypto.params.LMOtsParameters;
import org.bouncycastle.crypto.params.LMSParameters;
import org.bouncycastle.crypto.params.LMSigParameters;
import org.bouncycastle.crypto.signers.HSSSigner;

/**
 * An HSS-LMS key (RFC 8554), whose file is its state: the number of the next one-time key is in it. Two signatures by one
 * one-time key give the key away, so the file is replaced, and on the disk, before a signature leaves; whatever happens
 * before that loses a one-time key at most. Others who sign with the same file wait, in this process or another.
 *
 * <p>What it can't notice is a copy: neither the file nor a backup of it may ever sign beside it.
 */
final class HssKeyFile {
    static final long MAX_SIGNATURES = 1L << 20;

    private static final Object IN_THIS_PROCESS = new Object(); // file locks are between processes

    private final Path file;

    HssKeyFile(Path file) throws IOException {
        this.file = file.toRealPath(); // so that a link to it has the same lock
        if (this.file.getFileSystem().supportedFileAttributeViews().contains("unix")
                && !Integer.valueOf(1).equals(Files.getAttribute(this.file, "unix:nlink"))) {
            throw new IOException(this.file + " has a second name (a hard link), which would keep an old state of this"
                    + " HSS-LMS key: remove it");
        }
    }

    /** Makes a key that is good for that many signatures at least: 32, 1024 or 1048576. */
    static HSSPrivateKeyParameters generate(long signatures) {
        LMSParameters tree = LMSParameters.create(
                signatures <= 32 ? LMSigParameters.lms_sha256_n32_h5 : LMSigParameters.lms_sha256_n32_h10,
                LMOtsParameters.sha256_n32_w4);
        LMSParameters[] levels = new LMSParameters[signatures <= 1024 ? 1 : 2];
        Arrays.fill(levels, tree);
        return HSSPrivateKeyParameters.generate(new HSSKeyGenerationParameters(levels, new SecureRandom()));
    }

    byte[] sign(byte[] message) throws SignatureException {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock"); // stays: the key's file is replaced
        synchronized (IN_THIS_PROCESS) {
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (!held.isValid()) {
                    throw new IOException(lockFile + " can't be locked");
                }
                return signLocked(message);
            } catch (IOException e) {
                throw new SignatureException(e.getMessage(), e);
            }
        }
    }

    private byte[] signLocked(byte[] message) throws IOException {
        if (!(PrivateKeys.read(file) instanceof HSSPrivateKeyParameters key)) {
            throw new IOException(file + " holds another key than before");
        }
        if (key.getUsagesRemaining() <= 0) {
            throw new IOException(file + " is used up: all " + key.getIndexLimit()
                    + " signatures of this HSS-LMS key were made. Make a new key, and have devices trust it");
        }
        HSSSigner signer = new HSSSigner();
        signer.init(true, key);
        byte[] signature = signer.generateSignature(message);
        Pem.replace(file, Pem.PRIVATE, PrivateKeys.encode(key));
        return signature;
    }
}
