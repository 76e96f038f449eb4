// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import io.twinbank.examples.BootPage.Content;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.hal.linux.LinuxBanks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** The contract suite, against the boot loader of {@link OwnPlatform}: here its model, on your bench the board. */
class OwnBootControlTest extends BootControlContract {
    private static final int BANK_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    @Override
    protected Rig newRig() throws IOException {
        byte[] image = new byte[BANK_BYTES];
        new Random(1).nextBytes(image);
        for (BankId bank : BankId.values()) {
            Files.write(path(bank), image);
        }
        BootPage page = new BootPage(folder.resolve("boot-page"));
        page.write(new Content(BankId.A, Optional.of(BankId.A), Optional.empty(), 0, false, 0));
        return new Bench(page);
    }

    private Path path(BankId bank) {
        return folder.resolve("bank-" + bank);
    }

    private final class Bench implements Rig {
        private final BootPage page;
        private final LinuxBanks banks;

        Bench(BootPage page) throws IOException {
            this.page = page;
            banks = LinuxBanks.open(
                    Map.of(ComponentId.of("os"), Map.of(BankId.A, path(BankId.A), BankId.B, path(BankId.B))),
                    () -> page.read().running(),
                    bank -> OptionalLong.of(0));
        }

        @Override
        public BootControl control() {
            return new OwnBootControl(page, banks);
        }

        /** The boot loader: a page that was lost is a trial of bank A, then of bank B, in turn. */
        @Override
        public void boot() throws IOException {
            Content was = Files.exists(folder.resolve("boot-page"))
                    ? page.read()
                    : new Content(BankId.A, Optional.empty(), Optional.of(BankId.A), 1, false, 0);
            Content now = was.trial().isEmpty() || was.fellBack() ? permanent(was) : trial(was);
            if (!now.equals(was)) {
                page.write(now);
            }
        }

        private Content permanent(Content was) throws HalException {
            BankId bank = was.permanent().orElseThrow();
            BankId booted = banks.isBootable(bank) ? bank : bank.other();
            return new Content(booted, was.permanent(), was.trial(), was.attempts(), was.fellBack(), was.trialId());
        }

        private Content trial(Content was) throws HalException {
            BankId tried = was.trial().orElseThrow();
            if (was.attempts() > 0 && banks.isBootable(tried)) {
                return new Content(tried, was.permanent(), was.trial(), was.attempts() - 1, false, was.trialId());
            } else if (was.permanent().isEmpty()) {
                BankId next = banks.isBootable(tried.other()) ? tried.other() : tried;
                return new Content(next, Optional.empty(), Optional.of(next), 0, false, 0);
            } else if (banks.isBootable(was.permanent().get())) {
                return new Content(was.permanent().get(), was.permanent(), was.trial(), 0, true, was.trialId());
            }
            return new Content(tried, was.permanent(), was.trial(), 0, false, was.trialId());
        }

        @Override
        public void spoil(BankId bank) throws IOException {
            Files.write(path(bank), new byte[BANK_BYTES]);
        }

        @Override
        public boolean loseVariables() throws IOException {
            Files.delete(folder.resolve("boot-page"));
            return true;
        }
    }
}
