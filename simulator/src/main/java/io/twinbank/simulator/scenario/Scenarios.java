// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static io.twinbank.simulator.boot.Behaviour.FAILS_SELF_TEST;
import static io.twinbank.simulator.boot.Behaviour.HANGS_IN_SELF_TEST;
import static io.twinbank.simulator.boot.Behaviour.NEVER_STARTS;
import static io.twinbank.simulator.boot.Behaviour.NOT_YET_THREE_TIMES;
import static io.twinbank.simulator.boot.Behaviour.WORKS;

import io.twinbank.core.policy.Phase;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The scenarios that every board is swept with. */
public final class Scenarios {
    private Scenarios() {}

    /**
     * Returns all of them.
     *
     * @return simplest first; fresh ones each time
     */
    public static List<Scenario> all() {
        return builders().stream().map(ScenarioBuilder::build).toList();
    }

    private static List<ScenarioBuilder> builders() {
        return List.of(
                of("update", "A good update is installed.").offer("2.0", WORKS),
                of("slow-start", "A good update whose self-test says \"not yet\" three times is installed.")
                        .offer("2.0", NOT_YET_THREE_TIMES),
                of("rollback", "An update fails its self-test and is rolled back.")
                        .offer("2.0", FAILS_SELF_TEST),
                of("hang", "An update hangs in its self-test and is rolled back.")
                        .offer("2.0", HANGS_IN_SELF_TEST),
                of("dead", "An update whose agent never starts is given up by the watchdog and the boot loader.")
                        .offer("2.0", NEVER_STARTS),
                of("two-updates", "Two good updates, one after the other: both banks are written.")
                        .offer("2.0", WORKS)
                        .offer("3.0", WORKS),
                of("bad-then-good", "After an update that is rolled back, a good one is installed.")
                        .offer("2.0", FAILS_SELF_TEST)
                        .offer("2.1", WORKS),
                of(
                                "factory",
                                "The first update of a device from the factory is rolled back to an image that no update brought; then one is installed.")
                        .fromFactory()
                        .offer("2.0", FAILS_SELF_TEST)
                        .offer("2.1", WORKS),
                of("downgrade", "An update of a lower security version is refused.")
                        .installed("2.0")
                        .offer("1.9", WORKS),
                of("new-device", "The first update of a device whose other bank is empty.")
                        .otherBankEmpty()
                        .offer("2.0", WORKS),
                of("broken-download", "The connection breaks in the middle of the download, which goes on.")
                        .offer("2.0", WORKS)
                        .breakAfter(9_000),
                of("encrypted", "An encrypted update, decrypted chunk by chunk while it comes in, is installed.")
                        .offer("2.0", WORKS)
                        .breakAfter(9_000)
                        .encrypted(),
                of("compressed", "A compressed update, decoded frame by frame while it comes in, is installed.")
                        .offer("2.0", WORKS)
                        .breakAfter(5_000)
                        .compressed(),
                of("delta", "An update comes as a delta from what runs, and is installed.")
                        .offer("2.0", WORKS)
                        .breakAfter(3_000)
                        .delta(),
                of("indexed", "Of an update only what neither bank holds is fetched, by its block index.")
                        .offer("2.0", WORKS)
                        .breakAfter(3_000)
                        .indexed(),
                of(
                                "components",
                                "A component beside the banks comes with an update that is rolled back, and with one that is installed.")
                        .withComponent()
                        .offer("2.0", FAILS_SELF_TEST)
                        .offer("2.1", WORKS),
                of(
                                "partitions",
                                "Banks have a kernel beside the rest: both come with an update that is rolled back, and with one that is installed.")
                        .partitioned()
                        .offer("2.0", FAILS_SELF_TEST)
                        .offer("2.1", WORKS),
                of(
                                "components-alone",
                                "The component is updated without an image; then an update with one is rolled back, and the component with it.")
                        .offerComponent("1.5", WORKS)
                        .offer("2.0", FAILS_SELF_TEST),
                of(
                                "components-alone-rollback",
                                "An update of the component alone fails its self-test and is reverted; then one with an image is installed.")
                        .offerComponent("1.5", FAILS_SELF_TEST)
                        .offer("2.0", WORKS),
                of("trust-update", "The maker's key is rotated, and an update by the new one is installed.")
                        .rotateKeys()
                        .offer("2.0", WORKS),
                of(
                                "revoke",
                                "An update waits for the gate when its key is revoked; only one by the new key is installed.")
                        .gateShutUntilThen()
                        .offer("2.0", WORKS)
                        .rotateKeys()
                        .offerByRevokedKey("2.1")
                        .offer("2.2", WORKS),
                of(
                                "revoke-manifest",
                                "An update waits for the gate when its manifest is revoked; another one by the same key is installed.")
                        .gateShutUntilThen()
                        .offerRevoked("2.0")
                        .revokeManifests()
                        .offerRevoked("2.1")
                        .offer("2.2", WORKS),
                of(
                                "commands",
                                "Updates are paused, resumed and cancelled by commands, in the download and in the trial.")
                        .offer("2.0", WORKS)
                        .pauseDuring("DOWNLOADING")
                        .forgeCommand()
                        .replay(1)
                        .resume()
                        .replay(1)
                        .offer("3.0", WORKS)
                        .cancelDuring("DOWNLOADING")
                        .offer("3.1", NOT_YET_THREE_TIMES)
                        .cancelDuring("TRIAL")
                        .resume(),
                of(
                                "paused",
                                "An offer that comes in a pause is taken up after it; a pause that comes in a trial doesn't stop it.")
                        .pause()
                        .offer("2.0", NOT_YET_THREE_TIMES)
                        .resume()
                        .pauseDuring("TRIAL")
                        .replay(2)
                        .resume(),
                of(
                                "site",
                                "Two good updates, one after the other, each wait for the windows of their site; their bytes are counted.")
                        .site(
                                16 << 20,
                                Map.of(
                                        Phase.DOWNLOAD, new Site.Window(1, 4),
                                        Phase.INSTALL, new Site.Window(2, 9),
                                        Phase.RESET, new Site.Window(6, 8)))
                        .offer("2.0", WORKS)
                        .offer("3.0", WORKS),
                of("newer-agent", "The update brings a newer agent, which migrates the records once it is confirmed.")
                        .offer("2.0", WORKS, 1),
                of("newer-agent-rollback", "A newer agent is tried and rolled back: the older one reads its records.")
                        .offer("2.0", FAILS_SELF_TEST, 1),
                of("older-agent", "The update brings an older agent, which finds the records of a newer one.")
                        .installed("1.4", 1)
                        .offer("2.0", WORKS));
    }

    /**
     * Tells whether a scenario is one of these, with images of any size, and not another of the same name.
     *
     * @param scenario which
     * @return whether it is
     */
    public static boolean isShipped(Scenario scenario) {
        String name = scenario.name().replaceFirst("@.*", "");
        return builders().stream()
                .anyMatch(builder ->
                        builder.name().equals(name) && builder.about().equals(scenario.about()));
    }

    private static ScenarioBuilder of(String name, String about) {
        return Scenario.named(name).about(about);
    }

    private static int bytes(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' isn't a size of images, such as 65536", e);
        }
    }

    /**
     * Returns one of them.
     *
     * @param name such as {@code rollback}, or {@code rollback@65536} with images of another size
     * @return a fresh one
     * @throws IllegalArgumentException if there is none of that name; says which there are
     */
    public static Scenario named(String name) {
        int at = name.indexOf('@');
        if (at > 0) {
            return named(name.substring(0, at)).withImageBytes(bytes(name.substring(at + 1)));
        }
        List<ScenarioBuilder> all = builders();
        return all.stream()
                .filter(builder -> builder.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario '" + name + "': there are "
                        + all.stream().map(ScenarioBuilder::name).collect(Collectors.joining(", "))))
                .build();
    }
}
