// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.control.ControlServer;
import io.twinbank.agentd.gateway.Gateway;
import io.twinbank.core.AgentStatus;
import io.twinbank.core.EventId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code twinbank run}: the daemon. */
@Command(name = "run", description = "Runs the agent until it is told to stop.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger("twinbank");
    /** Soon, for whoever has just mended what was wrong, and a look costs little. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ConfigOptions options;

    /** Made by picocli. */
    RunCommand() {}

    @Override
    public Integer call() throws ConfigException, IOException {
        GatewayConfig config = options.config();
        AgentLog.tellAll();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(stop, stopped), "twinbank-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(config, stop);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            stopped.countDown();
        }
    }

    /** A signal has the JVM end when this has ended: what was begun is closed first. */
    private static void stop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(GatewayConfig config, CountDownLatch stop)
            throws ConfigException, IOException, InterruptedException {
        Optional<Gateway> opened = open(config, stop);
        if (opened.isEmpty()) {
            return 0;
        }
        ServiceManager manager = ServiceManager.ofThisProcess();
        try (Gateway gateway = opened.get();
                AgentHost host = AgentHost.of(
                        gateway,
                        Broker.transport(config, gateway),
                        AgentHost.selfTest(config),
                        MetricsFile.of(config));
                ControlServer control = ControlServer.start(ConfigOptions.socket(config), host)) {
            renewAttempts(gateway);
            host.start();
            LOG.info(
                    EventId.DAEMON_STARTED.line("{} runs, by {}, and answers at {}"),
                    config.device().name(),
                    config.file(),
                    control.socket());
            manager.ready();
            stayAlive(host, manager, stop);
            manager.stopping();
        }
        return 0;
    }

    /** An agent whose thread hangs doesn't answer, and after a while the service manager starts the process anew. */
    private static void stayAlive(AgentHost host, ServiceManager manager, CountDownLatch stop)
            throws InterruptedException {
        CompletableFuture<AgentStatus> asked = host.fresh();
        while (!stop.await(manager.pause().toNanos(), TimeUnit.NANOSECONDS)) {
            if (asked.isDone()) {
                manager.alive();
                asked = host.fresh();
            } else {
                LOG.warn(
                        EventId.DAEMON_BUSY.line("the agent has been busy for long, perhaps in a driver: {}"),
                        host.agentStatus().state());
            }
        }
    }

    /** A part that can't be used may come back: a folder that was read-only, a device that wasn't there yet, an environment. */
    private static Optional<Gateway> open(GatewayConfig config, CountDownLatch stop)
            throws ConfigException, HalException, InterruptedException {
        String said = "";
        do {
            try {
                return Optional.of(open(config));
            } catch (HalException e) {
                if (e.kind() == HalException.Kind.LOCKED) {
                    throw e;
                }
                if (!said.equals(e.getMessage())) {
                    said = String.valueOf(e.getMessage());
                    LOG.warn(
                            EventId.GATEWAY_UNUSABLE.line(
                                    "the gateway can't be updated now, and is looked at every {} s: {}"),
                            LOOK_AGAIN.toSeconds(),
                            said);
                }
            }
        } while (!stop.await(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS));
        return Optional.empty();
    }

    private static Gateway open(GatewayConfig config) throws ConfigException, HalException {
        Gateway gateway = Gateway.open(config);
        try {
            gateway.openKeys();
            return gateway;
        } catch (HalException e) {
            gateway.close();
            if (e.kind() == HalException.Kind.LOCKED) {
                throw new ConfigException(List.of(e.getMessage() + "; not tried again, for some tokens lock"));
            }
            throw e;
        }
    }

    /** Not worth waiting for: it is tried again at the next start, and a confirmed bank has attempts left. */
    private static void renewAttempts(Gateway gateway) {
        try {
            gateway.renewAttempts();
        } catch (HalException e) {
            LOG.warn(
                    EventId.ATTEMPTS_NOT_RENEWED.line("the running bank can't be given its attempts back: {}"),
                    e.getMessage());
        }
    }
}
