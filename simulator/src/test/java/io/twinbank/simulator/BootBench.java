// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.medium.BoardStop;
import io.twinbank.simulator.medium.CachedMedium;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.NorMedium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A boot loader with nothing around it but its variables: a bank loads if it was told so, without any cryptography, so that a
 * test can boot a hundred thousand times. Bank A is permanent, both banks load.
 */
final class BootBench {
    private static final SimImage.Header IMAGE_A = image("1.1");
    private static final SimImage.Header IMAGE_B = image("1.2");

    /** What the variables lie on. */
    enum Chip {
        NOR(log -> new NorMedium(cells(), new Medium.Units(256, 4096, true), log)),
        NOR_WORDS(log -> new NorMedium(cells(), new Medium.Units(32, 2048, true), log)),
        BLOCKS(log -> new CachedMedium(cells(), new Medium.Units(512, 4096, false), true, log));

        private final Function<OperationLog, Medium> maker;

        Chip(Function<OperationLog, Medium> maker) {
            this.maker = maker;
        }

        private static HeapCells cells() {
            return new HeapCells(BootHost.VARIABLE_UNITS * 4096, (byte) 0xff);
        }
    }

    private record Saved(Object medium, Object loader, Set<BankId> selectable) {}

    final OperationLog log = new OperationLog(() -> 0, stop -> {});
    final Medium medium;
    final BootLoader loader;

    private final Set<BankId> loadable = EnumSet.allOf(BankId.class);
    private final Set<BankId> forged = EnumSet.noneOf(BankId.class);
    private Set<BankId> selectable = EnumSet.allOf(BankId.class);
    private Optional<BankId> running = Optional.empty();

    private static SimImage.Header image(String version) {
        byte[] image = new Bench().image(new SimImage.Spec(version, 1, Behaviour.WORKS), 1);
        return SimImage.readHeader(ByteBuffer.wrap(image)).orElseThrow();
    }

    BootBench(BootLoader.Factory factory, Chip chip) throws IOException {
        medium = chip.maker.apply(log);
        loader = factory.on(new Host());
        loader.provision(BankId.A);
    }

    BootResult power() throws IOException {
        BoardStop before = log.powerOn();
        if (before instanceof PowerCut) {
            Survival survival = log.survival();
            medium.losePower(survival);
            loader.losePower(survival);
        }
        running = Optional.empty();
        BootResult result = loader.boot();
        if (result instanceof BootResult.Booted booted) {
            running = Optional.of(booted.bank());
        }
        return result;
    }

    /** What may survive on the medium, and in what the loader keeps beside it. */
    Set<Survival> survivals() {
        Set<Survival> all = new LinkedHashSet<>(medium.survivals());
        all.addAll(loader.survivals());
        return all;
    }

    BankId boot() throws IOException {
        return assertInstanceOf(BootResult.Booted.class, power()).bank();
    }

    BootControl control() {
        return loader.control();
    }

    BootStatus status() throws IOException {
        return control().status();
    }

    /** The bank's image is gone. */
    void spoil(BankId bank) {
        loadable.remove(bank);
    }

    /** The bank's image is there, and isn't to be believed. */
    void forge(BankId bank) {
        forged.add(bank);
    }

    /** Everything in one erase unit of the variables is gone. */
    void spoilUnit(int unit) throws IOException {
        int bytes = medium.units().eraseBytes();
        region().poke((long) unit * bytes, ByteBuffer.allocate(bytes));
    }

    private Region region() {
        return medium.region(
                Part.BOOT_CONTROL,
                0,
                (long) BootHost.VARIABLE_UNITS * medium.units().eraseBytes());
    }

    Object save() {
        return new Saved(medium.save(), loader.save(), Set.copyOf(selectable));
    }

    void restore(Object state) {
        Saved saved = (Saved) state;
        medium.restore(saved.medium());
        loader.restore(saved.loader());
        selectable = EnumSet.copyOf(saved.selectable());
    }

    List<String> findings() {
        return log.findings();
    }

    private final class Host implements BootHost {
        @Override
        public OperationLog log() {
            return log;
        }

        @Override
        public Region variables() {
            return medium.region(
                    Part.BOOT_CONTROL, 0, (long) VARIABLE_UNITS * medium.units().eraseBytes());
        }

        @Override
        public BankId running() {
            return running.orElseThrow(() -> new IllegalStateException("not booted"));
        }

        @Override
        public FlashGeometry geometry() {
            return new FlashGeometry(8192, 512, 4096);
        }

        @Override
        public void read(BankId bank, long offset, ByteBuffer dst) {
            throw new UnsupportedOperationException("there are no cells");
        }

        @Override
        public Optional<SimImage.Header> header(BankId bank) {
            return loadable.contains(bank) ? Optional.of(bank == BankId.A ? IMAGE_A : IMAGE_B) : Optional.empty();
        }

        @Override
        public Optional<String> refusal(BankId bank) {
            boolean good = loadable.contains(bank) && !forged.contains(bank);
            return good ? Optional.empty() : Optional.of("not verified");
        }

        @Override
        public boolean isSelectable(BankId bank) {
            return selectable.contains(bank);
        }

        @Override
        public void setSelectable(BankId bank, boolean on) throws HalException {
            Change.Atomic spoil = () -> selectable.remove(bank);
            log.perform(Part.BOOT_CONTROL, "spoil marker", bank.name(), spoil);
            if (on) {
                Change.Atomic set = () -> selectable.add(bank);
                log.perform(Part.BOOT_CONTROL, "set marker", bank.name(), set);
            }
        }
    }
}
