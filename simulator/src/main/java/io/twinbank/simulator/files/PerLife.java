// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import org.jspecify.annotations.Nullable;

/** What a process keeps in RAM: made anew when it is first used in a life. */
final class PerLife<T> {
    @FunctionalInterface
    interface Maker<T> {
        T make() throws HalException;
    }

    private final SimulatedFiles files;
    private final Maker<T> maker;
    private @Nullable T made;
    private int life;

    PerLife(SimulatedFiles files, Maker<T> maker) {
        this.files = files;
        this.maker = maker;
    }

    T get() throws HalException {
        T present = made;
        if (present == null || life != files.starts()) {
            life = files.starts();
            present = maker.make();
            made = present;
        }
        return present;
    }
}
