// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A counter that the boot loader owns, in fuses or wherever Linux can't reach. It tells the value at each boot by a word of the kernel
 * command line, {@code twinbank.floor=N} for the security version and {@code twinbank.trust_floor=N} for the trust version. It is asked by a
 * variable, {@code twinbank_floor} or {@code twinbank_trust_floor}, and owes this: at each boot, before anything of a bank runs, a counter
 * that is lower than its variable is raised to it. All numbers are decimal.
 *
 * <p>So a value takes effect at the next boot. Until then {@link #advanceTo} throws, the agent says that the counter is pending, and each
 * start asks again. Not thread-safe.
 */
public final class BootLoaderCounter implements MonotonicCounter {
    private static final String NUMBER = "[0-9]{1,18}";

    private final CounterId id;
    private final String word;
    private final String variable;
    private final long limit;
    private final BootVariables variables;
    private final Kernel kernel;

    /**
     * Makes a counter without an end. Nothing is read yet.
     *
     * @param id which counter
     * @param variables the boot loader's
     */
    public BootLoaderCounter(CounterId id, BootVariables variables) {
        this(id, variables, Long.MAX_VALUE);
    }

    /**
     * Makes a counter that ends, as fuses do. Nothing is read yet.
     *
     * @param id which counter
     * @param variables the boot loader's
     * @param limit the highest value
     */
    public BootLoaderCounter(CounterId id, BootVariables variables, long limit) {
        this(id, variables, limit, new Kernel(Path.of("/")));
    }

    BootLoaderCounter(CounterId id, BootVariables variables, long limit, Kernel kernel) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit " + limit + " is negative");
        }
        String name = switch (id) {
            case SECURITY_VERSION -> "floor";
            case TRUST_VERSION -> "trust_floor";
        };
        this.id = id;
        this.word = "twinbank." + name + "=";
        this.variable = "twinbank_" + name;
        this.limit = limit;
        this.variables = variables;
        this.kernel = kernel;
    }

    /** {@inheritDoc} It is what the boot loader told at this boot. */
    @Override
    public long read() throws HalException {
        List<String> told;
        try {
            told = kernel.commandLine().stream()
                    .filter(each -> each.startsWith(word))
                    .toList();
        } catch (IOException e) {
            throw new HalException(
                    HalException.Kind.IO, "counter " + id + ": no kernel command line: " + e.getMessage(), e);
        }
        Optional<Long> value = told.size() == 1 ? number(told.get(0).substring(word.length())) : Optional.empty();
        return value.orElseThrow(() -> new HalException(
                HalException.Kind.IO,
                "counter " + id + ": found " + (told.isEmpty() ? "nothing" : String.join(" ", told))
                        + " on the kernel command line, expected one " + word
                        + "N of at most 18 digits from the boot loader"));
    }

    private static Optional<Long> number(String text) {
        return text.matches(NUMBER) ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    @Override
    public long remaining() throws HalException {
        return limit == Long.MAX_VALUE ? limit : Math.max(0, limit - read());
    }

    /**
     * {@inheritDoc} A higher value is asked for, which a power cut leaves as it was or asked for, and never what was asked for before
     * lowered; then this throws {@code TIMEOUT}, since it takes the next boot.
     */
    @Override
    public void advanceTo(long value) throws HalException {
        long present = read();
        if (value <= present) {
            return;
        }
        if (value > limit) {
            throw new HalException(
                    HalException.Kind.NO_SPACE, "counter " + id + " ends at " + limit + ", not " + value);
        }
        if (asked(variables.read()) < value) {
            variables.change(all -> all.merge(
                    variable, Long.toString(value), (old, asked) -> number(old).orElse(0L) < value ? asked : old));
        }
        throw new HalException(
                HalException.Kind.TIMEOUT,
                "counter " + id + " is at " + present + "; the boot loader was asked to raise it to " + value + " by "
                        + variable + ", which takes a reset");
    }

    private long asked(BootVariables.Contents contents) {
        return Optional.ofNullable(contents.variables().get(variable))
                .flatMap(BootLoaderCounter::number)
                .orElse(0L);
    }
}
