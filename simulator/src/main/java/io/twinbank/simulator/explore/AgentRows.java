// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the agent's update table and start-up table, in their order, and where a sweep must take each: in which modes, with
 * which boot loaders, in which scenarios, whatever the storage. The same is in docs/simulator.md.
 */
final class AgentRows {
    /**
     * Where a row must be taken.
     *
     * @param id of the row
     * @param mode in which mode; what single cuts lead to, more of them do as well; null if no mode does
     * @param where with which boot loaders and in which scenarios, for people; or why nowhere
     * @param boots which boot loaders; empty for any
     * @param scenarios which scenarios; empty for any
     * @param binding whether only on boards that can bind the Security record
     */
    record Expected(
            String id, @Nullable Mode mode, String where, Set<String> boots, Set<String> scenarios, boolean binding) {
        boolean isExpected(Mode swept, Setting setting) {
            return (swept == mode || (mode == Mode.SINGLE && CUTS.contains(swept)))
                    && (boots.isEmpty() || boots.contains(setting.loader().name()))
                    && (scenarios.isEmpty() || scenarios.contains(plainName(setting)))
                    && (!binding || setting.profile().canBind());
        }

        /** Returns the mode's name, as commands have it. */
        String modeName() {
            return mode == null ? "–" : mode.text();
        }

        /** Without the size of the images. */
        private static String plainName(Setting setting) {
            return setting.scenario().name().replaceFirst("@.*", "");
        }
    }

    private static final Set<Mode> CUTS = Set.of(Mode.SINGLE, Mode.PAIRS, Mode.DEPTH, Mode.FIXPOINT);

    private static final Set<String> ANY = Set.of();

    /** Boot loaders that tell that they fell back. */
    private static final Set<String> TELL =
            Set.of("ideal", "uboot", "mcuboot", "slots", "rauc", "grub", "uboot-unverified", "uboot-default-b");

    private static final Set<String> DO_NOT_TELL = Set.of("uboot-altboot-clears");

    /** Those that give a trial more than one boot. */
    private static final Set<String> SEVERAL_ATTEMPTS =
            Set.of("ideal", "uboot", "slots", "rauc", "uboot-unverified", "uboot-altboot-clears", "uboot-default-b");

    /** Scenarios in which an update fails its self-test. */
    private static final Set<String> FAILS = Set.of(
            "rollback",
            "hang",
            "bad-then-good",
            "components",
            "components-alone",
            "partitions",
            "newer-agent-rollback");

    private static final Set<String> FALLS_BACK = Set.of(
            "rollback",
            "hang",
            "dead",
            "bad-then-good",
            "components",
            "components-alone",
            "partitions",
            "newer-agent-rollback");

    private static final Set<String> COMMITS = Set.of(
            "update",
            "slow-start",
            "two-updates",
            "bad-then-good",
            "new-device",
            "broken-download",
            "encrypted",
            "compressed",
            "delta",
            "indexed",
            "components",
            "partitions",
            "components-alone-rollback",
            "newer-agent",
            "trust-update",
            "revoke",
            "revoke-manifest",
            "commands",
            "paused",
            "site",
            "older-agent");

    private static final Set<String> INSTALLS = Set.of(
            "update",
            "slow-start",
            "rollback",
            "hang",
            "dead",
            "two-updates",
            "bad-then-good",
            "new-device",
            "broken-download",
            "encrypted",
            "compressed",
            "delta",
            "indexed",
            "components",
            "partitions",
            "components-alone",
            "components-alone-rollback",
            "newer-agent",
            "newer-agent-rollback",
            "trust-update",
            "revoke",
            "revoke-manifest",
            "commands",
            "paused",
            "site",
            "older-agent");

    /** Those whose update is booted by an agent that starts. */
    private static final Set<String> TRIES = without(INSTALLS, "dead");

    /** Boot loaders that lose no trial along with their variables, and boot bank A without them. */
    private static final Set<String> KEEP =
            Set.of("ideal", "uboot", "mcuboot", "slots", "rauc", "uboot-unverified", "uboot-altboot-clears");

    /** Those in which the component is updated without an image. */
    private static final Set<String> ALONE = Set.of("components-alone", "components-alone-rollback");

    private static final Set<String> COMMANDED = Set.of("commands", "paused");

    private static final Set<String> TRUSTS_ANEW = Set.of("trust-update", "revoke", "revoke-manifest");

    private static final Set<String> UBOOT = Set.of("uboot");
    private static final Set<String> UPDATE = Set.of("update");

