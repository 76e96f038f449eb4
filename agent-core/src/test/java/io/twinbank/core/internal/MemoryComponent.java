// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.contract.Trace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A component in memory that survives the agent; its durable steps are in the board's trace. */
final class MemoryComponent implements ComponentHandler {
    static final byte[] OLD = {1};

    final String name;
    private final Trace trace;
    byte[] held = OLD;
    byte[] staged = {};
    byte[] before = {};
    Optional<Digest> by = Optional.empty();
    Optional<IOException> activateThrows = Optional.empty();
    Optional<IOException> revertThrows = Optional.empty();
    Optional<IOException> stageThrows = Optional.empty();
    long maxBytes = Long.MAX_VALUE;

    MemoryComponent(String name, Trace trace) {
        this.name = name;
        this.trace = trace;
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public Staging stage(Change change) throws IOException {
        throwIf(stageThrows);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Staging() {
            @Override
            public void write(ByteBuffer piece) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }

            @Override
            public void complete() throws IOException {
                staged = bytes.toByteArray();
                trace.step("stage " + name);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean isStaged(Change change) throws IOException {
        return change.matches(new ByteArrayInputStream(staged));
    }

    @Override
    public void activate(Change change) throws IOException {
        throwIf(activateThrows);
        if (!verify(change)) {
            before = held;
            by = Optional.of(change.manifest());
            held = staged;
            trace.step("activate " + name);
        }
    }

    @Override
    public boolean verify(Change change) throws IOException {
        return change.matches(new ByteArrayInputStream(held));
    }

    @Override
    public void revert(Change change) throws IOException {
        throwIf(revertThrows);
        if (by.equals(Optional.of(change.manifest()))) {
            held = before;
            by = Optional.empty();
            trace.step("revert " + name);
        }
        staged = new byte[0];
    }

    private void throwIf(Optional<IOException> thrown) throws IOException {
        if (thrown.isPresent()) {
            throw thrown.get();
        }
    }
}
