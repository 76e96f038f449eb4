// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the parts on files have in common; and the seam where a test puts a disk that fails. */
class Disk {
    /** The real one. */
    static final Disk REAL = new Disk();

    private static final int PAGE = 4096;

    FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    /** Opens a file past the kernel's cache, where {@link #opensDirect} says that it can be; see {@link DirectIo}. */
    FileChannel open(Path file, boolean direct, OpenOption access) throws IOException {
        Optional<OpenOption> option = direct ? DirectIo.option() : Optional.empty();
        return option.isPresent() ? open(file, access, option.get()) : open(file, access);
    }

    /** Some file systems refuse it, such as tmpfs of older kernels. */
    boolean opensDirect(Path file) {
        if (DirectIo.option().isEmpty()) {
            return false;
        }
        try (FileChannel channel = open(file, true, StandardOpenOption.READ)) {
            return channel.isOpen();
        } catch (IOException | UnsupportedOperationException refused) {
            return false;
        }
    }

    /** Makes names durable: a file that was created or renamed may be gone after a power cut without it. */
    void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes a directory, durably. One that exists may have been made by a start that failed before its name was on the
     * medium; those above it were there before.
     */
    void createDirectories(Path directory) throws IOException {
        Path parent = parentOf(directory);
        if (!Files.isDirectory(directory)) {
            if (parent.equals(directory.toAbsolutePath())) {
                throw new NotDirectoryException(directory.toString());
            }
            createDirectories(parent);
            Files.createDirectory(directory);
        }
        if (Files.isWritable(parent)) {
            syncDirectory(parent);
        }
    }

    static Path parentOf(Path file) {
        Path absolute = file.toAbsolutePath();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    /** The kernel may take less than it was given. */
    static void write(FileChannel channel, ByteBuffer src, long offset) throws IOException {
        long at = offset;
        while (src.hasRemaining()) {
            at += channel.write(src, at);
        }
    }

    /** Fills the buffer, or as much of it as the file has. */
    static void read(FileChannel channel, ByteBuffer dst, long offset) throws IOException {
        long at = offset;
        while (dst.hasRemaining()) {
            int count = channel.read(dst, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }

    static HalException fault(String what, Path file, IOException cause) {
        if (cause instanceof HalException already) {
            return already;
        }
        HalException.Kind kind = isFull(file, cause) ? HalException.Kind.NO_SPACE : HalException.Kind.IO;
        return new HalException(kind, what + " " + file + ": " + reason(cause), cause);
    }

    /** The JDK says no more than the name for the two most frequent ones. */
    static @Nullable String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "it isn't there";
        }
        return cause instanceof AccessDeniedException ? "permission denied" : cause.getMessage();
    }

    /** The JDK has no error numbers, and the text depends on the locale: a volume with no page left is full too. */
    private static boolean isFull(Path file, IOException cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("No space left") || text.contains("quota exceeded")) {
            return true;
        }
        try {
            return Files.getFileStore(Files.exists(file) ? file : parentOf(file))
                            .getUsableSpace()
                    < PAGE;
        } catch (IOException e) {
            cause.addSuppressed(e);
            return false;
        }
    }
}
