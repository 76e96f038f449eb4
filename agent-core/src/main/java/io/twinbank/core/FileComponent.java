// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.spi.ComponentHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HexFormat;

/**
 * A component that is one file: staged beside it, and renamed over it. So whoever opens the file finds the old bytes or the new
 * ones. What it held before is kept as a copy until a later update is staged; the folder needs room for three times the file.
 *
 * <p>For a file {@code app.conf} there are, in its folder: {@code .app.conf.staged}; {@code .app.conf.before-…} with what an
 * update replaced, or {@code .app.conf.absent-…} where there was no file, both named by the update's manifest; and {@code
 * .app.conf.copying}. The folder must survive an update: it lies on neither bank. Its file system must keep a rename whole over a power
 * cut, as ext4 by its defaults does, and FAT doesn't. The new file has the permissions of the old one.
 * Not thread-safe.
 */
public final class FileComponent implements ComponentHandler {
    private static final int COPY_BYTES = 64 << 10;
    private static final int NAME_BYTES = 8;

    private final Path file;
    private final Path folder;
    private final Path staged;

    private FileComponent(Path file, Path folder) {
        this.file = file;
        this.folder = folder;
        this.staged = beside("staged");
    }

    /**
     * Makes a handler. The file needn't exist; its folder must.
     *
     * @param file which
     * @return the handler
     * @throws IllegalArgumentException if the path has no file name
     */
    public static FileComponent of(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("file must be the path of a file, not " + file);
        }
        return new FileComponent(absolute, folder);
    }

    @Override
    public Staging stage(Change change) throws IOException {
        forgetEarlier(change);
        return new Writing(FileChannel.open(
                staged, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    @Override
    public boolean isStaged(Change change) throws IOException {
        if (!holds(staged, change)) {
            return false;
        }
        force(staged); // another process may have written it, and not come that far
        force(folder);
        return true;
    }

    @Override
    public void activate(Change change) throws IOException {
        if (!verify(change)) {
            if (!holds(staged, change)) {
                throw new IOException(staged + " isn't what " + change + " brings; the update has to be offered again");
            }
            keep(change);
            replace(staged, file);
        }
        force(folder); // the rename may be one that an earlier process didn't live to make durable
    }

    @Override
    public boolean verify(Change change) throws IOException {
        return holds(file, change);
    }

    @Override
    public void revert(Change change) throws IOException {
        Path before = before(change);
        Path absent = absent(change);
        if (Files.exists(before)) {
            replace(before, file);
        } else if (Files.exists(absent)) {
            Files.deleteIfExists(file);
            force(folder); // the mark goes last: without it nobody knows that the file has to go
            Files.delete(absent);
        }
        Files.deleteIfExists(staged);
        force(folder);
    }

    @Override
    public String toString() {
        return "file " + file;
    }

    /** A copy, not a rename: the file is never absent. */
    private void keep(Change change) throws IOException {
        Path before = before(change);
        Path absent = absent(change);
        if (Files.exists(before) || Files.exists(absent)) {
            return;
        }
        if (Files.exists(file)) {
            Path copying = beside("copying");
            copy(copying);
            replace(copying, before);
        } else {
            Files.createFile(absent);
        }
        force(folder);
    }

    private void copy(Path copying) throws IOException {
        try (InputStream from = Files.newInputStream(file);
                FileChannel to = FileChannel.open(
                        copying,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            byte[] piece = new byte[COPY_BYTES];
            int length;
            while ((length = from.read(piece)) >= 0) {
                writeAll(to, ByteBuffer.wrap(piece, 0, length));
            }
            to.force(true);
        }
    }

    private void replace(Path from, Path to) throws IOException {
        PosixFileAttributeView old = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        PosixFileAttributeView fresh = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (old != null && fresh != null && Files.exists(file)) {
            fresh.setPermissions(old.readAttributes().permissions());
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What earlier updates kept is of no use any more: they have all come to their end. */
    private void forgetEarlier(Change change) throws IOException {
        String name = file.getFileName().toString();
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(
                folder, path -> isKept(path.getFileName().toString(), name))) {
            for (Path path : kept) {
                if (!path.equals(before(change)) && !path.equals(absent(change))) {
                    Files.delete(path);
                }
            }
        }
    }

    private static boolean isKept(String found, String name) {
        return found.startsWith("." + name + ".before-") || found.startsWith("." + name + ".absent-");
    }

    private Path before(Change change) {
        return beside("before-" + name(change));
    }

    private Path absent(Change change) {
        return beside("absent-" + name(change));
    }

    private static String name(Change change) {
        return HexFormat.of().formatHex(change.manifest().bytes(), 0, NAME_BYTES);
    }

    private Path beside(String what) {
        return file.resolveSibling("." + file.getFileName() + "." + what);
    }

    private static boolean holds(Path path, Change change) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return change.matches(in);
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private final class Writing implements Staging {
        private final FileChannel channel;

        Writing(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(ByteBuffer piece) throws IOException {
            writeAll(channel, piece);
        }

        @Override
        public void complete() throws IOException {
            channel.force(true);
            force(folder);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing depends on it: what was completed is forced, and what wasn't isn't staged.
                return;
            }
        }
    }
}
