// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.Role;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.Watchdog;
import io.twinbank.hal.contract.FakePlatform;
import io.twinbank.hal.linux.FileStateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * A process with the shipped agent, whose state is in files and whose banks are never written. It says each step of its messages, before and after, and ends at
 * the one that it was told, as kill -9 would end it; else with its standard input.
 */
final class SteppingDevice {
    static final UUID VENDOR = Uuids.vendorId("vendor.example");
    static final UUID CLASS = Uuids.classId(VENDOR, "gateway-1");
    static final String REPORTED = "reported";

    private static final int KILLED = 137;

    private final String last;
    private final Map<String, Integer> passed = new HashMap<>();

    private SteppingDevice(String last) {
        this.last = last;
    }

    /** Takes the folder with state and key, the broker's address, and the step that is the last, or "none". */
    public static void main(String[] arguments) throws Exception {
        new SteppingDevice(arguments[2]).run(Path.of(arguments[0]), arguments[1]);
    }

    private void run(Path folder, String broker) throws Exception {
        FakePlatform fakes = FakePlatform.builder()
                .identity(new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "1"), "gw-1"))
                .trustPolicy(TrustPolicy.anyOf(new TrustAnchor(
                        "maker", Files.readAllBytes(folder.resolve("maker.der")), Set.of(Role.FIRMWARE))))
                .build();
        fakes.bank(BankId.A).flash(new byte[1000]);
        fakes.bootControl().load(BankId.A, 0);
        MqttConfig config = MqttTransport.builder()
                .serverUri(broker)
                .allowPlaintext(true)
                .deviceId("gw-1")
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100))
                .config();
        MqttTransport transport = new MqttTransport(
                config,
                (server, events) -> new Link(PahoLink.open(config, server, new Arrivals(events))),
                new ThreadLoop(),
                () -> 0.5);
        try (FileStateStore files = FileStateStore.open(folder.resolve("state"));
                OtaAgent agent = OtaAgent.builder()
                        .buildTime(Instant.EPOCH)
                        .platform(new Board(fakes, new Store(files)))
                        .transport(transport)
                        .onEvent(this::told)
                        .build()) {
            agent.start();
            while (System.in.read() >= 0) {}
        }
    }

    private void told(AgentEvent event) {
        if (event instanceof AgentEvent.Reported) {
            System.out.println(REPORTED);
        }
    }

    private synchronized void pass(String step) {
        String numbered = step + " #" + passed.merge(step, 1, Integer::sum);
        System.out.println(numbered);
        if (numbered.equals(last)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    private final class Store implements StateStore {
        private final StateStore files;

        Store(StateStore files) {
            this.files = files;
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            return files.load(key);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            pass("before store " + key);
            files.store(key, record);
            pass("after store " + key);
        }

        @Override
        public void delete(StateKey key) throws HalException {
            pass("before delete " + key);
            files.delete(key);
            pass("after delete " + key);
        }

        @Override
        public int maxRecordBytes() {
            return files.maxRecordBytes();
        }

        @Override
        public OptionalLong freeBytes() {
            return files.freeBytes();
        }
    }

    private final class Link implements MqttLink {
        private final MqttLink paho;

        Link(MqttLink paho) {
            this.paho = paho;
        }

        @Override
        public void publish(Outgoing message, Published published) {
            String leaf = message.topic().substring(message.topic().lastIndexOf('/') + 1);
            pass("before publish " + leaf);
            paho.publish(message, failure -> {
                pass("acknowledged " + leaf);
                published.done(failure);
            });
            pass("after publish " + leaf);
        }

        @Override
        public void close(boolean orderly) {
            paho.close(orderly);
        }
    }

    private final class Arrivals implements MqttLink.Events {
        private final MqttLink.Events events;

        Arrivals(MqttLink.Events events) {
            this.events = events;
        }

        @Override
        public void arrived(MqttLink.Incoming message) {
            pass("arrived");
            events.arrived(new MqttLink.Incoming(
                    message.topic(),
                    message.contentType(),
                    message.responseTopic(),
                    message.correlation(),
                    message.expiry(),
                    message.payload(),
                    () -> {
                        pass("before acknowledge");
                        message.acknowledge().run();
                        pass("after acknowledge");
                    }));
        }

        @Override
        public void secured(List<X509Certificate> ours, List<X509Certificate> brokers) {
            events.secured(ours, brokers);
        }

        @Override
        public void accepted(boolean resumed) {
            events.accepted(resumed);
        }

        @Override
        public void noticed(String what) {
            events.noticed(what);
        }

        @Override
        public void connected(int window) {
            events.connected(window);
        }

        @Override
        public void lost(LinkFailure failure) {
            events.lost(failure);
        }

        @Override
        public boolean isWanted(String topic) {
            return events.isWanted(topic);
        }
    }

    private record Board(FakePlatform fakes, StateStore stateStore) implements Platform {
        @Override
        public List<ComponentId> components() {
            return fakes.components();
        }

        @Override
        public FlashBank bank(BankId id, ComponentId component) {
            return fakes.bank(id, component);
        }

        @Override
        public DeviceIdentity identity() {
            return fakes.identity();
        }

        @Override
        public BootControl bootControl() {
            return fakes.bootControl();
        }

        @Override
        public RootOfTrust rootOfTrust() {
            return fakes.rootOfTrust();
        }

        @Override
        public Optional<DeviceKeys> keys() {
            return fakes.keys();
        }

        @Override
        public MonotonicCounter counter(CounterId id) {
            return fakes.counter(id);
        }

        @Override
        public ResetControl resetControl() {
            return fakes.resetControl();
        }

        @Override
        public Watchdog watchdog() {
            return fakes.watchdog();
        }

        @Override
        public DeviceClock clock() {
            return fakes.clock();
        }
    }
}
