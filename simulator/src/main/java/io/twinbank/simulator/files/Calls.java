// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** The system calls on a volume, as one part of the board makes them. */
final class Calls {
    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.TRUNCATE_EXISTING);

    private final Volume volume;
    private final Mount mount;
    private final Gate gate;

    Calls(Volume volume, Mount mount, Gate gate) {
        this.volume = volume;
        this.mount = mount;
        this.gate = gate;
    }

    /** Returns the number of a node. */
    int find(SimPath path) throws NoSuchFileException {
        gate.use();
        return volume.seen().find(path.names()).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    SimAttributes attributes(SimPath path) throws NoSuchFileException {
        int node = find(path);
        boolean directory = volume.seen().isDirectory(node);
        return new SimAttributes(directory, volume.seen().file(node).size(), node);
    }

    FileChannel open(SimPath path, Set<? extends OpenOption> options) throws IOException {
        gate.use();
        Supplier<DeviceChannel> device = mount.devices().get(path.toString());
        if (device != null) {
            return device.get();
        }
        if (!OPTIONS.containsAll(options)) {
            throw new UnsupportedOperationException("of " + options + " only " + OPTIONS + " can be simulated");
        }
        boolean writes = options.contains(StandardOpenOption.WRITE);
        boolean exclusive = writes && options.contains(StandardOpenOption.CREATE_NEW);
        boolean exists = volume.seen().find(path.names()).isPresent();
        if (exists && exclusive) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (!exists && writes && (exclusive || options.contains(StandardOpenOption.CREATE))) {
            create(path, "create", Content.EMPTY);
        }
        int node = find(path);
        if (writes && volume.seen().isDirectory(node)) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        boolean truncates = writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        if (truncates) {
            truncate(node, path, 0);
        }
        return new SimChannel(this, path, node, writes, !writes || options.contains(StandardOpenOption.READ));
    }

    void makeDirectory(SimPath path) throws IOException {
        gate.use();
        if (volume.seen().find(path.names()).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
        create(path, "mkdir", Node.Directory.EMPTY);
    }

    private void create(SimPath path, String call, Node node) throws IOException {
        int directory = directory(path.parent());
        Change.Atomic change = () -> volume.create(directory, path.name(), node);
        gate.change(call, path.toString(), change);
    }

    void delete(SimPath path) throws IOException {
        int node = find(path);
        if (!volume.seen().directory(node).names().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        int directory = directory(path.parent());
        Change.Atomic change = () -> volume.unlink(directory, path.name());
        gate.change("unlink", path.toString(), change);
    }

    void move(SimPath from, SimPath to, boolean replace) throws IOException {
        int node = find(from);
        int directory = directory(from.parent());
        if (directory(to.parent()) != directory || volume.seen().isDirectory(node)) {
            throw new UnsupportedOperationException(
                    "only files are moved, and only within a directory, not " + from + " to " + to);
        }
        if (!replace && volume.seen().find(to.names()).isPresent()) {
            throw new FileAlreadyExistsException(to.toString());
        }
        if (mount.flaws().contains(Flaw.IN_PLACE)) {
            copyOver(node, to);
            return;
        }
        Change.Atomic change = () -> volume.rename(directory, from.name(), to.name(), node);
        gate.change("rename", from + " to " + to.name(), change);
    }

    private void copyOver(int node, SimPath to) throws IOException {
        int target = find(to);
        ByteBuffer content = ByteBuffer.allocate((int) size(node));
        volume.seen().file(node).read(0, content);
        truncate(target, to, 0);
        write(target, to, 0, content.flip());
        force(target, to);
    }

    List<String> list(SimPath path) throws IOException {
        return List.copyOf(volume.seen().directory(directory(path)).names().keySet());
    }

    private int directory(SimPath path) throws IOException {
        int node = find(path);
        if (!volume.seen().isDirectory(node)) {
            throw new NotDirectoryException(path.toString());
        }
        return node;
    }

    long size(int node) {
        gate.use();
        return volume.seen().file(node).size();
    }

    int read(int node, long at, ByteBuffer dst) throws IOException {
        gate.read();
        return volume.seen().file(node).read(at, dst);
    }

    int write(int node, SimPath path, long at, ByteBuffer src) throws IOException {
        int length = src.remaining();
        if (at + length - size(node) > usableBytes()) {
            throw new FileSystemException(path.toString(), null, "No space left on device");
        }
        Change.Atomic change = () -> volume.write(node, at, src.duplicate());
        gate.change("write", path + " " + at + "+" + length, change);
        src.position(src.limit());
        return length;
    }

    void truncate(int node, SimPath path, long size) throws IOException {
        if (size < size(node)) {
            Change.Atomic change = () -> volume.truncate(node, size);
            gate.change("truncate", path + " to " + size, change);
        }
    }

    void force(int node, SimPath path) throws IOException {
        boolean directory = volume.seen().isDirectory(node);
        if (mount.flaws().contains(directory ? Flaw.NO_DIRECTORY_FORCE : Flaw.NO_FILE_FORCE)) {
            return;
        }
        try {
            forceOnce(node, path);
        } catch (IOException e) {
            if (mount.flaws().contains(Flaw.FORCE_RETRIED)) {
                forceOnce(node, path);
            } else if (!mount.flaws().contains(Flaw.FORCE_ERROR_IGNORED)) {
                throw e;
            }
        }
    }

    private void forceOnce(int node, SimPath path) throws IOException {
        try {
            gate.change("force", path.toString(), volume.force(node));
        } catch (IOException e) {
            volume.drop(node);
            throw e;
        }
    }

    /** Takes a lock that others respect; false if they have it. */
    boolean lock(int node, SimChannel holder) {
        gate.use();
        return Objects.equals(mount.locks().computeIfAbsent(node, free -> holder), holder);
    }

    void unlock(int node, SimChannel holder) {
        mount.locks().remove(node, holder);
    }

    long totalBytes() {
        return mount.capacityBytes();
    }

    long usableBytes() {
        gate.use();
        return mount.capacityBytes() - volume.seen().usedBytes();
    }
}
