// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.mqtt.MosquittoBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon is killed at any moment of an update, again and again: no mixed image, no report lost or doubled, and each update ends. */
@Tag("slow")
@Timeout(value = 4, unit = TimeUnit.HOURS)
@Needs({Part.MOSQUITTO, Part.LIBUBOOTENV, Part.UBOOT_TOOLS})
class KillCampaignIT {
    private static final int KILLS = Integer.getInteger("kills", 30);
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    /** From here on each phase has to be hit. */
    private static final int MANY = 100;

    @TempDir
    Path folder;

    @Test
    void run_killedAtAnyMoment_eachUpdateEndsOnceAndAsExpected() throws Exception {
        System.out.println("KillCampaignIT: -Dkills=" + KILLS + " -Dseed=" + SEED);
        long begin = System.nanoTime();
        Random random = new Random(SEED);
        try (MosquittoBroker broker = MosquittoBroker.plain(Files.createDirectory(folder.resolve("broker")));
                BackEnd backEnd = new BackEnd(broker)) {
            GatewayOnFiles gateway = new GatewayOnFiles(Files.createDirectory(folder.resolve("gateway")))
                    .with("mqtt.uri = " + broker.plainUri());
            KillCampaign campaign = new KillCampaign(
                    gateway,
                    new Factory(gateway, random),
                    backEnd,
                    random,
                    KILLS,
                    Path.of("target", "kill-campaign.log"));

            campaign.run();

            System.out.println(
                    campaign.table() + ", " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s");
            if (KILLS >= MANY) {
                for (String state : List.of("DOWNLOADING", "VERIFYING", "ARMED", "TRIAL", "COMMITTING")) {
                    assertTrue(campaign.kills(state) > 0, () -> "no kill hit " + state);
                }
            }
        }
    }
}
