// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EfiVariablesTest {
    private static final Map<BankId, String> DESCRIPTIONS = Map.of(BankId.A, "twinbank-a", BankId.B, "twinbank-b");

    @TempDir
    Path folder;

    /** A board's firmware, played on a folder such as Linux shows its variables. Entry 0 is a disk that never boots. */
    private static final class Board implements BootControlContract.Rig, BootableBanks {
        private final Path folder;
        private final Set<BankId> loads = EnumSet.allOf(BankId.class);
        private BankId running = BankId.A;

        Board(Path folder) throws IOException {
            this.folder = folder;
            option("Boot0000", "UEFI Hard Drive");
            option("Boot0004", "twinbank-a");
            option("Boot000A", "twinbank-b");
            put("BootOrder", "000004000a00");
            boot();
        }

        void option(String name, String description) throws IOException {
            ByteArrayOutputStream option = new ByteArrayOutputStream();
            option.write(HexFormat.of().parseHex("010000000400"));
            option.write((description + "\0").getBytes(StandardCharsets.UTF_16LE));
            option.write(HexFormat.of().parseHex("7fff0400"));
            put(name, HexFormat.of().formatHex(option.toByteArray()));
        }

        void put(String name, String hex) throws IOException {
            Files.write(file(name), HexFormat.of().parseHex("07000000" + hex));
        }

        String get(String name) throws IOException {
            return HexFormat.of().formatHex(Files.readAllBytes(file(name))).substring(8);
        }

        Path file(String name) {
            return folder.resolve(name + "-8be4df61-93ca-11d2-aa0d-00e098032b8c");
        }

        EfiVariables variables() {
            return EfiVariables.of(folder, DESCRIPTIONS);
        }

        @Override
        public BootControl control() throws IOException {
            EfiVariables variables = variables();
            BootConvention convention = BootConvention.efi();
            assertEquals(Optional.of(running), convention.runningBank(variables).bank());
            return VariableBootControl.of(variables, convention, this, Enforcement.AGENT_ONLY);
        }

        @Override
        public void boot() throws IOException {
            List<String> order = new ArrayList<>();
            if (Files.exists(file("BootNext"))) {
                order.add(get("BootNext"));
                Files.delete(file("BootNext"));
            }
            order.addAll(List.of(get("BootOrder").split("(?<=\\G.{4})", -1)));
            String booted = order.stream()
                    .filter(number -> (number.equals("0400") && loads.contains(BankId.A))
                            || (number.equals("0a00") && loads.contains(BankId.B)))
                    .findFirst()
                    .orElseThrow();
            put("BootCurrent", booted);
            running = booted.equals("0400") ? BankId.A : BankId.B;
        }

        @Override
        public void spoil(BankId bank) {
            loads.remove(bank);
        }

        /** A firmware without variables makes a boot order of its own. */
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
    class Contract extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return new Board(folder);
        }
    }

    @Test
    void armTrial_thenConfirm_foreignEntriesKeepTheirPlaces() throws IOException {
        Board board = new Board(folder);
        board.put("BootOrder", "00000a00040007000900");

        board.control().armTrial(BankId.B, 1, 7);

        assertEquals("0000" + "0400" + "0a00" + "0700" + "0900", board.get("BootOrder"));
        assertEquals("0a00", board.get("BootNext"));
        board.boot();
        board.control().confirm();
        assertEquals("0000" + "0a00" + "0400" + "0700" + "0900", board.get("BootOrder"));
        assertFalse(Files.exists(board.file("BootNext")));
    }

    @Test
    void write_setsTheAttributesOfABootVariable() throws IOException {
        Board board = new Board(folder);

        board.control().armTrial(BankId.B, 1, 7);

        assertArrayEquals(HexFormat.of().parseHex("07000000" + "0a00"), Files.readAllBytes(board.file("BootNext")));
    }

    @Test
    void read_noEntryForABank_isUnsupportedAndSaysHowToMakeIt() throws IOException {
        Board board = new Board(folder);
        board.option("Boot000A", "Windows");

        HalException fault =
                assertThrows(HalException.class, () -> board.variables().read());

        assertEquals(
                "no boot entry has the description \"twinbank-b\" of bank B: make one by efibootmgr --create --label",
                fault.getMessage());
    }

    @Test
    void read_twoEntriesForABank_isUnsupported() throws IOException {
        Board board = new Board(folder);
        board.option("Boot000B", "twinbank-b");

        HalException fault =
                assertThrows(HalException.class, () -> board.variables().read());

        assertEquals(
                "two boot entries have the description \"twinbank-b\": delete one by efibootmgr --bootnum NUMBER"
                        + " --delete-bootnum",
                fault.getMessage());
    }

    @Test
    void read_shortVariables_areNone() throws IOException {
        Board board = new Board(folder);
        Files.write(board.file("BootNext"), new byte[3]);
        Files.write(board.file("BootCurrent"), new byte[5]);

        assertEquals(Map.of("order", "A B"), board.variables().read().variables());
    }
}
