// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.agentd.config.GatewayConfig.Site;
import io.twinbank.core.policy.Link;
import io.twinbank.core.policy.Power;
import io.twinbank.core.policy.Situation;
import io.twinbank.core.spi.SiteConditions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What the kernel says of a gateway's power, link and load. What can't be read isn't known. */
public final class LinuxSite implements SiteConditions {
    private static final int UP = 1;
    private static final int DESTINATION = 1;
    private static final int FLAGS = 3;

    private final Path root;
    private final Site site;

    /**
     * Makes it.
     *
     * @param root the root of the file system
     * @param site where is to be seen what the kernel doesn't say
     */
    public LinuxSite(Path root, Site site) {
        this.root = root;
        this.site = site;
    }

    /**
     * Returns what is so now, for somebody who asks the policy without an agent.
     *
     * @return the situation, with no gate shut
     */
    public Situation situation() {
        GatewayClock clock = new GatewayClock(Optional.empty());
        return new Situation(clock.wallClock(), clock.sinceBoot(), power(), link(), Optional.empty());
    }

    /** By /sys/class/power_supply: on mains while a charger is online; without a battery there is nothing but mains. */
    @Override
    public Power power() {
        Path supplies = root.resolve("sys/class/power_supply");
        if (!Files.isDirectory(supplies)) {
            return Power.unknown();
        }
        Optional<Integer> charge = Optional.empty();
        boolean charger = false;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(supplies)) {
            for (Path supply : all) {
                String type = line(supply.resolve("type")).orElse("");
                if (type.equals("Battery") && !line(supply.resolve("scope")).equals(Optional.of("Device"))) {
                    int percent = line(supply.resolve("capacity"))
                            .filter(text -> text.matches("\\d{1,3}"))
                            .map(Integer::parseInt)
                            .orElse(0);
                    charge = Optional.of(Math.min(
                            100, charge.map(other -> Math.min(other, percent)).orElse(percent)));
                } else if (line(supply.resolve("online")).equals(Optional.of("1"))) {
                    charger = true;
                }
            }
        } catch (IOException e) {
            return Power.unknown();
        }
        if (charger) {
            return Power.mains();
        }
        return charge.map(Power::battery).orElse(Power.unknown());
    }

    /** By the interface of the default route. */
    @Override
    public Link link() {
        if (site.metered().isEmpty()) {
            return Link.UNKNOWN;
        }
        Set<String> metered = site.metered().get();
        for (String route : lines(root.resolve("proc/net/route"))) {
            String[] fields = route.trim().split("\\s+", -1);
            if (fields.length > FLAGS && fields[DESTINATION].equals("00000000") && isUp(fields[FLAGS])) {
                return metered.contains(fields[0]) ? Link.METERED : Link.UNMETERED;
            }
        }
        return Link.UNKNOWN;
    }

    private static boolean isUp(String flags) {
        try {
            return (Integer.parseInt(flags, 16) & UP) != 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public OptionalDouble load() {
        boolean given = site.load().isPresent();
        Optional<String> line = line(site.load().orElse(root.resolve("proc/loadavg")));
        try {
            double load = Double.parseDouble(line.orElse("").trim().split("\\s+", 2)[0]);
            return OptionalDouble.of(given ? load : load / Runtime.getRuntime().availableProcessors());
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    private static Optional<String> line(Path file) {
        return lines(file).stream().findFirst().map(String::trim);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
