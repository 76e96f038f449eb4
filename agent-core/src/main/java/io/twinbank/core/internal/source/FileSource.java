// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalLong;

/** Payloads in regular files, such as on a USB stick: {@code file:///media/stick/image}. */
public final class FileSource implements PayloadSource {
    /** Makes a source. */
    public FileSource() {}

    @Override
    public boolean serves(URI uri) {
        return "file".equalsIgnoreCase(uri.getScheme());
    }

    @Override
    public Stream open(Request request) throws IOException {
        Path path = path(request.uri());
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new PayloadException(PayloadException.Kind.FINAL, path + " isn't a regular file");
            }
            String version =
                    attributes.size() + " " + attributes.lastModifiedTime().toMillis();
            if (request.validator().filter(asked -> !asked.equals(version)).isPresent()) {
                throw new PayloadException(
                        PayloadException.Kind.CHANGED,
                        path + " has another size or time than before: " + version + " instead of "
                                + request.validator().get());
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new FileStream(channel.position(request.offset()), attributes.size(), version);
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new PayloadException(PayloadException.Kind.FINAL, "can't read " + path + ": " + e, e);
        }
    }

    private static Path path(URI uri) throws PayloadException {
        try {
            return Path.of(uri);
        } catch (IllegalArgumentException e) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, uri + " isn't the address of a local file: " + e.getMessage(), e);
        }
    }

    private record FileStream(FileChannel channel, long size, String version) implements Stream {
        @Override
        public int read(ByteBuffer dst) throws IOException {
            return channel.read(dst);
        }

        @Override
        public Optional<String> validator() {
            return Optional.of(version);
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.of(size);
        }

        @Override
        public long transferredBytes() {
            return 0;
        }

        @Override
        public void close() {
            Quietly.close(channel);
        }
    }
}
