// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.ComponentHandler.Change;
import io.twinbank.core.spi.ComponentHandler.Staging;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A handler's component as a download writes it: a bank without erase units that begins anew after each power cut. What a
 * handler throws is a device fault.
 */
public final class ComponentBank implements FlashBank {
    /** How the payload is cut; the handler sees nothing of it. */
    private static final int UNIT_BYTES = 4096;

    private final ComponentHandler handler;
    private final Change change;
    private @Nullable Staging staging;

    /**
     * Makes a bank.
     *
     * @param handler has the component
     * @param change what is staged
     */
    public ComponentBank(ComponentHandler handler, Change change) {
        this.handler = handler;
        this.change = change;
    }

    @Override
    public FlashGeometry geometry() {
        return new FlashGeometry(Layout.roundUp(change.sizeBytes(), UNIT_BYTES), 1, UNIT_BYTES);
    }

    @Override
    public boolean resumable() {
        return false;
    }

    @Override
    public void begin(long length) {}

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "what is being staged can't be read");
    }

    @Override
    public void erase(long offset, long length) {}

    /** A payload that changed while it was fetched comes from its begin again. */
    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        try {
            if (offset == 0) {
                close();
                staging = handler.stage(change);
            }
            open().write(src);
        } catch (IOException | RuntimeException e) {
            throw fault(e);
        }
    }

    @Override
    public void sync() {}

    /** Has what was written made durable; it has the signed size and digest. */
    @Override
    public void end() throws HalException {
        try {
            open().complete();
        } catch (IOException | RuntimeException e) {
            throw fault(e);
        } finally {
            close();
        }
    }

    /** Lets go. Idempotent. */
    public void close() {
        Staging open = staging;
        staging = null;
        if (open != null) {
            open.close();
        }
    }

    private Staging open() {
        Staging open = staging;
        if (open == null) {
            throw new IllegalStateException("nothing is being staged for " + change.component());
        }
        return open;
    }

    private HalException fault(Exception thrown) {
        return new HalException(
                HalException.Kind.IO,
                "component " + change.component() + " can't be staged: " + thrown.getMessage(),
                thrown);
    }
}
