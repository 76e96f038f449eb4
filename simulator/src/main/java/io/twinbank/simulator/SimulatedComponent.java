// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Change.Atomic;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.StateHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A component beside the banks, on no medium in particular: each durable step is whole or not at all, and a power cut may come
 * before or after it.
 */
public final class SimulatedComponent implements ComponentHandler, Durable {
    /** Its id in manifests. */
    public static final ComponentId ID = ComponentId.of("config");

    private static final String BROKEN = "broken: ";

    /** What an activation replaced, and whose it was. */
    private record Kept(Digest manifest, byte[] bytes) {}

    private record Saved(byte[] held, byte[] staged, Optional<Kept> kept) {}

    private final OperationLog log;
    private final Knowledge knowledge;
    private byte[] held = {};
    private byte[] staged = {};
    private Optional<Kept> kept = Optional.empty();

    SimulatedComponent(OperationLog log, Knowledge knowledge) {
        this.log = log;
        this.knowledge = knowledge;
    }

    /**
     * Makes bytes with which the self-test fails, whatever image runs.
     *
     * @param text for people
     * @return the bytes
     */
    public static byte[] broken(String text) {
        return (BROKEN + text).getBytes(StandardCharsets.UTF_8);
    }

    /** Tells the self-test whether it holds such bytes. */
    boolean isBroken() {
        log.checkAlive();
        boolean broken = new String(held, StandardCharsets.UTF_8).startsWith(BROKEN);
        knowledge.learn(broken ? 1 : 0);
        return broken;
    }

    /**
     * Puts bytes into it, as the factory does.
     *
     * @param bytes what it holds from now on
     */
    public void install(byte[] bytes) {
        held = bytes.clone();
    }

    /**
     * Returns what it holds, whether the board lives or not.
     *
     * @return a copy
     */
    public byte[] held() {
        return held.clone();
    }

    /**
     * Returns what is staged, whether the board lives or not.
     *
     * @return a copy; empty if nothing is
     */
    public byte[] staged() {
        return staged.clone();
    }

    @Override
    public Staging stage(Change change) {
        log.checkAlive();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Staging() {
            @Override
            public void write(ByteBuffer piece) {
                log.checkAlive();
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.writeBytes(copy);
            }

            @Override
            public void complete() throws HalException {
                knowledge.doing(() -> perform("stage", () -> staged = bytes.toByteArray()));
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean isStaged(Change change) throws IOException {
        return matches(change, staged);
    }

    @Override
    public void activate(Change change) throws IOException {
        if (matches(change, held)) {
            return;
        }
        if (!matches(change, staged)) {
            throw new IOException("it isn't staged");
        }
        knowledge.doing(() -> {
            if (!isKeptBy(change)) {
                perform("keep", () -> kept = Optional.of(new Kept(change.manifest(), held)));
            }
            perform("activate", () -> {
                held = staged;
                staged = new byte[0];
            });
        });
    }

    @Override
    public boolean verify(Change change) throws IOException {
        return matches(change, held);
    }

    @Override
    public void revert(Change change) throws IOException {
        log.checkAlive();
        knowledge.doing(() -> {
            if (isKeptBy(change)) {
                perform("revert", () -> {
                    held = kept.orElseThrow().bytes();
                    kept = Optional.empty();
                });
            }
            if (staged.length > 0) {
                perform("drop", () -> staged = new byte[0]);
            }
        });
    }

    private boolean isKeptBy(Change change) {
        return kept.map(Kept::manifest).equals(Optional.of(change.manifest()));
    }

    private boolean matches(Change change, byte[] bytes) throws IOException {
        log.checkAlive();
        boolean matches = change.matches(new ByteArrayInputStream(bytes));
        knowledge.learn(matches ? 1 : 0);
        return matches;
    }

    private void perform(String name, Atomic change) throws HalException {
        log.call(name + " " + ID);
        log.perform(Part.COMPONENT, name, ID.toString(), change);
    }

    @Override
    public Object save() {
        return new Saved(held, staged, kept);
    }

    @Override
    public void restore(Object saved) {
        Saved state = (Saved) saved;
        held = state.held();
        staged = state.staged();
        kept = state.kept();
    }

    @Override
    public void addTo(StateHash hash) {
        hash.add(held);
        hash.add(staged);
        kept.ifPresent(before -> {
            hash.add(before.manifest().bytes());
            hash.add(before.bytes());
        });
    }
}
