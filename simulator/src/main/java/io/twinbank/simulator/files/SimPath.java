// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names, absolute or relative to the root; {@code .} and {@code ..} mean nothing here. */
final class SimPath implements Path {
    private final SimFileSystem fileSystem;
    private final boolean absolute;
    private final List<String> names;

    SimPath(SimFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    static SimPath of(Path path) {
        if (path instanceof SimPath simulated) {
            return simulated;
        }
        throw new ProviderMismatchException(path + " isn't simulated");
    }

    List<String> names() {
        return names;
    }

    /** The last name; empty for the root. */
    String name() {
        return names.isEmpty() ? "" : names.get(names.size() - 1);
    }

    /** The root is its own. */
    SimPath parent() {
        return new SimPath(fileSystem, true, names.subList(0, Math.max(0, names.size() - 1)));
    }

    @Override
    public SimFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Path getRoot() {
        return absolute ? fileSystem.root() : null;
    }

    @Override
    public @Nullable Path getFileName() {
        return names.isEmpty() ? null : new SimPath(fileSystem, false, List.of(name()));
    }

    @Override
    public @Nullable Path getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return new SimPath(fileSystem, absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Path getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public Path subpath(int from, int to) {
        return new SimPath(fileSystem, false, names.subList(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        SimPath start = of(other);
        return absolute == start.absolute
                && names.size() >= start.names.size()
                && names.subList(0, start.names.size()).equals(start.names);
    }

    @Override
    public boolean endsWith(Path other) {
        SimPath end = of(other);
        int from = names.size() - end.names.size();
        return end.absolute
                ? equals(end)
                : from >= 0 && names.subList(from, names.size()).equals(end.names);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        SimPath rest = of(other);
        if (rest.absolute) {
            return rest;
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(rest.names);
        return new SimPath(fileSystem, absolute, all);
    }

    @Override
    public Path relativize(Path other) {
        if (!other.startsWith(this)) {
            throw new IllegalArgumentException(other + " isn't below " + this);
        }
        SimPath below = of(other);
        return new SimPath(fileSystem, false, below.names.subList(names.size(), below.names.size()));
    }

    @Override
    public URI toUri() {
        return URI.create(SimProvider.SCHEME + ":" + toAbsolutePath());
    }

    @Override
    public Path toAbsolutePath() {
        return absolute ? this : new SimPath(fileSystem, true, names);
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nobody watches files in simulated time");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SimPath that
                && fileSystem.equals(that.fileSystem)
                && absolute == that.absolute
                && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return (absolute ? "/" : "") + String.join("/", names);
    }
}