    static final List<Expected> ALL = List.of(
            everywhere("0"),
            new Expected("0a", Mode.LOST, "boards that can bind", ANY, ANY, true),
            everywhere("1"),
            everywhere("1a"),
            cuts("1b", "scenarios `components-alone` and `components-alone-rollback`", ANY, ALONE),
            cuts("2", "scenario `downgrade`", ANY, Set.of("downgrade")),
            cuts(
                    "2a",
                    "scenarios `trust-update`, `revoke`, `revoke-manifest` and `commands`",
                    ANY,
                    Set.of("trust-update", "revoke", "revoke-manifest", "commands")),
            in(Mode.EVENTS, "2b", "scenarios in which an agent is on trial", ANY, TRIES),
            cuts("2c", "scenario `paused`", ANY, Set.of("paused")),
            nowhere("2d", "components alone are offered here only when nothing else is under way"),
            cuts("2e", "scenario `site`", ANY, Set.of("site")),
            everywhere("3"),
            cuts(
                    "4",
                    "scenarios `broken-download`, `encrypted`, `compressed`, `delta` and `indexed`",
                    ANY,
                    Set.of("broken-download", "encrypted", "compressed", "delta", "indexed")),
            in(Mode.EVENTS, "5", "scenarios that install an update", ANY, INSTALLS),
            everywhere("6"),
            cuts("6a", "as row 1b", ANY, ALONE),
            everywhere("7"),
            in(Mode.LOST, "8", "as row 5", ANY, INSTALLS),
            in(Mode.EVENTS, "9", "as row 5", ANY, INSTALLS),
            nowhere("9b", "the gate is open, so the reset follows the arming at once"),
            in(Mode.EVENTS, "9c", "everywhere", ANY, ANY),
            everywhere("10"),
            in(Mode.IO_ERRORS, "10a", "`uboot`, scenario `update`", UBOOT, UPDATE),
            in(Mode.LOST, "10b", "as row 5, but for `new-device`", ANY, without(INSTALLS, "new-device")),
            cuts("10c", "as row 1b", ANY, ALONE),
            nowhere("18b", "the install gate is never shut here once a trial is armed"),
            everywhere("11"),
            cuts("11a", "scenario `components-alone`", ANY, Set.of("components-alone")),
            cuts("12", "scenarios whose update fails its self-test", ANY, FAILS),
            in(Mode.IO_ERRORS, "12a", "`uboot`, scenario `update`", UBOOT, UPDATE),
            cuts("26", "scenarios `trust-update`, `revoke` and `revoke-manifest`", ANY, TRUSTS_ANEW),
            cuts("26a", "as row 26", ANY, TRUSTS_ANEW),
            cuts("27", "scenarios `commands` and `paused`", ANY, COMMANDED),
            cuts("27a", "as row 27", ANY, COMMANDED),
            in(
                    Mode.LOST,
                    "13b",
                    "boot loaders that keep a trial and tell a fallback, scenarios whose update is committed",
                    without(KEEP, "uboot-altboot-clears"),
                    COMMITS),
            nowhere(
                    "13a",
                    "no boot loader falls back to the bank that it fell back from; only a device whose flush lies gets there"),
            cuts("13", "boot loaders that tell a fallback, scenarios with one", TELL, FALLS_BACK),
            cuts("14a", "as row 13", TELL, FALLS_BACK),
            in(Mode.LOST, "14", "boot loaders that tell a fallback, scenarios that install an update", TELL, INSTALLS),
            cuts(
                    "15",
                    "boot loaders with more than one attempt, scenarios whose update is committed",
                    SEVERAL_ATTEMPTS,
                    COMMITS),
            everywhere("16"),
            in(Mode.LOST, "17a", "all but `grub` and `uboot-default-b`", KEEP, ANY),
            in(Mode.LOST, "17d", "as row 17a, scenarios that install an update", KEEP, INSTALLS),
            cuts("17b", "as row 12", ANY, FAILS),
            in(
                    Mode.LOST,
                    "17c",
                    "as row 17a, scenarios `downgrade` and `new-device`",
                    KEEP,
                    Set.of("downgrade", "new-device")),
            in(
                    Mode.LOST,
                    "17e",
                    "`uboot-unverified`, scenarios whose update fails its self-test",
                    Set.of("uboot-unverified"),
                    FAILS),
            in(Mode.IO_ERRORS, "18", "`uboot`, scenario `update`", UBOOT, UPDATE),
            in(Mode.IO_ERRORS, "19", "`uboot`, scenario `update`", UBOOT, UPDATE),
            cuts("20a", "scenarios whose update is committed", ANY, COMMITS),
            in(Mode.LOST, "20b", "`grub`, scenario `two-updates`", Set.of("grub"), Set.of("two-updates")),
            in(Mode.IO_ERRORS, "20c", "`uboot`, scenario `rollback`", UBOOT, Set.of("rollback")),
            nowhere("20e", "needs an image that failed, was made permanent, and is the only one that boots"),
            in(Mode.LOST, "20d", "scenarios whose update is committed", ANY, COMMITS),
            cuts("21", "`uboot-altboot-clears`, scenarios with a fallback", DO_NOT_TELL, FALLS_BACK),
            in(
                    Mode.LOST,
                    "22a",
                    "scenarios `dead`, `revoke` and `revoke-manifest`",
                    ANY,
                    Set.of("dead", "revoke", "revoke-manifest")),
            cuts("22", "scenarios that install an update", ANY, INSTALLS),
            nowhere(
                    "23a",
                    "needs somebody else who makes the bank that is being written run; only a device whose flush lies gets there"),
            in(Mode.LOST, "23b", "everywhere", ANY, ANY),
            cuts("23c", "as row 22", ANY, INSTALLS),
            cuts("28", "scenario `components-alone`", ANY, Set.of("components-alone")),
            cuts("28a", "as row 1b", ANY, ALONE),
            cuts("28b", "scenario `components-alone-rollback`", ANY, Set.of("components-alone-rollback")),
            nowhere("28c", "needs somebody else who makes the other bank run for good"),
            in(Mode.LOST, "24", "everywhere", ANY, ANY),
            everywhere("25"));

    private AgentRows() {}

    private static Set<String> without(Set<String> names, String... left) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeAll(Set.of(left));
        return rest;
    }

    private static Expected everywhere(String id) {
        return cuts(id, "everywhere", ANY, ANY);
    }

    private static Expected in(Mode mode, String id, String where, Set<String> boots, Set<String> scenarios) {
        return new Expected(id, mode, where, boots, scenarios, false);
    }

    private static Expected cuts(String id, String where, Set<String> boots, Set<String> scenarios) {
        return in(Mode.SINGLE, id, where, boots, scenarios);
    }

    private static Expected nowhere(String id, String why) {
        return new Expected(id, null, why, ANY, ANY, false);
    }
}
