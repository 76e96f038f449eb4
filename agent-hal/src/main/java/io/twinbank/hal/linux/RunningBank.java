// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Kernel.Device;
import io.twinbank.hal.linux.Kernel.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which bank runs, measured. Three sources may tell: the kernel's command line, the device that the root file system is on, and a
 * variable of the boot loader. Two have to agree, and none may say otherwise; a board that guesses confirms the wrong bank one day.
 */
public final class RunningBank {
    /** What our boot scripts put on the kernel's command line, before the bank. */
    static final String OUR_SLOT_WORD = "twinbank.slot=";

    private static final List<String> SLOT_WORDS = List.of(OUR_SLOT_WORD, "rauc.slot=");

    /**
     * What a source says.
     *
     * @param source which one
     * @param bank the bank that it says runs; empty if it doesn't tell
     * @param because what it goes by
     */
    public record Answer(String source, Optional<BankId> bank, String because) {
        @Override
        public String toString() {
            return source + ": " + bank.map(BankId::name).orElse("doesn't tell") + " (" + because + ")";
        }
    }

    /** What the boot loader's variables say of the running bank. */
    @FunctionalInterface
    public interface Variable {
        /**
         * Reads it.
         *
         * @return the bank; empty if they don't tell
         * @throws HalException {@code IO} if they can't be read
         */
        Optional<BankId> bank() throws HalException;
    }

    private final Map<BankId, List<Path>> devices;
    private final Kernel kernel;
    private final Variable variable;

    RunningBank(Map<BankId, List<Path>> devices, Kernel kernel, Variable variable) {
        this.devices = Map.copyOf(devices);
        this.kernel = kernel;
        this.variable = variable;
    }

    /**
     * Makes a measurement.
     *
     * @param devices each bank's block devices, one for each component; the root file system is on one of them
     * @param variable what the boot loader's variables say
     * @return the measurement; nothing was read
     */
    public static RunningBank of(Map<BankId, List<Path>> devices, Variable variable) {
        return new RunningBank(devices, new Kernel(Path.of("/")), variable);
    }

    /**
     * Measures.
     *
     * @return the bank that two sources agree on
     * @throws HalException {@code UNSUPPORTED} with all answers if they don't; {@code IO}
     */
    public BankId measure() throws HalException {
        List<Answer> answers = answers();
        Set<BankId> said = EnumSet.noneOf(BankId.class);
        answers.forEach(answer -> answer.bank().ifPresent(said::add));
        long telling =
                answers.stream().filter(answer -> answer.bank().isPresent()).count();
        if (said.size() != 1 || telling < 2) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "RUNNING_BANK_UNKNOWN: found "
                            + answers.stream().map(Answer::toString).collect(Collectors.joining("; "))
                            + "; expected two that agree, and none that says otherwise");
        }
        return said.iterator().next();
    }

    /**
     * Asks each source.
     *
     * @return an answer of each, always in the same order
     * @throws HalException {@code IO} if one can't be read
     */
    public List<Answer> answers() throws HalException {
        try {
            return List.of(commandLine(), rootDevice(), variable());
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "the running bank can't be measured: " + e.getMessage(), e);
        }
    }

    /** A slot's name, or the root device; where there are both they have to agree. */
    private Answer commandLine() throws IOException {
        String source = "kernel command line";
        Map<String, Optional<BankId>> found = new LinkedHashMap<>();
        for (String word : kernel.commandLine()) {
            for (String slot : SLOT_WORDS) {
                if (word.startsWith(slot)) {
                    found.put(word, named(word.substring(slot.length())));
                }
            }
            if (word.startsWith("root=")) {
                found.put(word, bankOf(kernel.named(word.substring("root=".length()))));
            }
        }
        Set<BankId> said = EnumSet.noneOf(BankId.class);
        found.values().forEach(bank -> bank.ifPresent(said::add));
        String because = found.isEmpty() ? "no rauc.slot, twinbank.slot or root" : String.join(" ", found.keySet());
        return new Answer(source, said.size() == 1 ? Optional.of(said.iterator().next()) : Optional.empty(), because);
    }

    private static Optional<BankId> named(String name) {
        return name.matches("[AB]") ? Optional.of(BankId.valueOf(name)) : Optional.empty();
    }

    private Answer rootDevice() throws IOException {
        Optional<Mount> mount = kernel.mounts().stream()
                .filter(each -> each.point().equals("/"))
                .reduce((covered, top) -> top);
        Optional<Device> device = mount.map(Mount::device);
        return new Answer(
                "root file system",
                bankOf(device),
                device.map(each -> "device " + each).orElse("not mounted"));
    }

    private Optional<BankId> bankOf(Optional<Device> device) throws IOException {
        if (device.isEmpty()) {
            return Optional.empty();
        }
        Set<Device> layers = kernel.layers(device.get());
        for (BankId bank : BankId.values()) {
            for (Path file : devices.getOrDefault(bank, List.of())) {
                if (kernel.number(file).filter(layers::contains).isPresent()) {
                    return Optional.of(bank);
                }
            }
        }
        return Optional.empty();
    }

    private Answer variable() throws HalException {
        return new Answer("boot loader's variables", variable.bank(), "as its script has them");
    }
}
