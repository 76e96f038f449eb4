// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class ArtemisLinkIT extends LinkContract {
    @Override
    ContractBroker startBroker(Path folder, TestPki devices) throws Exception {
        return ArtemisBroker.start(folder, devices, devices.broker());
    }

    @Override
    boolean keepsSessionsWhenKilled() {
        return true;
    }

    /** Artemis 2.44.0 loses the order once a receive maximum was reached: 7 of 100 sessions with a plain client, none without a maximum. */
    @Override
    boolean keepsOrder() {
        return false;
    }

    /** Artemis 2.44.0 takes every DISCONNECT for one without the last will: the status stays "online" after an orderly end. */
    @Override
    boolean publishesTheWillWhenAsked() {
        return false;
    }
}
