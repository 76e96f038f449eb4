// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadFramer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for a compressed payload: frames that a device decodes one by one, so that it goes on after a reset at one. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CompressOptions {
    /** How zstd is to compress. */
    record Method(int level) {
        private static final int USUAL_LEVEL = 19;
        private static final String NAME = "zstd";

        /** Reads such as {@code zstd} and {@code zstd:3}. */
        static final class Converter implements ITypeConverter<Method> {
            @Override
            public Method convert(String text) {
                String level = text.startsWith(NAME + ":") ? text.substring(NAME.length() + 1) : "";
                if (text.equals(NAME)) {
                    return new Method(USUAL_LEVEL);
                }
                try {
                    int number = Integer.parseInt(level);
                    if (number >= 1 && number <= ZstdEncoder.maxLevel()) {
                        return new Method(number);
                    }
                } catch (NumberFormatException e) {
                    // refused as other numbers are
                }
                throw new TypeConversionException("'" + text + "' is neither " + NAME + " nor " + NAME
                        + ":LEVEL, of level 1 to " + ZstdEncoder.maxLevel());
            }
        }
    }

    @Option(
            names = "--compress",
            paramLabel = "zstd[:LEVEL]",
            converter = Method.Converter.class,
            description =
                    "compress the image, which devices decode while they fetch it: zstd, by level 19 unless it is said; the"
                            + " hashes of the payload's chunks are signed as well (--chunk-hashes)")
    private @Nullable Method method;

    @Option(
            names = "--frame-bytes",
            paramLabel = "BYTES",
            defaultValue = "" + Frames.USUAL_FRAME_BYTES,
            description =
                    "how much of the image is compressed by itself, a power of two from 4096 to 8388608: a device holds it in"
                            + " memory, and goes on after a reset at its begin; more than 1 MiB only where devices are told"
                            + " so (maxFrameBytes); default ${DEFAULT-VALUE}")
    private int frameBytes;

    @Option(
            names = "--compressed-out",
            paramLabel = "FILE",
            description =
                    "where to write the compressed image, which is what devices fetch unless it is encrypted as well;"
                            + " default IMAGE.zst, which 'zstd -d' decodes too")
    private @Nullable Path out;

    /** Tells whether anything is to be compressed. */
    boolean isWanted() {
        return method != null;
    }

    /** Returns the image, or where its compressed form is. */
    Path payload(Path image) {
        if (method == null) {
            return image;
        }
        return out != null ? out : image.resolveSibling(image.getFileName() + ".zst");
    }

    /** Compresses the image, if that is asked for. */
    Optional<Frames> compress(Path image, long imageBytes, LongConsumer progress) throws IOException {
        if (method == null) {
            return Optional.empty();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(image));
                SeekableByteChannel payload = Files.newByteChannel(
                        payload(image),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                ZstdEncoder encoder = new ZstdEncoder(method.level())) {
            return Optional.of(
                    PayloadFramer.frame(Frames.Codec.ZSTD, frameBytes, in, imageBytes, encoder, payload, progress));
        } catch (IllegalArgumentException e) {
            throw new IOException(image + " can't be compressed: " + e.getMessage(), e);
        }
    }
}
