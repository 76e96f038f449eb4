// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.agentd.config.GatewayConfig.Boot;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.hal.linux.BootableBanks;
import io.twinbank.hal.linux.EfiVariables;
import io.twinbank.hal.linux.GrubEnvironment;
import io.twinbank.hal.linux.RunningBank;
import io.twinbank.hal.linux.ScriptVariables;
import io.twinbank.hal.linux.UBootEnvironment;
import io.twinbank.hal.linux.VariableBootControl;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The boot loader, before there are banks: what it says of the running one is needed to know which may be written.
 *
 * @param variable what it says of the running bank
 * @param control makes the handshake, once there are banks
 * @param variables its variables
 * @param scriptWarning what is to be known about its script
 */
record BootPart(
        RunningBank.Variable variable,
        Function<BootableBanks, BootControl> control,
        BootVariables variables,
        ScriptWarning scriptWarning) {
    /** Looks at the boot script, as far as Linux can see it. */
    @FunctionalInterface
    interface ScriptWarning {
        Optional<String> find() throws HalException;
    }

    static BootPart of(Boot boot, Path stateDir) throws HalException {
        if (boot instanceof Boot.UBootRauc uboot) {
            return of(UBootEnvironment.open(uboot.config()), BootConvention.rauc());
        } else if (boot instanceof Boot.UBootBootcount uboot) {
            return of(UBootEnvironment.open(uboot.config()), BootConvention.bootcount(uboot.variable(), uboot.slots()));
        } else if (boot instanceof Boot.Grub grub) {
            return of(GrubEnvironment.of(grub.environment()), BootConvention.grub());
        } else if (boot instanceof Boot.Efi efi) {
            return of(EfiVariables.of(efi.slots()), BootConvention.efi());
        }
        ScriptVariables script = ScriptVariables.open(((Boot.Script) boot).program(), stateDir);
        return of(script, BootConvention.script(script));
    }

    /** No boot loader here compares a security version: whoever signs the FIT image or the kernel does more, but not that. */
    private static BootPart of(BootVariables variables, BootConvention convention) {
        return new BootPart(
                convention.runningBank(variables),
                banks -> VariableBootControl.of(variables, convention, banks, BootControl.Enforcement.AGENT_ONLY),
                variables,
                convention::scriptWarning);
    }
}
