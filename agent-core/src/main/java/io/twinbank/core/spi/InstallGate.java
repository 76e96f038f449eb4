// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

/** Tells whether the site allows a reset into new firmware now. Asked on the agent thread; must return at once. */
@FunctionalInterface
public interface InstallGate {
    /**
     * Tells whether the reset may happen now.
     *
     * @return false to be asked again later
     */
    boolean isOpen();
}
