// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A volume as one part of the board sees it. */
final class SimFileSystem extends FileSystem {
    private final FileSystemProvider provider;
    private final FileStore store;

    SimFileSystem(Calls calls) {
        provider = new SimProvider(this, calls);
        store = new SimFileStore(calls);
    }

    SimPath root() {
        return new SimPath(this, true, List.of());
    }

    FileStore store() {
        return store;
    }

    @Override
    public Path getPath(String first, String... more) {
        List<String> names = new ArrayList<>();
        for (String name : (first + "/" + String.join("/", more)).split("/", -1)) {
            if (name.equals(".") || name.equals("..")) {
                throw new InvalidPathException(first, "'" + name + "' isn't simulated");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new SimPath(this, first.startsWith("/"), names);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root());
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(store);
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("it lives as long as its board");
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        throw new UnsupportedOperationException("patterns aren't simulated");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("users aren't simulated");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("nobody watches files in simulated time");
    }
}
