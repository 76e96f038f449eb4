// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** A board whose boot loader is a script, played in Java, on variables in a real file. */
final class BootRig implements BootControlContract.Rig, BootableBanks {
    private static final int SIZE = 512;

    /** A boot script. */
    interface Script {
        /**
         * Selects a bank.
         *
         * @param variables may be changed, and are then saved
         * @param loads which banks load
         * @return the bank that is booted
         */
        BankId select(SortedMap<String, String> variables, Set<BankId> loads);

        /** Returns the variables that are compiled in. */
        SortedMap<String, String> compiled();

        /** Returns the variables of a board that was never updated. */
        SortedMap<String, String> factory();
    }

    private final Path folder;
    private final Script script;
    private final BootConvention convention;
    private final BootVariables variables;
    private final Set<BankId> loads = EnumSet.allOf(BankId.class);
    private BankId running = BankId.A;

    private BootRig(Path folder, Script script, BootConvention convention, BootVariables variables) {
        this.folder = folder;
        this.script = script;
        this.convention = convention;
        this.variables = variables;
    }

    static BootRig uboot(Path folder, Script script, BootConvention convention) throws IOException {
        Files.writeString(folder.resolve("fw_env.config"), "env0 0 512\nenv1 0 512\n");
        BootVariables environment = UBootEnvironment.open(folder.resolve("fw_env.config"), Disk.REAL, () -> () -> {});
        BootRig rig = new BootRig(folder, script, convention, environment);
        rig.save(script.factory());
        rig.boot();
        return rig;
    }

    static BootRig grub(Path folder, Script script) throws IOException {
        Path file = folder.resolve("grubenv");
        Files.writeString(file, GrubEnvironment.SIGNATURE + "#".repeat(999));
        BootRig rig = new BootRig(folder, script, new GrubConvention(), GrubEnvironment.of(file));
        rig.save(script.factory());
        rig.boot();
        return rig;
    }

    /** Whatever a boot or the agent left, the variables must not name a bank that doesn't run. */
    @Override
    public BootControl control() throws IOException {
        assertTrue(saysOf(running), () -> "bank " + running + " runs");
        return VariableBootControl.of(variables, convention, this, Enforcement.AGENT_ONLY);
    }

    VariableBootControl variableControl() throws IOException {
        return (VariableBootControl) control();
    }

    private boolean saysOf(BankId bank) throws IOException {
        try {
            return said().map(bank::equals).orElse(true);
        } catch (HalException unreadable) {
            return true;
        }
    }

    /** What the variables say of the running bank. */
    Optional<BankId> said() throws HalException {
        return convention.runningBank(variables).bank();
    }

    SortedMap<String, String> variables() throws IOException {
        return new TreeMap<>(variables.read().variables());
    }

    @Override
    public void boot() throws IOException {
        SortedMap<String, String> found;
        try {
            found = variables();
        } catch (HalException lost) {
            found = script.compiled();
        }
        SortedMap<String, String> before = new TreeMap<>(found);
        running = script.select(found, loads);
        if (!found.equals(before)) {
            save(found);
        }
    }

    /** As the boot loader does: with good variables as we do, else afresh. */
    private void save(SortedMap<String, String> all) throws IOException {
        try {
            variables.change(now -> {
                now.clear();
                now.putAll(all);
            });
        } catch (HalException lost) {
            StringBuilder text = new StringBuilder();
            all.forEach(
                    (name, value) -> text.append(name).append('=').append(value).append('\0'));
            ByteBuffer copy = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
            copy.position(5).put(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            CRC32 crc = new CRC32();
            crc.update(copy.array(), 5, SIZE - 5);
            Files.write(
                    folder.resolve("env0"), copy.putInt(0, (int) crc.getValue()).array());
            Files.write(folder.resolve("env1"), new byte[SIZE]);
        }
    }

    @Override
    public boolean loseVariables() throws IOException {
        if (convention instanceof GrubConvention) {
            return false; // save_env writes no file that isn't a block already, so that GRUB boots its first entry for
            // ever
        }
        Files.write(folder.resolve("env0"), new byte[SIZE]);
        Files.write(folder.resolve("env1"), new byte[SIZE]);
        return true;
    }

    @Override
    public void spoil(BankId bank) throws HalException {
        loads.remove(bank);
    }

    @Override
    public BankId running() {
        return running;
    }

    @Override
    public boolean isBootable(BankId bank) {
        return loads.contains(bank);
    }

    @Override
    public OptionalLong securityVersion(BankId bank) {
        return isBootable(bank) ? OptionalLong.of(0) : OptionalLong.empty();
    }

    /** Returns the first of some banks that loads. */
    static Optional<BankId> first(Set<BankId> loads, BankId... banks) {
        for (BankId bank : banks) {
            if (loads.contains(bank)) {
                return Optional.of(bank);
            }
        }
        return Optional.empty();
    }

    static SortedMap<String, String> map(String... pairs) {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    static int number(Map<String, String> variables, String name) {
        return Integer.parseInt(variables.getOrDefault(name, "0"));
    }
}
