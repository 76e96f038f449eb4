// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import java.io.IOException;

/** What stands between a program and a volume. */
interface Gate {
    /** For the factory and for observers, for whom nothing fails. */
    Gate OPEN = new Gate() {
        @Override
        public void change(String name, String detail, Change change) throws IOException {
            change.whole();
        }

        @Override
        public void read() {
            // always
        }

        @Override
        public void use() {
            // always
        }
    };

    /** Changes something, unless a fault comes between. */
    void change(String name, String detail, Change change) throws IOException;

    /** Begins a read of what a file holds. */
    void read() throws IOException;

    /** Begins what neither changes anything nor reads a medium. */
    void use();

    /** Makes the gate of a part of the board. */
    static Gate of(Part part, OperationLog log) {
        return new Gate() {
            @Override
            public void change(String name, String detail, Change change) throws IOException {
                try {
                    log.perform(part, name, detail, change);
                } catch (HalException e) {
                    throw asKernel(e);
                }
            }

            @Override
            public void read() throws IOException {
                try {
                    log.read(part);
                } catch (HalException e) {
                    throw asKernel(e);
                }
            }

            @Override
            public void use() {
                log.checkAlive();
            }
        };
    }

    /** Programs see error texts, and what they make of them is under test. */
    static IOException asKernel(HalException fault) {
        String text = switch (fault.kind()) {
            case NO_SPACE -> "No space left on device";
            case LOCKED -> "Read-only file system";
            case TIMEOUT -> "Connection timed out";
            default -> "Input/output error";
        };
        return new IOException(text, fault);
    }
}
