// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.ComponentHandler.Change;
import io.twinbank.core.spi.ComponentHandler.Staging;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ComponentHandler} owes, but for power cuts in the middle of a call. Extend it, hand out your handler, and run
 * it as any JUnit test.
 */
public abstract class ComponentHandlerContract {
    private static final ComponentId COMPONENT = ComponentId.of("component");
    private static final byte[] FIRST = bytes(3_000, 1);
    private static final byte[] SECOND = bytes(5_000, 2);
    private static final byte[] THIRD = bytes(200_001, 3);

    private ComponentHandler handler;

    /**
     * Makes a handler whose component holds nothing. It can hold 256 KiB.
     *
     * @return the handler
     * @throws IOException if the test's own preparations fail
     */
    protected abstract ComponentHandler newHandler() throws IOException;

    /**
     * Makes the handler again, as after a reset.
     *
     * @param old what {@link #newHandler()} returned
     * @return a handler of the same component
     * @throws IOException if the test's own preparations fail
     */
    protected abstract ComponentHandler reopen(ComponentHandler old) throws IOException;

    /**
     * Reads what those see who use the component.
     *
     * @return its bytes; empty if it holds nothing
     * @throws IOException if the test's own preparations fail
     */
    protected abstract Optional<byte[]> held() throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        handler = newHandler();
    }

    @Test
    void isStaged_nothingStaged_isFalse() throws IOException {
        assertFalse(handler.isStaged(change("one", FIRST)));
    }

    @Test
    void verify_nothingThere_isFalse() throws IOException {
        assertFalse(handler.verify(change("one", FIRST)));
    }

    @Test
    void stage_completed_survivesAResetAndIsNotSeen() throws IOException {
        stage("one", FIRST);

        boolean before = handler.isStaged(change("one", FIRST));
        handler = reopen(handler);

        assertTrue(before);
        assertTrue(handler.isStaged(change("one", FIRST)));
        assertEquals(Optional.empty(), held());
    }

    @Test
    void stage_notCompleted_isNotStaged() throws IOException {
        try (Staging staging = handler.stage(change("one", FIRST))) {
            staging.write(ByteBuffer.wrap(FIRST, 0, 1_000));
        }

        assertFalse(handler.isStaged(change("one", FIRST)));
        assertFalse(reopen(handler).isStaged(change("one", FIRST)));
    }

    @Test
    void stage_again_takesThePlaceOfWhatWasStaged() throws IOException {
        stage("one", THIRD);

        stage("two", SECOND);

        assertTrue(handler.isStaged(change("two", SECOND)));
        assertFalse(handler.isStaged(change("one", THIRD)));
    }

    @Test
    void stage_overAnActiveComponent_isNotSeen() throws IOException {
        install("one", FIRST);

        stage("two", SECOND);

        assertArrayEquals(FIRST, held().orElseThrow());
    }

    @Test
    void activate_staged_isSeenAndSurvivesAReset() throws IOException {
        install("one", THIRD);

        boolean before = handler.verify(change("one", THIRD));
        handler = reopen(handler);

        assertTrue(before);
        assertTrue(handler.verify(change("one", THIRD)));
        assertArrayEquals(THIRD, held().orElseThrow());
    }

    @Test
    void activate_again_changesNothing() throws IOException {
        install("one", FIRST);
        install("two", SECOND);

        handler = reopen(handler);
        handler.activate(change("two", SECOND));
        handler.revert(change("two", SECOND));

        assertArrayEquals(FIRST, held().orElseThrow());
    }

    @Test
    void activate_notStaged_throwsAndChangesNothing() throws IOException {
        install("one", FIRST);

        assertThrows(IOException.class, () -> handler.activate(change("two", SECOND)));

        assertArrayEquals(FIRST, held().orElseThrow());
    }

    @Test
    void verify_otherBytes_isFalse() throws IOException {
        install("one", FIRST);

        assertFalse(handler.verify(change("one", SECOND)));
    }

    @Test
    void revert_activated_bringsTheOldBytesBack() throws IOException {
        install("one", FIRST);
        install("two", SECOND);

        handler = reopen(handler);
        handler.revert(change("two", SECOND));

        assertArrayEquals(FIRST, held().orElseThrow());
        assertFalse(handler.verify(change("two", SECOND)));
    }

    @Test
    void revert_again_changesNothing() throws IOException {
        install("one", FIRST);
        install("two", SECOND);
        handler.revert(change("two", SECOND));

        handler = reopen(handler);
        handler.revert(change("two", SECOND));

        assertArrayEquals(FIRST, held().orElseThrow());
    }

    @Test
    void revert_nothingWasThere_leavesNothing() throws IOException {
        install("one", FIRST);

        handler = reopen(handler);
        handler.revert(change("one", FIRST));
        handler.revert(change("one", FIRST));

        assertEquals(Optional.empty(), held());
    }

    @Test
    void revert_stagedOnly_dropsIt() throws IOException {
        install("one", FIRST);
        stage("two", SECOND);

        handler.revert(change("two", SECOND));

        assertArrayEquals(FIRST, held().orElseThrow());
        assertFalse(handler.isStaged(change("two", SECOND)));
    }

    @Test
    void revert_activatedByAnotherManifest_keepsTheBytes() throws IOException {
        install("one", FIRST);
        install("two", SECOND);

        handler.revert(change("three", SECOND));
        handler.revert(change("one", FIRST));

        assertArrayEquals(SECOND, held().orElseThrow());
    }

    @Test
    void revert_theBytesDidNotChange_keepsThem() throws IOException {
        install("one", FIRST);
        install("two", SECOND);
        handler.activate(change("three", SECOND));

        handler.revert(change("three", SECOND));

        assertArrayEquals(SECOND, held().orElseThrow());
    }

    @Test
    void install_afterARevert_works() throws IOException {
        install("one", FIRST);
        install("two", SECOND);
        handler.revert(change("two", SECOND));

        install("two", SECOND);
        boolean installed = handler.verify(change("two", SECOND));
        handler.revert(change("two", SECOND));

        assertTrue(installed);
        assertArrayEquals(FIRST, held().orElseThrow());
    }

    private void install(String manifest, byte[] bytes) throws IOException {
        stage(manifest, bytes);
        handler.activate(change(manifest, bytes));
    }

    private void stage(String manifest, byte[] bytes) throws IOException {
        try (Staging staging = handler.stage(change(manifest, bytes))) {
            for (int at = 0; at < bytes.length; at += 4_096) {
                staging.write(ByteBuffer.wrap(bytes, at, Math.min(4_096, bytes.length - at)));
            }
            staging.complete();
        }
    }

    private static Change change(String manifest, byte[] bytes) {
        return new Change(
                COMPONENT,
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
