// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.policy.Consent;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.PowerNeed;
import io.twinbank.core.policy.QuietHours;
import io.twinbank.core.policy.Restriction;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.UptimeWindow;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final String LEAST = """
            # the least that there is
            device.name = gw-1
            device.vendor-domain = example.com
            device.class = gw
            device.serial = 0001
            bank.a = /dev/disk/by-partlabel/a
            bank.b = /dev/disk/by-partlabel/b
            boot.kind = uboot
            trust.anchors = maker.pub.pem
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void anchors() throws IOException {
        file = folder.resolve("twinbank.conf");
        Files.writeString(folder.resolve("maker.pub.pem"), "not looked at here");
    }

    private GatewayConfig read(String text) throws IOException, ConfigException {
        Files.writeString(file, text);
        return GatewayConfig.read(file);
    }

    private List<String> problems(String text) throws IOException {
        Files.writeString(file, text);
        return assertThrows(ConfigException.class, () -> GatewayConfig.read(file))
                .problems();
    }

    @Test
    void read_least_hasTheDefaults() throws Exception {
        GatewayConfig config = read(LEAST);

        UUID vendor = Uuids.vendorId("example.com");
        assertEquals(Uuids.classId(vendor, "gw"), config.device().classId());
        assertEquals(
                Map.of(
                        ComponentId.of("os"),
                        Map.of(
                                BankId.A, Path.of("/dev/disk/by-partlabel/a"),
                                BankId.B, Path.of("/dev/disk/by-partlabel/b"))),
                config.banks());
        assertEquals(new GatewayConfig.Running.Measured(Optional.empty()), config.running());
        assertEquals(new GatewayConfig.Boot.UBootRauc(Path.of("/etc/fw_env.config")), config.boot());
        assertEquals(OptionalInt.empty(), config.attempts());
        assertEquals(Path.of("/var/lib/twinbank"), config.stateDir());
        assertEquals(
                new GatewayConfig.Anchors.InFile(folder.resolve("maker.pub.pem"), Optional.empty()), config.anchors());
        assertEquals(new GatewayConfig.Counter.InFile(), config.counter());
        assertEquals(Optional.empty(), config.keys());
        assertEquals(Optional.empty(), config.mqtt());
        assertEquals(List.of("systemctl", "reboot"), config.resetCommand());
    }

    @Test
    void read_severalComponents_areInTheOrderOfTheFile() throws Exception {
        GatewayConfig config = read(LEAST.replace("bank.a =", "bank.a.kernel =").replace("bank.b =", "bank.b.kernel =")
                + "bank.a.rootfs = a.img\nbank.b.rootfs = sub/../b.img\n");

        assertEquals(
                List.of(ComponentId.of("kernel"), ComponentId.of("rootfs")),
                List.copyOf(config.banks().keySet()));
        assertEquals(
                folder.resolve("b.img"),
                config.banks().get(ComponentId.of("rootfs")).get(BankId.B));
    }

    @Test
    void read_bootcount_namesVariableAndSlots() throws Exception {
        GatewayConfig config =
                read(LEAST + "boot.convention = bootcount\nboot.slot.variable = part\nboot.slot.b = two\n");

        assertEquals(
                new GatewayConfig.Boot.UBootBootcount(
                        Path.of("/etc/fw_env.config"), "part", Map.of(BankId.A, "A", BankId.B, "two")),
                config.boot());
    }

    @Test
    void read_pinnedAnchors_haveTheDigest() throws Exception {
        String digest = "0123456789abcdef".repeat(4);
        GatewayConfig config = read(LEAST.replace("maker.pub.pem", "maker.pub.pem sha256:" + digest));

        assertEquals(
                new GatewayConfig.Anchors.InFile(folder.resolve("maker.pub.pem"), Optional.of(digest)),
                config.anchors());
    }

    @Test
    void read_crossCheckAndFile_areToldApart() throws Exception {
        assertEquals(
                new GatewayConfig.Running.Measured(Optional.of(BankId.B)),
                read(LEAST + "bank.running = B\n").running());
        assertEquals(
                new GatewayConfig.Running.InFile(folder.resolve("running")),
                read(LEAST + "bank.running = file:running\n").running());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bnak.a = x                     | :10: there is no key bnak.a; did you mean bank.a?
            device.name                    | :10: expected 'key = value', found 'device.name'
            = x                            | :10: expected 'key = value', found '= x'
            state.dir =                    | :10: state.dir has no value; give one, or leave the line out
            device.class = other           | :10: device.class is already on line 4; leave one of them out
            bank.running = C               | :10: bank.running: found 'C', expected auto, A, B or file:PATH
            boot.attempts = 0              | :10: boot.attempts: found '0', expected a number from 1 to 9
            boot.attempts = many           | :10: boot.attempts: found 'many', expected a number from 1 to 9
            boot.convention = swupdate     | :10: boot.convention: found 'swupdate', expected rauc or bootcount
            counter.kind = fuse            | :10: counter.kind: found 'fuse', expected file, tpm or bootloader
            counter.tpm.index = 1500010    | fine
            mqtt.uri = tcp://far.example   | :10: mqtt.uri: found 'tcp://far.example', expected ssl://HOST:PORT or wss://HOST/PATH, or tcp:// or ws:// of a broker on this machine
            mqtt.uri = ssl://              | :10: mqtt.uri: found 'ssl://', expected ssl://HOST:PORT or wss://HOST/PATH, or tcp:// or ws:// of a broker on this machine
            mqtt.ca = maker.pub.pem        | :10: mqtt.ca: found 'maker.pub.pem', expected mqtt.uri beside it
            key.file = maker.pub.pem       | :10: key.file: found 'maker.pub.pem', expected key.kind beside it
            key.kind = pkcs12              | key.file is missing: the PKCS#12 file
            metrics.file = /run/numbers    | :10: metrics.file: found '/run/numbers', expected a name that ends in .prom: others aren't collected
            metrics.every = 30s            | :10: metrics.every: found '30s', expected metrics.file beside it
            metrics.every = 0s             | :10: metrics.every: found '0s', expected a time such as 30s, at least 1s
            health.dir = missing           | missing', expected a folder that exists
            bank.b.kernel = other          | either bank.a and bank.b, or a bank.a.COMPONENT and a bank.b.COMPONENT for each; not both
            """)
    void read_aWrongLine_saysWhereAndWhatWasExpected(String line, String expected) throws Exception {
        if (expected.equals("fine")) {
            read(LEAST + line + "\n"); // means something only with counter.kind = tpm
            return;
        }
        List<String> problems = problems(LEAST + line + "\n");

        assertTrue(
                problems.stream()
                        .anyMatch(problem -> problem.startsWith(file.toString()) && problem.contains(expected)),
                problems.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bank.b = /dev/disk/by-partlabel/b | bank.b = /dev/disk/by-partlabel/a  | :7: bank.b is the same as bank.a: /dev/disk/by-partlabel/a
            boot.kind = uboot                 | boot.kind = lilo                   | :8: boot.kind: found 'lilo', expected uboot, grub, efi or script
            boot.kind = uboot                 | boot.kind = script                 | boot.script is missing: a program that speaks for the boot loader
            device.name = gw-1                | device.name = gw 1                 | :2: device.name: found 'gw 1', expected 1 to 64 of
            = maker.pub.pem                   | = nobody.pem                       | nobody.pem', expected a file that exists
            = maker.pub.pem                   | = maker.pub.pem sha256:12          | :9: trust.anchors: found 'sha256:12', expected sha256: and 64 hexadecimal digits
            = maker.pub.pem                   | = pkcs11:maker                     | :9: trust.anchors: found 'pkcs11:maker', expected key.kind = pkcs11 beside it
            bank.b = /dev/disk/by-partlabel/b | # none                             | component os has no bank B
            device.serial = 0001              | # none                             | device.serial is missing: the serial number
            """)
    void read_aChangedLine_saysWhereAndWhatWasExpected(String from, String to, String expected) throws Exception {
        List<String> problems = problems(LEAST.replace(from, to));

        assertTrue(problems.stream().anyMatch(problem -> problem.contains(expected)), problems.toString());
    }

    @Test
    void read_metrics_haveAFileAndAPause() throws Exception {
        assertEquals(Optional.empty(), read(LEAST).metrics());
        assertEquals(
                Optional.of(new GatewayConfig.MetricsFile(Path.of("/run/t.prom"), Duration.ofMinutes(1))),
                read(LEAST + "metrics.file = /run/t.prom\n").metrics());
        assertEquals(
                Duration.ofSeconds(5),
                read(LEAST + "metrics.file = t.prom\nmetrics.every = 5s\n")
                        .metrics()
                        .orElseThrow()
                        .every());
    }

    @Test
    void read_severalMistakes_areSaidAtOnce() throws Exception {
        List<String> problems =
                problems(LEAST.replace("boot.kind = uboot", "boot.kind = lilo") + "boot.attempts = 10\n");

        assertEquals(2, problems.size(), problems.toString());
    }

    @Test
    void read_notUtf8_isRefused() throws Exception {
        Files.write(file, new byte[] {'#', (byte) 0xc3, '\n'});

        assertEquals(
                List.of(file + ": isn't UTF-8"),
                assertThrows(ConfigException.class, () -> GatewayConfig.read(file))
                        .problems());
    }

    @Test
    void read_tooLong_isRefused() throws Exception {
        Files.write(file, "#".repeat(ConfigFile.MAX_BYTES + 1).getBytes(UTF_8));

        assertEquals(
                List.of(file + ": more than 65536 bytes"),
                assertThrows(ConfigException.class, () -> GatewayConfig.read(file))
                        .problems());
    }

    @Test
    void read_noFile_saysHowToNameAnother() {
        assertEquals(
                List.of(file + ": there is no such file; name another one with --config FILE"),
                assertThrows(ConfigException.class, () -> GatewayConfig.read(file))
                        .problems());
    }

    @Test
    void read_noPolicy_restrictsNothing() throws Exception {
        assertEquals(SitePolicy.open(), read(LEAST).policy());
    }

    @Test
    void read_policy_isWhatTheLinesSay() throws Exception {
        GatewayConfig config = read(LEAST + """
                device.groups = paint-shop north
                policy.zone = Europe/Berlin
                policy.download.windows = Mon-Fri 22:00-04:00; Sat,Sun 00:00-24:00
                policy.by-uptime = 2h from 1h every 24h
                policy.restart.power = 50%
                policy.metered = no
                policy.consent = restart
                policy.consent.deferrals = 2
                policy.deadline = 7d
                policy.bytes-per-month = 200M
                policy.bytes-per-second = 64k
                policy.quiet-hours = 5
                policy.emergency-passes = window, consent
                site.metered = wwan0 ppp0 wwan0
                """);

        SitePolicy expected = SitePolicy.builder()
                .zone(ZoneId.of("Europe/Berlin"))
                .rule(
                        Phase.DOWNLOAD,
                        PhaseRule.open()
                                .in("Mon-Fri 22:00-04:00", "Sat,Sun 00:00-24:00")
                                .orByUptime(new UptimeWindow(
                                        Duration.ofHours(24), Duration.ofHours(1), Duration.ofHours(2)))
                                .unmetered())
                .rule(
                        Phase.RESET,
                        PhaseRule.open().with(PowerNeed.mainsOrBattery(50)).withConsent())
                .consent(new Consent(Duration.ofDays(3), 2, Duration.ofDays(1)))
                .deadline(Duration.ofDays(7))
                .budget(200_000_000)
                .bytesPerSecond(64_000)
                .quiet(new QuietHours(5))
                .emergencyPasses(Restriction.WINDOW, Restriction.CONSENT)
                .build();
        assertEquals(expected, config.policy());
        assertEquals(List.of("paint-shop", "north"), config.groups());
        assertEquals(Optional.of(Set.of("wwan0", "ppp0")), config.site().metered());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy.zone = Europe/Bonn | found 'Europe/Bonn', expected a time zone such as Europe/Berlin",
                "policy.restart.windows = at night | found 'at night', expected windows such as Mon-Fri 22:00-04:00; Sat 00:00-24:00",
                "policy.by-uptime = 30h from 1h every 24h | found '30h from 1h every 24h', expected such as 2h from 1h every 24h",
                "policy.restart.power = plenty | found 'plenty', expected mains, or a charge such as 50%",
                "policy.metered = maybe | found 'maybe', expected yes or no",
                "policy.consent = everything | found 'everything', expected download, install or restart",
                "policy.bytes-per-month = lots | found 'lots', expected a number of bytes such as 200M",
                "policy.deadline = soon | found 'soon', expected a time such as 7d",
                "policy.emergency-passes = all | found 'all', expected some of rollout, consent, window, quiet, link, budget, power, gate",
                "device.groups = a b/c | found 'b/c', expected 1 to 64 of A-Z a-z 0-9 . _ -"
            })
    void read_policyThatMakesNoSense_saysWhatIsExpected(String line, String problem) throws IOException {
        List<String> problems = problems(LEAST + line + "\n");

        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).endsWith(problem), problems.get(0));
    }

    @Test
    void read_http_isWhatTheLinesSay() throws Exception {
        Files.writeString(folder.resolve("login"), "user:secret");
        GatewayConfig.Http http = read(LEAST + """
                        http.proxy = proxy.example:3128
                        http.proxy.login = login
                        http.mirrors = https://fw.example/ https://one.example/fw/; https://fw.example/ https://two.example/
                        http.redirect-hosts = cdn.example
                        http.range-bytes = 4M
                        """).http();

        assertEquals(Optional.of(new GatewayConfig.HostPort("proxy.example", 3128)), http.proxy());
        assertEquals(Optional.of(folder.resolve("login")), http.login());
        assertEquals(
                List.of(URI.create("https://one.example/fw/"), URI.create("https://two.example/")),
                http.mirrors().stream()
                        .map(GatewayConfig.Http.Mirror::replacement)
                        .toList());
        assertEquals(List.of("cdn.example"), http.redirectHosts());
        assertEquals(4_000_000, http.rangeBytes());
    }

    @Test
    void read_broker_isWhatTheLinesSay() throws Exception {
        Files.writeString(folder.resolve("login"), "user:secret");
        GatewayConfig.Mqtt mqtt = read(LEAST + """
                        mqtt.uri = wss://broker.example/mqtt
                        mqtt.proxy = proxy.example:3128
                        mqtt.proxy.login = login
                        mqtt.redirect-hosts = two.example three.example
                        mqtt.payloads = yes
                        """).mqtt().orElseThrow();

        assertEquals(
                new GatewayConfig.Mqtt(
                        URI.create("wss://broker.example/mqtt"),
                        Optional.empty(),
                        "twinbank",
                        Optional.of(new GatewayConfig.HostPort("proxy.example", 3128)),
                        Optional.of(folder.resolve("login")),
                        List.of("two.example", "three.example"),
                        true),
                mqtt);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.proxy = proxy.example | found 'proxy.example', expected HOST:PORT",
                "http.proxy = proxy.example:70000 | found 'proxy.example:70000', expected HOST:PORT",
                "http.mirrors = https://fw.example/ | found 'https://fw.example/', expected PREFIX REPLACEMENT, both https",
                "http.mirrors = https://fw.example/ http://one.example/ | found 'https://fw.example/ http://one.example/', expected PREFIX REPLACEMENT, both https",
                "http.proxy.login = secret | found 'no proxy', expected http.proxy beside it",
                "http.range-bytes = some | found 'some', expected a number of bytes such as 4M"
            })
    void read_httpThatMakesNoSense_saysWhatIsExpected(String line, String problem) throws IOException {
        List<String> problems = problems(LEAST + line + "\n");

        assertTrue(problems.get(0).endsWith(problem), problems.get(0));
    }

    @Test
    void read_quietHoursWithoutADeadline_isAProblem() throws IOException {
        List<String> problems = problems(LEAST + "policy.quiet-hours = 5\n");

        assertTrue(problems.get(0).contains("quiet hours take a deadline"), problems.toString());
    }
}
