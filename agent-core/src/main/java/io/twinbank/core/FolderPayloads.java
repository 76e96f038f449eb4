// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

import io.twinbank.core.internal.source.FileSource;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Payloads that lie in a folder, such as beside their envelope on a USB stick: whatever address the manifest gives, the file with the
 * last part of its path for a name will do. The signed digest says whether it is the one. Thread-safe.
 */
public final class FolderPayloads implements PayloadSource {
    private final PayloadSource files = new FileSource();
    private final Path folder;

    /**
     * Makes a source.
     *
     * @param folder where the files are; may come and go
     */
    public FolderPayloads(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** {@inheritDoc} Those for which there is a file now. */
    @Override
    public boolean serves(URI uri) {
        return file(uri).isPresent();
    }

    @Override
    public Stream open(Request request) throws IOException {
        URI file = file(request.uri())
                .map(Path::toUri)
                .orElseThrow(() -> new IOException("no file for " + request.uri() + " in " + folder));
        return files.open(new Request(file, request.offset(), request.end(), request.sizeBytes(), request.validator()));
    }

    private Optional<Path> file(URI uri) {
        String path = uri.getPath();
        String name = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return Optional.empty();
        }
        try {
            return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
