// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.agentd.GatewayOnFiles.Said;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code consent} and {@code plan}, and what {@code status} says of an update that the site holds. */
class SiteCommandsTest {
    @TempDir
    private Path folder;

    private Optional<RunningAgent> agent = Optional.empty();

    private void start(GatewayOnFiles files) throws IOException {
        agent = Optional.of(new RunningAgent(files));
    }

    @AfterEach
    void stop() {
        agent.ifPresent(RunningAgent::close);
    }

    @Test
    void consent_ofAnUpdateThatWaits_letsItGoOn() throws Exception {
        GatewayOnFiles files =
                new GatewayOnFiles(folder).with("policy.consent = restart", "policy.consent.longest = 8h");
        start(files);
        Path update = files.update(7, GatewayOnFiles.image(2, 100_003));
        AtomicReference<Said> installing = new AtomicReference<>();
        Thread typing = new Thread(() -> installing.set(files.twinbank("install", update.toString())));
        typing.start();
        Awaitility.await()
                .until(() -> files.twinbank("status").out().contains("state        staged, waiting to restart"));
        assertTrue(files.twinbank("status").out().contains("unless somebody consents before"));

        Said tooLong = files.twinbank("consent", "--defer", "9h");
        assertEquals(1, tooLong.exit());
        assertEquals(
                "twinbank: postponed by PT9H, not between 0 and PT8H",
                tooLong.err().trim());
        Said deferred = files.twinbank("consent", "--defer", "8h");
        assertEquals(0, deferred.exit(), deferred.err());
        assertTrue(deferred.last().contains("to which somebody postponed it (1 of at most 3 times)"), deferred.out());
        Said consented = files.twinbank("consent");

        assertEquals(0, consented.exit(), consented.err());
        typing.join();
        List<String> waits = installing.get().lines().stream()
                .filter(line -> line.startsWith("waiting to restart"))
                .toList();
        assertEquals(2, waits.size(), "said once, and once more when it was postponed: " + waits);
        assertTrue(files.twinbank("status").out().contains("state        armed"));
    }

    @Test
    void consent_withoutAnAgent_saysWhatToDo() throws Exception {
        Said said = new GatewayOnFiles(folder).twinbank("consent");

        assertEquals(1, said.exit());
        assertEquals(
                "twinbank: no agent runs that could wait; 'twinbank run' starts one",
                said.err().trim());
    }

    @Test
    void plan_ofAGatewayWithoutRestrictions_isNow() throws Exception {
        GatewayOnFiles files = new GatewayOnFiles(folder);

        Said alone = files.twinbank("plan", "--json");
        assertEquals(0, alone.exit(), alone.err());
        assertTrue(alone.last().startsWith("{\"steps\":[{\"phase\":\"download\",\"afterSeconds\":0,"), alone.last());
        start(files);
        assertEquals(0, files.twinbank("plan").exit());
    }

    @Test
    void plan_ofAnUpdateThatIsTooLargeForTheMonth_saysWhyItDoesNotHappen() throws Exception {
        GatewayOnFiles files = new GatewayOnFiles(folder).with("policy.bytes-per-month = 1M");
        start(files);
        Said said = files.twinbank("plan", "--bytes", "5000000", "--until", "20d");

        assertEquals(1, said.exit(), said.out());
        assertTrue(said.out().startsWith("download     not until then"), said.out());
        assertTrue(said.out().contains("when another month's budget of 1000000 bytes begins"), said.out());
    }

    @Test
    void plan_untilWhatIsNoTime_isUsage() throws Exception {
        Said said = new GatewayOnFiles(folder).twinbank("plan", "--until", "soon");

        assertEquals(2, said.exit());
        assertTrue(said.err().contains("'soon', expected such as 14d or 2027-01-31"), said.err());
    }
}
