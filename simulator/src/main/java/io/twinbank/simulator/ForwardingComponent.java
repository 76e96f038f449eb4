// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.spi.ComponentHandler;
import java.io.IOException;

/** A handler that hands every call on: what a subclass watches, or does otherwise, it overrides. */
public class ForwardingComponent implements ComponentHandler {
    /** The handler behind this. */
    protected final ComponentHandler handler;

    /**
     * Makes a handler that is like another.
     *
     * @param handler the other
     */
    protected ForwardingComponent(ComponentHandler handler) {
        this.handler = handler;
    }

    @Override
    public long maxBytes() {
        return handler.maxBytes();
    }

    @Override
    public Staging stage(Change change) throws IOException {
        return handler.stage(change);
    }

    @Override
    public boolean isStaged(Change change) throws IOException {
        return handler.isStaged(change);
    }

    @Override
    public void activate(Change change) throws IOException {
        handler.activate(change);
    }

    @Override
    public boolean verify(Change change) throws IOException {
        return handler.verify(change);
    }

    @Override
    public void revert(Change change) throws IOException {
        handler.revert(change);
    }
}
