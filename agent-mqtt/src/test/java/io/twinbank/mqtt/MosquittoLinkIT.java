// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Path;

@Needs(Part.MOSQUITTO)
class MosquittoLinkIT extends LinkContract {
    @Override
    ContractBroker startBroker(Path folder, TestPki devices) throws Exception {
        return MosquittoBroker.start(folder, devices, devices.broker());
    }

    @Override
    boolean keepsSessionsWhenKilled() {
        return true;
    }

    /** Mosquitto 2.0.11 hangs up without a word. */
    @Override
    LinkFailure.Kind takenOver() {
        return LinkFailure.Kind.DISCONNECTED;
    }
}
