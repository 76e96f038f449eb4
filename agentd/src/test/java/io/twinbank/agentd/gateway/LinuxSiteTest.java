// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.agentd.config.GatewayConfig.Site;
import io.twinbank.core.policy.Link;
import io.twinbank.core.policy.Power;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxSiteTest {
    private static final String HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n";
    private static final String MODEM_NET = "wwan0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\n";
    private static final String DEFAULT = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\n";

    @TempDir
    private Path root;

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private LinuxSite site(Set<String> metered) {
        return new LinuxSite(root, new Site(Optional.of(metered), Optional.empty()));
    }

    @Test
    void power_aChargerThatIsOnline_isMains() throws IOException {
        file("sys/class/power_supply/BAT0/type", "Battery\n");
        file("sys/class/power_supply/BAT0/capacity", "3\n");
        file("sys/class/power_supply/AC/type", "Mains\n");
        file("sys/class/power_supply/AC/online", "1\n");

        assertEquals(Power.mains(), site(Set.of()).power());
    }

    @Test
    void power_batteriesAlone_areAsFullAsTheEmptiest() throws IOException {
        file("sys/class/power_supply/BAT0/type", "Battery\n");
        file("sys/class/power_supply/BAT0/capacity", "80\n");
        file("sys/class/power_supply/BAT1/type", "Battery\n");
        file("sys/class/power_supply/BAT1/capacity", "41\n");
        file("sys/class/power_supply/AC/type", "Mains\n");
        file("sys/class/power_supply/AC/online", "0\n");

        assertEquals(Power.battery(41), site(Set.of()).power());
    }

    @Test
    void power_aMousesBattery_isNotTheGateways() throws IOException {
        file("sys/class/power_supply/mouse/type", "Battery\n");
        file("sys/class/power_supply/mouse/scope", "Device\n");
        file("sys/class/power_supply/mouse/capacity", "7\n");

        assertEquals(Power.unknown(), site(Set.of()).power());
    }

    @Test
    void link_isThatOfTheDefaultRoute() throws IOException {
        file("proc/net/route", HEAD + MODEM_NET + DEFAULT);

        assertEquals(Link.UNMETERED, site(Set.of("wwan0")).link());
        assertEquals(Link.METERED, site(Set.of("eth0")).link());
        file("proc/net/route", HEAD + MODEM_NET);
        assertEquals(Link.UNKNOWN, site(Set.of("eth0")).link());
    }

    @Test
    void link_nobodySaidWhichAreMetered_isUnknown() throws IOException {
        file("proc/net/route", HEAD + DEFAULT);

        assertEquals(Link.UNKNOWN, new LinuxSite(root, new Site(Optional.empty(), Optional.empty())).link());
    }

    @Test
    void load_isTheAveragePerProcessor_orWhatTheFileSays() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        file("proc/loadavg", 0.5 * processors + " 0.1 0.1 1/100 1234\n");
        assertEquals(OptionalDouble.of(0.5), site(Set.of()).load());
        file("run/busy", "0.25\n");
        Site fromFile = new Site(Optional.empty(), Optional.of(root.resolve("run/busy")));
        assertEquals(OptionalDouble.of(0.25), new LinuxSite(root, fromFile).load());
        file("run/busy", "much\n");
        assertEquals(OptionalDouble.empty(), new LinuxSite(root, fromFile).load());
    }
}
