// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} asks for, as far as the parts of the HAL use it. */
final class SimProvider extends FileSystemProvider {
    static final String SCHEME = "simulated";

    private final SimFileSystem fileSystem;
    private final Calls calls;

    SimProvider(SimFileSystem fileSystem, Calls calls) {
        this.fileSystem = fileSystem;
        this.calls = calls;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException("a board has its file system");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return fileSystem.getPath(uri.getPath());
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return calls.open(SimPath.of(path), options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : calls.list(SimPath.of(directory))) {
            Path path = directory.resolve(name);
            if (filter.accept(path)) {
                found.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        calls.makeDirectory(SimPath.of(directory));
    }

    @Override
    public void delete(Path path) throws IOException {
        calls.delete(SimPath.of(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("copying isn't simulated");
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        List<CopyOption> how = List.of(options);
        boolean replace =
                how.contains(StandardCopyOption.ATOMIC_MOVE) || how.contains(StandardCopyOption.REPLACE_EXISTING);
        calls.move(SimPath.of(source), SimPath.of(target), replace);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return calls.find(SimPath.of(one)) == calls.find(SimPath.of(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return SimPath.of(path).name().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) {
        return fileSystem.store();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        calls.find(SimPath.of(path));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (!type.isAssignableFrom(SimAttributes.class)) {
            throw new UnsupportedOperationException(type + " isn't simulated");
        }
        return type.cast(calls.attributes(SimPath.of(path)));
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("attributes by name aren't simulated");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes aren't simulated");
    }
}
