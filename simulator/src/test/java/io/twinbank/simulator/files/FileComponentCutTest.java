// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.FileComponent;
import io.twinbank.core.spi.ComponentHandler.Change;
import io.twinbank.core.spi.ComponentHandler.Staging;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A file component on ext4, cut at each operation in each way: the file is the old or the new, and the way goes on. */
class FileComponentCutTest {
    private static final byte[] OLD = bytes(5_000, 1);
    private static final byte[] NEW = bytes(9_000, 2);
    private static final Change FIRST = change("first", OLD);
    private static final Change SECOND = change("second", NEW);

    private interface Call {
        void run() throws IOException;
    }

    private record State(String how, Object saved) {}

    private final OperationLog log = new OperationLog(() -> 0, stop -> {});
    private final SimulatedFiles files = new SimulatedFiles(Semantics.ORDERED, Set.of(), 1 << 20, log);

    private Path file() {
        return files.root(Operation.Part.COMPONENT).resolve("app.conf");
    }

    /** Another process. */
    private FileComponent handler() {
        return FileComponent.of(file());
    }

    private String held() throws IOException {
        if (!Files.exists(file())) {
            return "none";
        }
        byte[] held = Files.readAllBytes(file());
        return Arrays.equals(held, OLD) ? "old" : Arrays.equals(held, NEW) ? "new" : "torn";
    }

    /** Runs a call; returns what there may be after a cut before, after or in the middle of each of its operations. */
    private List<State> cut(Call call) throws IOException {
        List<State> states = new ArrayList<>();
        Faults cuts = (operation, change) -> {
            try {
                Object before = files.save();
                collect(operation + " before", states);
                change.whole();
                collect(operation + " after", states);
                for (Tear tear : change.tears()) {
                    files.restore(before);
                    change.torn(tear);
                    collect(operation + " " + tear, states);
                }
                files.restore(before);
                return Fate.DONE;
            } catch (HalException e) {
                throw new UncheckedIOException(e);
            }
        };
        log.faults(cuts);
        call.run();
        log.faults(Faults.none());
        assertTrue(states.size() > 5, states.size() + " cuts");
        return states;
    }

    private void collect(String how, List<State> states) {
        Object now = files.save();
        states.add(new State(how + ", the process is killed", now));
        for (Survival survival : files.survivals()) {
            files.losePower(survival);
            states.add(new State(how + ", the power is cut, " + survival, files.save()));
            files.restore(now);
        }
    }

    private void boot(State state) {
        files.restore(state.saved());
        files.start();
    }

    private void begin() {
        log.powerOn();
        files.start();
    }

    private void stage(Change change, byte[] bytes) throws IOException {
        try (Staging staging = handler().stage(change)) {
            for (int at = 0; at < bytes.length; at += 4096) {
                staging.write(ByteBuffer.wrap(bytes, at, Math.min(4096, bytes.length - at)));
            }
            staging.complete();
        }
    }

    private void install(Change change, byte[] bytes) throws IOException {
        stage(change, bytes);
        handler().activate(change);
    }

    @Test
    void stage_cutAnywhere_keepsTheFileAndCanBeginAnew() throws IOException {
        begin();
        install(FIRST, OLD);

        for (State state : cut(() -> stage(SECOND, NEW))) {
            boot(state);
            assertEquals("old", held(), state.how());
            if (!handler().isStaged(SECOND)) {
                stage(SECOND, NEW);
            }
            handler().activate(SECOND);
            assertEquals("new", held(), state.how());
        }
    }

    @Test
    void isStaged_saysSo_survivesACut() throws IOException {
        begin();
        for (State state : cut(() -> stage(SECOND, NEW))) {
            boot(state);
            if (handler().isStaged(SECOND)) {
                files.losePower(Survival.NONE);
                files.start();
                assertTrue(handler().isStaged(SECOND), state.how());
            }
        }
    }

    @Test
    void activate_cutAnywhere_isOldOrNewAndGoesOnEitherWay() throws IOException {
        begin();
        install(FIRST, OLD);
        stage(SECOND, NEW);

        Set<String> seen = new HashSet<>();
        for (State state : cut(() -> handler().activate(SECOND))) {
            boot(state);
            seen.add(held());
            handler().activate(SECOND);
            files.losePower(Survival.NONE);
            assertEquals("new", held(), state.how());
            boot(state);
            handler().revert(SECOND);
            files.losePower(Survival.NONE);
            assertEquals("old", held(), state.how());
        }
        assertEquals(Set.of("old", "new"), seen);
    }

    @Test
    void activate_noFileCutAnywhere_isNoneOrNewAndCanBeReverted() throws IOException {
        begin();
        stage(SECOND, NEW);

        Set<String> seen = new HashSet<>();
        for (State state : cut(() -> handler().activate(SECOND))) {
            boot(state);
            seen.add(held());
            handler().revert(SECOND);
            files.losePower(Survival.NONE);
            assertEquals("none", held(), state.how());
        }
        assertEquals(Set.of("none", "new"), seen);
    }

    @Test
    void revert_cutAnywhere_isOldOrNewAndGoesOn() throws IOException {
        begin();
        install(FIRST, OLD);
        install(SECOND, NEW);

        Set<String> seen = new HashSet<>();
        for (State state : cut(() -> handler().revert(SECOND))) {
            boot(state);
            seen.add(held());
            handler().revert(SECOND);
            files.losePower(Survival.NONE);
            assertEquals("old", held(), state.how());
        }
        assertEquals(Set.of("old", "new"), seen);
    }

    private static Change change(String manifest, byte[] bytes) {
        return new Change(
                ComponentId.of("config"),
                Digest.sha256Of(manifest.getBytes(StandardCharsets.UTF_8)),
                Digest.sha256Of(bytes),
                bytes.length);
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
