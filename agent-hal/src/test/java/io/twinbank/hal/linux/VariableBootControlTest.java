// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static io.twinbank.hal.linux.BootRig.first;
import static io.twinbank.hal.linux.BootRig.map;
import static io.twinbank.hal.linux.BootRig.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VariableBootControlTest {
    private static final Map<BankId, String> SLOTS = Map.of(BankId.A, "a", BankId.B, "b");

    @TempDir
    Path folder;

    /** Our script on the variables of RAUC: only a trial's boots are counted, and without variables both banks are tried. */
    static final class OurRaucScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            String trial = variables.getOrDefault("twinbank_trial", "");
            BankId one = BankId.valueOf(variables.get("BOOT_ORDER").substring(0, 1));
            if (trial.isEmpty() && !loads.contains(one)) {
                variables.put("BOOT_ORDER", one.other() + " " + one);
                variables.put("BOOT_" + one.other() + "_LEFT", "3");
            }
            if (trial.isEmpty()) {
                return first(loads, one, one.other()).orElseThrow();
            }
            if (trial.equals("both") && left(variables, one) == 0 && left(variables, one.other()) == 0) {
                variables.put("BOOT_A_LEFT", "3");
                variables.put("BOOT_B_LEFT", "3");
            }
            for (BankId bank : new BankId[] {one, one.other()}) {
                int left = left(variables, bank);
                boolean fallback = !trial.equals("both") && bank != one;
                boolean boots = loads.contains(bank) && (left > 0 || fallback);
                if (boots && fallback) {
                    variables.put("twinbank_fellback", "1");
                    variables.put("BOOT_" + one + "_LEFT", "0");
                } else if (!fallback) {
                    variables.put("BOOT_" + bank + "_LEFT", Integer.toString(boots ? left - 1 : 0));
                }
                if (boots) {
                    return bank;
                }
            }
            return first(loads, one.other(), one).orElseThrow();
        }

        private static int left(Map<String, String> variables, BankId bank) {
            return number(variables, "BOOT_" + bank + "_LEFT");
        }

        @Override
        public SortedMap<String, String> compiled() {
            return map("BOOT_ORDER", "A B", "BOOT_A_LEFT", "3", "BOOT_B_LEFT", "3", "twinbank_trial", "both");
        }

        @Override
        public SortedMap<String, String> factory() {
            return map("BOOT_ORDER", "A", "BOOT_A_LEFT", "3");
        }
    }

    /** RAUC's {@code contrib/uboot.sh}: it verifies nothing and counts every boot. */
    static final class PublishedRaucScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            for (int resets = 0; resets < 2; resets++) {
                for (String name : variables.get("BOOT_ORDER").split(" ", -1)) {
                    String left = "BOOT_" + name + "_LEFT";
                    if (number(variables, left) > 0) {
                        variables.put(left, Integer.toString(number(variables, left) - 1));
                        return BankId.valueOf(name);
                    }
                }
                variables.put("BOOT_A_LEFT", "3");
                variables.put("BOOT_B_LEFT", "3");
            }
            throw new IllegalStateException("nothing in " + variables);
        }

        @Override
        public SortedMap<String, String> compiled() {
            return map("BOOT_ORDER", "A B", "BOOT_A_LEFT", "3", "BOOT_B_LEFT", "3");
        }

        @Override
        public SortedMap<String, String> factory() {
            return compiled();
        }
    }

    /** U-Boot's boot counter with our {@code altbootcmd}, and our compiled variables. */
    static final class OurBootcountScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            BankId bank = bank(variables);
            if (number(variables, "upgrade_available") == 0) {
                bank = first(loads, bank, bank.other()).orElseThrow();
                variables.put("slot", SLOTS.get(bank));
                return bank;
            }
            int count = number(variables, "bootcount") + 1;
            boolean beyond = count > number(variables, "bootlimit");
            if (beyond && variables.containsKey("twinbank_default")) {
                bank = bank.other();
                variables.put("slot", SLOTS.get(bank));
                count = 1;
                beyond = false;
            }
            variables.put("bootcount", Integer.toString(count));
            if (beyond || !loads.contains(bank)) {
                if (!loads.contains(bank.other())) {
                    return bank;
                }
                variables.put("slot", SLOTS.get(bank.other()));
                variables.put("upgrade_available", "0");
                variables.put("bootcount", "0");
                variables.put("twinbank_fellback", "1");
                return bank.other();
            }
            return bank;
        }

        private static BankId bank(Map<String, String> variables) {
            return variables.get("slot").equals("a") ? BankId.A : BankId.B;
        }

        @Override
        public SortedMap<String, String> compiled() {
            return map("slot", "a", "upgrade_available", "1", "bootlimit", "3", "twinbank_default", "1");
        }

        @Override
        public SortedMap<String, String> factory() {
            return map("slot", "a");
        }
    }

    /** An {@code altbootcmd} that selects the other bank and leaves everything else as it is. */
    static final class SilentBootcountScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            BankId bank = OurBootcountScript.bank(variables);
            if (number(variables, "upgrade_available") == 0) {
                return bank;
            }
            int count = number(variables, "bootcount") + 1;
            variables.put("bootcount", Integer.toString(count));
            return count > number(variables, "bootlimit") ? bank.other() : bank;
        }

        @Override
        public SortedMap<String, String> compiled() {
            return map("slot", "a");
        }

        @Override
        public SortedMap<String, String> factory() {
            return compiled();
        }
    }

    /** Our script for GRUB: a permanent bank's boots aren't counted, and a trial's failure is told. */
    static final class OurGrubScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            BankId one = BankId.valueOf(variables.get("ORDER").substring(0, 1));
            if (!variables.containsKey("twinbank_trial")) {
                if (!loads.contains(one)) {
                    variables.put("ORDER", one.other() + " " + one);
                    variables.put(one.other() + "_OK", "1");
                }
                return first(loads, one, one.other()).orElseThrow();
            }
            if (number(variables, one + "_TRY") == 0) {
                variables.put(one + "_TRY", "1");
                if (loads.contains(one)) {
                    return one;
                }
            }
            if (!loads.contains(one.other())) {
                return one;
            }
            variables.put("twinbank_fellback", "1");
            return one.other();
        }

        @Override
        public SortedMap<String, String> compiled() {
            return factory();
        }

        @Override
        public SortedMap<String, String> factory() {
            return map("ORDER", "A B", "A_OK", "1", "A_TRY", "0");
        }
    }

    /** RAUC's {@code contrib/grub.conf}. */
    static final class PublishedGrubScript implements BootRig.Script {
        @Override
        public BankId select(SortedMap<String, String> variables, Set<BankId> loads) {
            for (String name : variables.get("ORDER").split(" ", -1)) {
                boolean eligible = number(variables, name + "_OK") == 1 && number(variables, name + "_TRY") == 0;
                variables.put(name + "_TRY", "1");
                if (eligible) {
                    return BankId.valueOf(name);
                }
            }
            return BankId.A;
        }

        @Override
        public SortedMap<String, String> compiled() {
            return factory();
        }

        @Override
        public SortedMap<String, String> factory() {
            return map("ORDER", "A B", "A_OK", "1", "A_TRY", "0", "B_OK", "0", "B_TRY", "0");
        }
    }

    @Nested
    class OurRauc extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return rauc(new OurRaucScript());
        }
    }

    @Nested
    class OurBootcount extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return bootcount(new OurBootcountScript());
        }
    }

    @Nested
    class OurGrub extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return BootRig.grub(folder, new OurGrubScript());
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void runningBank_inATrialAndBehindIt_isToldByTheVariables(
            BootRig.Script script, BootConvention convention, String toldAfterTheFall) throws IOException {
        BootRig rig = convention instanceof GrubConvention
                ? BootRig.grub(folder, script)
                : BootRig.uboot(folder, script, convention);
        assertEquals(Optional.of(BankId.A), rig.said());

        rig.control().armTrial(BankId.B, 1, 7);
        assertEquals(Optional.of(BankId.A), rig.said());
        rig.boot();
        assertEquals(Optional.of(BankId.B), rig.said());
        rig.boot();
        assertEquals(toldAfterTheFall, rig.said().map(BankId::name).orElse(""));
        rig.control().disarm();
        assertEquals(Optional.of(BankId.A), rig.said());

        rig.control().armTrial(BankId.B, 1, 8);
        rig.boot();
        rig.control().confirm();
        assertEquals(Optional.of(BankId.B), rig.said());
        rig.boot();
        assertEquals(Optional.of(BankId.B), rig.said());
    }

    static Stream<Arguments> scripts() {
        BootConvention bootcount = BootConvention.bootcount("slot", SLOTS);
        return Stream.of(
                arguments(new OurRaucScript(), BootConvention.rauc(), "A"),
                arguments(new OurBootcountScript(), bootcount, "A"),
                arguments(new OurGrubScript(), BootConvention.grub(), "A"),
                arguments(new PublishedRaucScript(), BootConvention.rauc(), "A"),
                arguments(new SilentBootcountScript(), bootcount, ""),
                arguments(new PublishedGrubScript(), BootConvention.grub(), "A"));
    }

    @Test
    void publishedRauc_trialFails_fallsBackAndTellsIt() throws IOException {
        BootRig rig = rauc(new PublishedRaucScript());
        rig.control().armTrial(BankId.B, 2, 7);
        assertEquals(Trial.ARMED, rig.control().status().trial());

        rig.boot();
        assertEquals(status(BankId.B, Trial.RUNNING, 1), rig.control().status());
        rig.boot();
        assertEquals(status(BankId.B, Trial.RUNNING, 0), rig.control().status());
        rig.boot();

        assertEquals(BankId.A, rig.control().status().running());
        assertEquals(Trial.FELL_BACK, rig.control().status().trial());
        rig.control().disarm();
        assertEquals("A", rig.variables().get("BOOT_ORDER"));
    }

    @Test
    void publishedRauc_powerCyclesOfAConfirmedSystem_neverWearItDown() throws IOException {
        BootRig rig = rauc(new PublishedRaucScript());
        rig.control().armTrial(BankId.B, 3, 7);
        rig.boot();
        rig.control().confirm();

        for (int i = 0; i < 20; i++) {
            rig.boot();
            assertEquals(BankId.B, rig.running(), "boot " + i);
        }
    }

    @Test
    void publishedRauc_variablesLost_readsAsNoTrial() throws IOException {
        BootRig rig = rauc(new PublishedRaucScript());
        rig.loseVariables();

        rig.boot();

        assertEquals(Trial.NONE, rig.control().status().trial());
        assertEquals(0, rig.control().status().lastTrialId());
    }

    @Test
    void publishedGrub_renewedAtEachStart_keepsTheConfirmedBank() throws IOException {
        BootRig rig = BootRig.grub(folder, new PublishedGrubScript());
        rig.control().armTrial(BankId.B, 1, 7);
        rig.boot();
        assertEquals(status(BankId.B, Trial.RUNNING, 0), rig.control().status());
        rig.control().confirm();

        for (int i = 0; i < 5; i++) {
            rig.boot();
            rig.variableControl().renewAttempts();
            assertEquals(BankId.B, rig.running(), "boot " + i);
        }
        rig.boot();
        rig.boot();
        assertEquals(BankId.A, rig.running(), "what the script can't do: two boots without an agent");
    }

    @Test
    void publishedGrub_trialFails_fallsBackAndTellsIt() throws IOException {
        BootRig rig = BootRig.grub(folder, new PublishedGrubScript());
        rig.control().armTrial(BankId.B, 1, 7);
        rig.boot();

        rig.boot();

        assertEquals(BankId.A, rig.running());
        assertEquals(Trial.FELL_BACK, rig.control().status().trial());
    }

    @Test
    void silentAltbootcmd_trialFails_isToldByWhatTheAgentWrote() throws IOException {
        BootRig rig = bootcount(new SilentBootcountScript());
        rig.control().armTrial(BankId.B, 1, 7);
        rig.boot();
        assertEquals(status(BankId.B, Trial.RUNNING, 0), rig.control().status());

        rig.boot();

        assertEquals(BankId.A, rig.running());
        assertEquals(Trial.FELL_BACK, rig.control().status().trial());
        rig.control().disarm();
        rig.boot();
        assertEquals(BankId.A, rig.running());
        assertEquals(Trial.NONE, rig.control().status().trial());
    }

    @Test
    void armTrial_bankWithoutAnImage_isRefusedAndNothingIsWritten() throws IOException {
        BootRig rig = rauc(new OurRaucScript());
        SortedMap<String, String> before = rig.variables();
        rig.control().invalidate(BankId.B);

        HalException refused =
                assertThrows(HalException.class, () -> rig.control().armTrial(BankId.B, 1, 7));

        assertEquals("armTrial: bank B has no image", refused.getMessage());
        assertEquals(before, rig.variables());
    }

    @Test
    void renewAttempts_inATrial_leavesTheAttempts() throws IOException {
        BootRig rig = rauc(new OurRaucScript());
        rig.control().armTrial(BankId.B, 2, 7);
        rig.boot();

        rig.variableControl().renewAttempts();

        assertEquals(1, rig.control().status().attemptsLeft());
    }

    @Test
    void otherVariables_areLeftAsTheyAre() throws IOException {
        BootRig rig = rauc(new OurRaucScript());
        rig.control().armTrial(BankId.B, 2, 255);

        assertEquals(
                map(
                        "BOOT_ORDER",
                        "B A",
                        "BOOT_A_LEFT",
                        "3",
                        "BOOT_B_LEFT",
                        "2",
                        "twinbank_trial",
                        "B",
                        "twinbank_trial_attempts",
                        "2",
                        "twinbank_trial_id",
                        "ff"),
                rig.variables());
    }

    private static BootStatus status(BankId running, Trial trial, int left) {
        return new BootStatus(running, Optional.of(running.other()), trial, left, 7);
    }

    private BootRig rauc(BootRig.Script script) throws IOException {
        return BootRig.uboot(folder, script, new RaucConvention());
    }

    private BootRig bootcount(BootRig.Script script) throws IOException {
        return BootRig.uboot(folder, script, new BootcountConvention("slot", SLOTS));
    }
}
