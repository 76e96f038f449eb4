// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.doctor;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Counter;
import io.twinbank.agentd.config.GatewayConfig.Running;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.hal.linux.RunningBank;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** The board, as the agent would use it. */
final class BoardChecks {
    private static final int MIB_BITS = 20;
    private static final Duration SOON = Duration.ofDays(30);

    private final GatewayConfig config;
    private final Gateway gateway;

    BoardChecks(GatewayConfig config, Gateway gateway) {
        this.config = config;
        this.gateway = gateway;
    }

    List<Finding> runningBank() throws HalException {
        String about = "running bank";
        BankId running = gateway.bootControl().status().running();
        Optional<RunningBank> measurement = gateway.measurement();
        if (measurement.isEmpty()) {
            return List.of(Finding.warning(
                    about,
                    running + ", because " + ((Running.InFile) config.running()).file() + " says so; for tests only"));
        }
        return List.of(Finding.good(
                about,
                running + ", because of "
                        + measurement.get().answers().stream()
                                .map(RunningBank.Answer::toString)
                                .collect(Collectors.joining("; "))));
    }

    List<Finding> banks() throws HalException {
        List<Finding> findings = new ArrayList<>();
        BankId other = gateway.bootControl().status().running().other();
        for (ComponentId component : gateway.components()) {
            Map<BankId, Path> paths = Objects.requireNonNull(config.banks().get(component));
            Path path = Objects.requireNonNull(paths.get(other));
            long size = gateway.bank(other, component).geometry().capacityBytes();
            long running = gateway.bank(other.other(), component).geometry().capacityBytes();
            String what = "bank " + other + " of " + component + ", " + path;
            if (!Files.isWritable(path)) {
                findings.add(Finding.bad(
                        "banks",
                        what + ", can't be written: run this as the agent's user, or change the device's owner"));
            } else if (size < running) {
                findings.add(Finding.warning(
                        "banks",
                        what + ", has " + size + " bytes, the running one " + running
                                + ": an image that fills that doesn't fit"));
            } else {
                findings.add(Finding.good("banks", what + ", " + (size >> MIB_BITS) + " MiB"));
            }
        }
        return findings;
    }

    List<Finding> bootLoader() throws HalException {
        String about = "boot loader";
        List<Finding> findings = new ArrayList<>();
        BootVariables.Contents contents = gateway.bootVariables().read();
        if (!contents.redundant()) {
            findings.add(Finding.warning(
                    about,
                    "its variables are there once: a power cut while they are written can lose them; use two copies"));
        }
        contents.damage()
                .ifPresent(damage -> findings.add(Finding.warning(
                        about, "one copy of its variables is spoilt, and is mended by the next write: " + damage)));
        if (contents.damage().isEmpty()) {
            gateway.bootVariables().change(unchanged -> {}); // opened for writing and forced to the medium, not written
        }
        gateway.scriptWarning().ifPresent(warning -> findings.add(Finding.warning(about, warning)));
        int possible = gateway.bootControl().maxAttempts();
        if (gateway.attempts() > possible) {
            findings.add(Finding.bad(
                    about, "boot.attempts is " + gateway.attempts() + ", and it can do " + possible + " at most"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.good(about, "a trial has " + gateway.attempts() + " attempts"));
        }
        return findings;
    }

    List<Finding> trial() throws HalException {
        BootStatus status = gateway.bootControl().status();
        return List.of(
                status.trial() == BootStatus.Trial.NONE
                        ? Finding.good("trial", "none")
                        : Finding.warning(
                                "trial",
                                status.trial() + ", " + status.attemptsLeft()
                                        + " attempts left: the next update begins when it is over"));
    }

    List<Finding> trustAnchors() throws HalException {
        TrustPolicy policy = gateway.rootOfTrust().factoryPolicy();
        long firmware = policy.anchors().stream()
                .filter(anchor -> anchor.roles().contains(Role.FIRMWARE))
                .count();
        String names = policy.anchors().stream().map(Object::toString).collect(Collectors.joining(", "));
        List<Finding> findings = new ArrayList<>();
        findings.add(
                firmware >= policy.rule(Role.FIRMWARE).keys()
                        ? Finding.good("trust anchors", names)
                        : Finding.warning(
                                "trust anchors",
                                names + ": firmware takes " + policy.rule(Role.FIRMWARE)
                                        + ", so a trust set has to come first"));
        if (!gateway.rootOfTrust().canBind()) {
            findings.add(Finding.warning("trust anchors", "rollback by copying the flash: not defended"));
        }
        return findings;
    }

    List<Finding> counter() throws HalException {
        String about = "anti-rollback";
        List<Finding> findings = new ArrayList<>();
        long floor = gateway.counter(CounterId.SECURITY_VERSION).read();
        long remaining = gateway.counter(CounterId.SECURITY_VERSION).remaining();
        gateway.counter(CounterId.TRUST_VERSION).read();
        if (remaining == 0) {
            findings.add(Finding.warning(
                    about,
                    "the counter is at its end, " + floor + ": an update with a higher security version is refused"));
        }
        if (config.counter() instanceof Counter.InFile) {
            findings.add(Finding.warning(
                    about,
                    "the floor, " + floor + ", is in a file: whoever can write it can lower it; a TPM can't be"));
        }
        if (gateway.bootControl().enforcement() == BootControl.Enforcement.AGENT_ONLY) {
            findings.add(Finding.warning(
                    about,
                    "the boot loader doesn't compare: only the agent refuses an image below the floor, " + floor));
        }
        return findings.isEmpty() ? List.of(Finding.good(about, "the floor is " + floor)) : findings;
    }

    List<Finding> deviceKey() throws IOException {
        String about = "device key";
        Optional<DeviceKeys> keys = gateway.keys();
        if (keys.isEmpty()) {
            return List.of(
                    Finding.warning(about, "none: no client certificate for the broker, and no encrypted updates"));
        }
        keys.get().sign("twinbank doctor".getBytes(StandardCharsets.UTF_8));
        List<Finding> findings = new ArrayList<>();
        for (X509Certificate certificate : certificates()) {
            Instant end = certificate.getNotAfter().toInstant();
            String what = "the certificate of " + certificate.getSubjectX500Principal() + " ends on " + end;
            Instant now = Instant.now();
            if (end.isBefore(now)) {
                findings.add(Finding.bad(about, what + ": the broker refuses it; give the gateway a new one"));
            } else if (end.isBefore(now.plus(SOON))) {
                findings.add(Finding.warning(about, what));
            }
        }
        return findings.isEmpty() ? List.of(Finding.good(about, "it signs")) : findings;
    }

    private List<X509Certificate> certificates() {
        List<X509Certificate> found = new ArrayList<>();
        for (KeyManager manager : gateway.tlsKeys()) {
            if (manager instanceof X509KeyManager keys) {
                String[] aliases = keys.getClientAliases("EC", null);
                for (String alias : aliases == null ? new String[0] : aliases) {
                    found.add(keys.getCertificateChain(alias)[0]);
                }
            }
        }
        return found;
    }

    List<Finding> clock() {
        return List.of(gateway.clock()
                .wallClock()
                .map(now -> Finding.good("clock", now + ", in step"))
                .orElseGet(() -> Finding.warning(
                        "clock",
                        "nothing keeps it in step: what expires can't be judged, and such a manifest is refused")));
    }
}
