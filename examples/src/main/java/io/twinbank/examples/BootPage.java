// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What the boot loader of this board and the agent tell each other: one page, replaced in one step. Here it is a file, which is written
 * beside, forced to the medium and renamed: a power cut leaves the old page or the new one.
 */
final class BootPage {
    private final Path file;

    BootPage(Path file) {
        this.file = file;
    }

    /**
     * The page's content.
     *
     * @param running the bank that the boot loader has booted
     * @param permanent the bank that it boots outside a trial; empty if its page was lost
     * @param trial the bank on trial
     * @param attempts how many boots the trial still has
     * @param fellBack whether the boot loader gave the trial up
     * @param trialId the last trial's id
     */
    record Content(
            BankId running,
            Optional<BankId> permanent,
            Optional<BankId> trial,
            int attempts,
            boolean fellBack,
            long trialId) {
        Content without() {
            return new Content(running, permanent, Optional.empty(), 0, false, trialId);
        }

        private String text() {
            return String.join(
                    " ",
                    running.name(),
                    permanent.map(BankId::name).orElse("-"),
                    trial.map(BankId::name).orElse("-"),
                    Integer.toString(attempts),
                    Boolean.toString(fellBack),
                    Long.toUnsignedString(trialId));
        }

        private static Content of(String text) {
            String[] words = text.split(" ", -1);
            return new Content(
                    BankId.valueOf(words[0]),
                    bank(words[1]),
                    bank(words[2]),
                    Integer.parseInt(words[3]),
                    Boolean.parseBoolean(words[4]),
                    Long.parseUnsignedLong(words[5]));
        }

        private static Optional<BankId> bank(String word) {
            return word.equals("-") ? Optional.empty() : Optional.of(BankId.valueOf(word));
        }
    }

    Content read() throws HalException {
        try {
            return Content.of(Files.readString(file));
        } catch (IOException | RuntimeException e) {
            throw new HalException(HalException.Kind.IO, "the boot page " + file + " can't be read: " + e, e);
        }
    }

    void write(Content content) throws HalException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content.text().getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true); // or the name may be the old page's again
            }
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "the boot page " + file + " can't be written: " + e, e);
        }
    }
}
