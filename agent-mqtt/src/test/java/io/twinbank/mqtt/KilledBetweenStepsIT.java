// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped agent over Mosquitto, killed before and after each step between an offer and the end of its report: each offer has one outcome for those who
 * listen, by its key, and none is lost.
 */
@Tag("slow")
@Needs(Part.MOSQUITTO)
class KilledBetweenStepsIT {
    private static final Pattern DIGEST = Pattern.compile("\"manifestDigest\":\"([^\"]+)\"");
    private static final int KILLED = 137;
    private static final int MOST_OFFERS_A_RUN = 4;

    @TempDir
    Path folder;

    private final List<Process> devices = new ArrayList<>();
    private MosquittoBroker broker;
    private Observer server;
    private SigningKey key;
    private int offers;

    @BeforeEach
    void begin() throws Exception {
        broker = MosquittoBroker.plain(Files.createDirectory(folder.resolve("broker")));
        server = Observer.of(broker, "server");
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        key = SigningKey.of(pair.getPrivate(), pair.getPublic());
        Files.write(folder.resolve("maker.der"), pair.getPublic().getEncoded());
    }

    @AfterEach
    void end() throws Exception {
        devices.forEach(Process::destroyForcibly);
        server.close();
        broker.close();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void killed_atEachStepOfAnOffer_noOutcomeIsLostOrDoubled() throws Exception {
        upTo("none"); // a new device's first start has steps of its own
        List<String> steps = upTo("none");
        assertTrue(
                steps.containsAll(List.of(
                        "arrived #1",
                        "before store OUTCOMES #1",
                        "after store OUTCOMES #1",
                        "before acknowledge #1",
                        "after acknowledge #1",
                        "before publish report #1",
                        "after publish report #1",
                        "acknowledged report #1",
                        "before store OUTCOMES #2",
                        "after store OUTCOMES #2")),
                steps::toString);

        for (String step : steps) {
            upTo(step);
        }
        upTo("none");

        Map<String, Set<String>> keys = new HashMap<>();
        for (Observer.Seen report : server.on("twinbank/gw-1/report")) {
            keys.computeIfAbsent(digest(report), unused -> new HashSet<>()).add(report.idempotencyKey());
        }
        System.out.println("killed at " + steps.size() + " steps: " + offers + " offers, "
                + server.on("twinbank/gw-1/report").size() + " reports of " + keys.size() + " outcomes");
        assertEquals(offers, keys.size(), "offers with an outcome");
        keys.forEach((digest, ids) -> assertEquals(1, ids.size(), digest));
    }

    /**
     * Starts a device and offers it updates, one after another, until it ends at the given step; without one, until it has reported the next. Returns the
     * steps that it passed.
     */
    private List<String> upTo(String step) throws Exception {
        Process device = device(step);
        List<String> said = new CopyOnWriteArrayList<>();
        Thread ear = new Thread(() -> hear(device.inputReader(), said));
        ear.start();
        if (offers == 0) {
            await().until(() -> said.contains("acknowledged status #1")); // its session waits at the broker from now on
        }
        int before = offers;
        while (device.isAlive() && offers - before < MOST_OFFERS_A_RUN) {
            if (step.equals("none") && offers > before) {
                break;
            }
            offer();
            await().until(() -> !device.isAlive() || outcomes() == offers);
        }
        if (step.equals("none")) {
            await().until(() -> said.contains(SteppingDevice.REPORTED));
            device.outputWriter().close();
        }
        assertTrue(device.waitFor(30, TimeUnit.SECONDS), () -> step + " isn't reached: " + said);
        assertEquals(step.equals("none") ? 0 : KILLED, device.exitValue(), () -> step + ": " + said);
        ear.join();
        said.remove(SteppingDevice.REPORTED);
        return said;
    }

    private Process device(String step) throws IOException {
        Process device = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SteppingDevice.class.getName(),
                        folder.toString(),
                        broker.plainUri(),
                        step)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("stderr").toFile()))
                .start();
        devices.add(device);
        return device;
    }

    private static void hear(BufferedReader out, List<String> said) {
        out.lines().forEach(said::add);
    }

    /** One for other devices: authentic, so its refusal is an outcome. */
    private void offer() throws Exception {
        offers++;
        byte[] image = {(byte) offers};
        byte[] envelope = new EnvelopeBuilder(
                        ComponentId.of("os"),
                        offers,
                        SteppingDevice.VENDOR,
                        Uuids.classId(SteppingDevice.VENDOR, "another"))
                .securityVersion(0)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(image), image.length, "https://host.example/os", PayloadEncoding.IDENTITY))
                .sign(key);
        server.publish("twinbank/gw-1/offer", Topics.ENVELOPE, envelope, false, 1);
    }

    private long outcomes() {
        return server.on("twinbank/gw-1/report").stream()
                .map(KilledBetweenStepsIT::digest)
                .distinct()
                .count();
    }

    private static String digest(Observer.Seen report) {
        Matcher matcher = DIGEST.matcher(report.text());
        assertTrue(matcher.find(), report::text);
        return matcher.group(1);
    }
}
