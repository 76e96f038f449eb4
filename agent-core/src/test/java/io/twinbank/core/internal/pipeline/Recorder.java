// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.Cause;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes down what a download says. */
final class Recorder implements Download.Listener {
    interface CheckpointHook {
        void accept(Checkpoint checkpoint) throws HalException;
    }

    final List<String> heard = new ArrayList<>();
    final List<Checkpoint> checkpoints = new ArrayList<>();
    final List<Long> resumed = new ArrayList<>();
    final List<String> interruptions = new ArrayList<>();
    final List<Duration> delays = new ArrayList<>();
    Optional<Rejection> rejection = Optional.empty();
    CheckpointHook onCheckpoint = checkpoint -> {};
    LongConsumer onProgress = done -> {};
    Consumer<String> onInterrupted = why -> {};

    final List<Long> wanted = new ArrayList<>();
    /** How many bytes may still be granted. */
    long allowance = Long.MAX_VALUE;

    long allowed;

    @Nullable
    Download toStop;

    String last() {
        return heard.isEmpty() ? "" : heard.get(heard.size() - 1);
    }

    Optional<Checkpoint> lastCheckpoint() {
        return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.get(checkpoints.size() - 1));
    }

    void clear() {
        heard.clear();
        checkpoints.clear();
    }

    @Override
    public void resumed(long offset) {
        heard.add("resumed " + offset);
        resumed.add(offset);
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) throws HalException {
        heard.add("checkpoint " + checkpoint.offset());
        checkpoints.add(checkpoint);
        onCheckpoint.accept(checkpoint);
    }

    @Override
    public long allowed(long bytes) {
        wanted.add(bytes);
        long granted = Math.min(bytes, allowance);
        allowance -= granted;
        allowed += granted;
        return granted;
    }

    @Override
    public void held() {
        heard.add("held");
    }

    @Override
    public void progress(long done, long total) {
        heard.add("progress " + done);
        onProgress.accept(done);
    }

    @Override
    public void interrupted(String why, Duration retryIn) {
        heard.add("interrupted " + why);
        interruptions.add(why);
        delays.add(retryIn);
        onInterrupted.accept(why);
    }

    @Override
    public void complete() {
        heard.add("complete");
    }

    @Override
    public void failed(Cause cause, Optional<Rejection> why, String detail) {
        heard.add("failed " + cause);
        rejection = why;
    }
}
