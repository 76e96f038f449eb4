// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system over a folder, for a test that {@code @Needs(Part.MOUNT)}. */
record Mount(Path folder) implements AutoCloseable {
    /** An empty one that is soon full. */
    static Mount inMemory(Path folder, int bytes) throws IOException {
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "twinbank-test", folder.toString());
        return new Mount(folder);
    }

    /** The folder itself, read-only for whoever opens a file from now on; also for root. */
    static Mount readOnly(Path folder) throws IOException {
        run("mount", "--bind", folder.toString(), folder.toString());
        Mount mount = new Mount(folder);
        try {
            run("mount", "-o", "remount,bind,ro", folder.toString());
            return mount;
        } catch (IOException e) {
            mount.close();
            throw e;
        }
    }

    /** Returns the file that takes all the room there was. */
    Path fill() throws IOException {
        Path ballast = folder.resolve("ballast");
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (Files.getFileStore(folder).getUsableSpace() > 0) {
                out.write(page);
            }
        }
        return ballast;
    }

    @Override
    public void close() throws IOException {
        run("umount", "--lazy", folder.toString());
    }

    private static void run(String tool, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Part.MOUNT.path().resolveSibling(tool).toString());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
