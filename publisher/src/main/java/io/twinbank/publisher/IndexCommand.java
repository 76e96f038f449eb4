// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.internal.index.BlockIndexMaker;
import io.twinbank.core.suit.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "index",
        description = {
            "Writes the block index of an image: devices fetch only the blocks that they don't hold already.",
            "With --store they fetch packed blocks from there, which are smaller; else ranges of the image itself."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class IndexCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "IMAGE", description = "the image, as it will be in the bank")
    private Path image;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "INDEX",
            required = true,
            description = "where to write the index")
    private Path out;

    @Option(names = "--store", paramLabel = "STORE", description = "where to write the packed blocks")
    private @Nullable Path store;

    @Option(
            names = "--block",
            paramLabel = "BYTES",
            description =
                    "the size of a block, a power of two from 512 to 32768; 1024 for images up to 512 MiB, unless given")
    private @Nullable Integer blockBytes;

    @Override
    public Integer call() throws IOException {
        long imageBytes = Files.size(image);
        byte[] index = index(imageBytes).encode();
        Files.write(out, index);
        PrintWriter answer = spec.commandLine().getOut();
        answer.println("index       " + out + ", " + index.length + " bytes");
        answer.println("digest      " + Digest.sha256Of(index));
        if (store != null) {
            answer.println("store       " + store + ", " + Files.size(store) + " bytes for " + imageBytes);
        }
        return 0;
    }

    private BlockIndex index(long imageBytes) throws IOException {
        try {
            int bytes = blockBytes == null ? BlockIndex.blockBytesFor(imageBytes) : blockBytes;
            return make(
                    image, Optional.ofNullable(store), bytes, spec.commandLine().getErr());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Makes an index, and writes the store where there is to be one. */
    static BlockIndex make(Path image, Optional<Path> store, int blockBytes, PrintWriter err) throws IOException {
        long imageBytes = Files.size(image);
        Progress progress = new Progress(err, Terminal.isPresent(), "indexing " + image.getFileName(), imageBytes);
        try (InputStream in = Files.newInputStream(image);
                OutputStream packed = store.isEmpty()
                        ? OutputStream.nullOutputStream()
                        : new BufferedOutputStream(Files.newOutputStream(store.get()))) {
            return new BlockIndexMaker(blockBytes, Optional.of(packed).filter(to -> store.isPresent()))
                    .make(in, imageBytes, progress::at);
        } finally {
            progress.close();
        }
    }
}
