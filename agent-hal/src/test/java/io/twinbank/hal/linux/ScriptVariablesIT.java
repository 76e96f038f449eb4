// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptVariablesIT {
    /** RAUC's contract, on a file for each fact. A bank that was made the primary one is on trial until its state is good. */
    private static final String SCRIPT = """
            #!/bin/sh
            cd "${0%/*}" || exit 1
            case "$1" in
              get-primary) cat primary ;;
              set-primary) echo "$2" >primary; echo trial >"state.$2"; test -n "$COUNTS" || echo 1 >"left.$2" ;;
              get-state) grep -qv bad "state.$2" && echo good || echo bad ;;
              set-state) echo "$3" >"state.$2" ;;
              get-current) cat current ;;
              *) exit 2 ;;
            esac
            """;

    private static final String COUNTING_SCRIPT = SCRIPT.replace(
                    "*) exit",
                    "get-attempts) cat \"left.$2\" ;;\n  set-attempts) echo \"$3\" >\"left.$2\" ;;\n  *) exit")
            .replace("test -n \"$COUNTS\" || echo 1 >\"left.$2\"", ":");

    @TempDir
    Path folder;

    /** A board with a boot loader of its own kind, played in Java. */
    private static final class Board implements BootControlContract.Rig, BootableBanks {
        private final Path folder;
        private final Set<BankId> loads = EnumSet.allOf(BankId.class);
        private BankId running = BankId.A;
        private int boots;

        Board(Path folder, String script) throws IOException {
            this.folder = folder;
            Files.writeString(folder.resolve("board.sh"), script);
            Files.setPosixFilePermissions(folder.resolve("board.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
            put("primary", "A");
            put("state.A", "good");
            put("state.B", "bad");
            put("left.A", "0");
            put("left.B", "0");
            boot();
        }

        @Override
        public BootControl control() throws IOException {
            ScriptVariables variables = variables();
            BootConvention convention = BootConvention.script(variables);
            assertEquals(Optional.of(running), convention.runningBank(variables).bank());
            return VariableBootControl.of(variables, convention, this, Enforcement.AGENT_ONLY);
        }

        ScriptVariables variables() throws IOException {
            return ScriptVariables.open(
                    folder.resolve("board.sh"), folder.resolve("record"), folder.resolve("boot_id"));
        }

        @Override
        public void boot() throws IOException {
            BankId primary = BankId.valueOf(get("primary"));
            int left = Integer.parseInt(get("left." + primary));
            boolean onTrial = !get("state." + primary).equals("good");
            if (onTrial && left > 0 && loads.contains(primary)) {
                put("left." + primary, Integer.toString(left - 1));
                running = primary;
            } else if (onTrial) {
                put("left." + primary, "0");
                running = BootRig.first(loads, primary.other(), primary).orElseThrow();
            } else {
                running = BootRig.first(loads, primary, primary.other()).orElseThrow();
            }
            put("current", running.name());
            put("boot_id", "boot-" + ++boots);
        }

        void put(String name, String value) throws IOException {
            Files.writeString(folder.resolve(name), value + "\n");
        }

        String get(String name) throws IOException {
            return Files.readString(folder.resolve(name)).trim();
        }

        @Override
        public void spoil(BankId bank) {
            loads.remove(bank);
        }

        /** What the boot loader keeps is its business. */
        @Override
        public boolean loseVariables() {
            return false;
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
    }

    @Nested
    class RaucsContract extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return new Board(folder, SCRIPT);
        }
    }

    @Nested
    @Tag("slow")
    class WithAttempts extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return new Board(folder, COUNTING_SCRIPT);
        }
    }

    @Test
    void maxAttempts_scriptAnswersGetAttempts_isNine() throws IOException {
        assertEquals(1, new Board(folder, SCRIPT).control().maxAttempts());
        assertEquals(9, new Board(folder, COUNTING_SCRIPT).control().maxAttempts());
    }

    @Test
    void armTrial_scriptDoesNotDoWhatItSays_isAFault() throws IOException {
        Board board = new Board(folder, SCRIPT.replace("echo \"$2\" >primary;", ""));

        HalException fault =
                assertThrows(HalException.class, () -> board.control().armTrial(BankId.B, 1, 7));

        assertTrue(
                fault.getMessage().endsWith("board.sh set-primary B is done, but get-primary prints \"A\""),
                fault.getMessage());
    }

    @Test
    void armTrial_scriptFails_isAFaultWithWhatItSaid() throws IOException {
        Board board = new Board(folder, SCRIPT.replace("set-primary)", "set-primary) echo no flash >&2; exit 3;"));

        HalException fault =
                assertThrows(HalException.class, () -> board.control().armTrial(BankId.B, 1, 7));

        assertEquals(HalException.Kind.IO, fault.kind());
        assertTrue(
                fault.getMessage().endsWith("board.sh set-primary B ended with 3, expected 0: no flash"),
                fault.getMessage());
    }

    @Test
    void status_recordDamaged_isAFaultThatSaysWhatToDo() throws IOException {
        Board board = new Board(folder, SCRIPT);
        board.control().armTrial(BankId.B, 1, 7);
        for (int copy = 0; copy <= 1; copy++) {
            Files.write(folder.resolve("record/BOOT." + copy), new byte[64]);
        }

        HalException fault =
                assertThrows(HalException.class, () -> board.variables().read());

        assertTrue(fault.getMessage().contains("delete BOOT.0 and BOOT.1, which ends a trial"), fault.getMessage());
    }

    @Test
    void open_noScript_isUnsupported() {
        HalException fault = assertThrows(
                HalException.class, () -> ScriptVariables.open(folder.resolve("none"), folder.resolve("record")));

        assertEquals(HalException.Kind.UNSUPPORTED, fault.kind());
    }

    @Test
    void read_namesWhatWasAsked() throws IOException {
        Board board = new Board(folder, COUNTING_SCRIPT);
        board.control().armTrial(BankId.B, 2, 255);

        assertEquals(
                "attempts.A=0 attempts.B=2 boot=boot-1 current=A primary=B twinbank_boot=boot-1 twinbank_trial=B"
                        + " twinbank_trial_id=ff",
                board.variables().read().variables().entrySet().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(" ")));
        assertEquals(Trial.ARMED, board.control().status().trial());
    }
}
