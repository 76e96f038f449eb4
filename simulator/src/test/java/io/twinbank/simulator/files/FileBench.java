// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.FileFlashBank;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Survival;

/** A storage in files without a board: bank A runs. */
final class FileBench {
    static final FlashGeometry GEOMETRY = FileFlashBank.geometryOf(256 << 10);

    final OperationLog log = new OperationLog(() -> 0, stop -> {});
    final Storage storage;

    FileBench(FileProfile profile) throws HalException {
        storage = profile.make(GEOMETRY, BankId.A::equals, log);
        start();
    }

    /** Begins another life; what the kernel has cached is still there. */
    void start() {
        log.powerOn();
        for (BankId id : BankId.values()) {
            storage.bank(id).powerOn();
        }
    }

    void cutPower(Survival survival) throws HalException {
        storage.losePower(survival);
        start();
    }
}
