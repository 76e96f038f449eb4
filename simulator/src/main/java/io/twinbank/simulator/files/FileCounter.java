// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.FileMonotonicCounter;
import io.twinbank.simulator.BoardCounter;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** The shipped {@link FileMonotonicCounter}, opened anew in each life. */
final class FileCounter implements BoardCounter {
    private final SimulatedFiles files;
    private final CounterId id;
    private final long end;
    private final LongConsumer witness;
    private final OperationLog log;
    private final PerLife<FileMonotonicCounter> counter;

    FileCounter(SimulatedFiles files, CounterId id, long end, LongConsumer witness, OperationLog log) {
        this.files = files;
        this.id = id;
        this.end = end;
        this.witness = witness;
        this.log = log;
        counter = new PerLife<>(files, () -> open(files.root(Part.COUNTER)));
    }

    private FileMonotonicCounter open(Path root) {
        return new FileMonotonicCounter(directory(root), id, end);
    }

    private static Path directory(Path root) {
        return root.resolve("counters");
    }

    /** As the factory does, for all counters. */
    static void create(SimulatedFiles files) throws HalException {
        files.poke(root -> Files.createDirectory(directory(root)));
    }

    @Override
    public long read() throws HalException {
        log.checkAlive();
        return counter.get().read();
    }

    @Override
    public long remaining() throws HalException {
        log.checkAlive();
        return counter.get().remaining();
    }

    @Override
    public void advanceTo(long target) throws HalException {
        log.checkAliveToWrite(Part.COUNTER, id.name());
        log.call("advanceTo " + target);
        FileMonotonicCounter shipped = counter.get();
        if (target > shipped.read() && target <= end) {
            witness.accept(target);
        }
        shipped.advanceTo(target);
    }

    @Override
    public long value() {
        try {
            return files.peek(root -> open(root).read());
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void value(long next) {
        try {
            files.poke(root -> {
                for (int copy = 0; copy <= 1; copy++) {
                    Files.deleteIfExists(directory(root).resolve(id + "." + copy));
                }
                open(root).advanceTo(next);
                return root;
            });
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
    }
}
