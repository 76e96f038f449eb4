// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Test vectors that others made; they lie beside the project and may be absent, see {@link Part#VECTORS}. */
public final class Vectors {
    private Vectors() {}

    /**
     * Returns the vectors' folder.
     *
     * @return {@code -Dvectors.dir}, else {@code shared/vectors} in the first folder upwards that has it, else empty
     */
    public static Optional<Path> root() {
        String given = System.getProperty("vectors.dir", "");
        if (!given.isBlank()) {
            return Optional.of(Path.of(given)).filter(Files::isDirectory);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path vectors = folder.resolve("shared").resolve("vectors");
            if (Files.isDirectory(vectors)) {
                return Optional.of(vectors);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns a file or folder of the vectors.
     *
     * @param name its path below the root, such as {@code suit-cose/verdicts.json}
     * @return the path
     * @throws IllegalStateException if the vectors are absent: the test lacks {@code @Needs(Part.VECTORS)}
     */
    public static Path path(String name) {
        return root().orElseThrow(
                        () -> new IllegalStateException("no vectors here: annotate with @Needs(Part.VECTORS)"))
                .resolve(name);
    }

    /**
     * Reads a file of the vectors.
     *
     * @param name its path below the root
     * @return the content
     */
    public static byte[] bytes(String name) {
        try {
            return Files.readAllBytes(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lists the files of a folder of the vectors and of its subfolders.
     *
     * @param folder its path below the root
     * @param suffix how the wanted names end, such as {@code .json}
     * @return the files, sorted by path
     */
    public static List<Path> list(String folder, String suffix) {
        try (Stream<Path> files = Files.walk(path(folder))) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
