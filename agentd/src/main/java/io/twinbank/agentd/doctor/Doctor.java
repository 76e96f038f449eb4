// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.doctor;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rehearses an update: looks at everything that one needs, and changes nothing. */
public final class Doctor {
    private final GatewayConfig config;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(GatewayConfig config) {
        this.config = config;
    }

    /** Looks at one thing. */
    @FunctionalInterface
    interface Look {
        List<Finding> at() throws IOException;
    }

    /**
     * Looks at a gateway.
     *
     * @param config what it consists of
     * @return what was found, the same things in the same order
     */
    public static List<Finding> examine(GatewayConfig config) {
        Doctor doctor = new Doctor(config);
        doctor.examine();
        return List.copyOf(doctor.findings);
    }

    private void examine() {
        FolderChecks folders = new FolderChecks(config);
        look("state folder", folders::stateFolder);
        try (Gateway gateway = Gateway.look(config)) {
            BoardChecks board = new BoardChecks(config, gateway);
            look("running bank", board::runningBank);
            look("banks", board::banks);
            look("boot loader", board::bootLoader);
            look("trial", board::trial);
            look("anti-rollback", board::counter);
            look("clock", board::clock);
            examineKeys(gateway, board);
        } catch (HalException e) {
            findings.add(Finding.bad("gateway", String.valueOf(e.getMessage())));
        }
        look("after a switch", folders::afterSwitch);
        look("health checks", folders::healthFolder);
        look("restart", folders::resetCommand);
    }

    /** What needs the keys isn't looked at without them: a token is asked for them once. */
    private void examineKeys(Gateway gateway, BoardChecks board) {
        try {
            gateway.openKeys();
        } catch (HalException e) {
            findings.add(Finding.bad("keys", String.valueOf(e.getMessage())));
            return;
        }
        look("trust anchors", board::trustAnchors);
        look("device key", board::deviceKey);
        look("broker", new BrokerCheck(config, gateway)::broker);
    }

    private void look(String about, Look look) {
        try {
            findings.addAll(look.at());
        } catch (IOException e) {
            findings.add(Finding.bad(about, String.valueOf(e.getMessage())));
        }
    }
}
