// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.agentd.config.GatewayConfig.Anchors;
import io.twinbank.agentd.config.GatewayConfig.Boot;
import io.twinbank.agentd.config.GatewayConfig.Counter;
import io.twinbank.agentd.config.GatewayConfig.Keys;
import io.twinbank.agentd.config.GatewayConfig.Mqtt;
import io.twinbank.agentd.config.GatewayConfig.Running;
import io.twinbank.core.HealthPolicy;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes sense of the lines. What is wrong is collected, so that a person mends it in one go; a value that is wrong is then taken for one
 * that would do, which nobody gets to see.
 */
final class ConfigReader {
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    private static final List<ConfigKey> OF_A_BROKER = List.of(
            ConfigKey.MQTT_CA,
            ConfigKey.MQTT_TOPIC_PREFIX,
            ConfigKey.MQTT_PROXY,
            ConfigKey.MQTT_PROXY_LOGIN,
            ConfigKey.MQTT_REDIRECT_HOSTS,
            ConfigKey.MQTT_PAYLOADS);

    private final ConfigFile file;
    private final Values values;

    ConfigReader(ConfigFile file) {
        this.file = file;
        this.values = new Values(file);
    }

    GatewayConfig read() throws ConfigException {
        refuseUnknown();
        GatewayConfig config = new GatewayConfig(
                file.path(),
                device(),
                banks(),
                running(),
                boot(),
                attempts(),
                values.path(ConfigKey.STATE_DIR).orElse(Path.of("/var/lib/twinbank")),
                anchors(),
                keys(),
                counter(),
                mqtt(),
                new HttpReader(file).http(),
                healthDir(),
                health(),
                metrics(),
                groups(),
                new PolicyReader(file).policy(),
                new PolicyReader(file).site(),
                List.of(values.text(ConfigKey.RESET_COMMAND)
                        .orElse("systemctl reboot")
                        .split("\\s+")));
        file.requireSound();
        return config;
    }

    private void refuseUnknown() {
        file.entries().forEach((key, entry) -> {
            if (ConfigKey.of(key).isEmpty() && bankOf(key).isEmpty()) {
                file.problem(
                        entry.line(),
                        "there is no key " + key + "; did you mean "
                                + ConfigKey.nearest(key).text() + "?");
            }
        });
    }

    private DeviceIdentity device() {
        UUID vendor = Uuids.vendorId(values.required(ConfigKey.DEVICE_VENDOR_DOMAIN));
        UUID model = Uuids.classId(vendor, values.required(ConfigKey.DEVICE_CLASS));
        UUID serial = Uuids.deviceId(model, values.required(ConfigKey.DEVICE_SERIAL));
        String name = values.required(ConfigKey.DEVICE_NAME);
        if (!name.matches(NAME)) {
            values.wrong(ConfigKey.DEVICE_NAME, name, ConfigKey.DEVICE_NAME.meaning());
            name = "wrong";
        }
        return new DeviceIdentity(vendor, model, serial, name);
    }

    /** A key of a bank with a component: {@code bank.a.kernel}. */
    private static Optional<BankId> bankOf(String key) {
        for (BankId bank : BankId.values()) {
            String prefix = prefix(bank);
            if (key.startsWith(prefix + ".")
                    && key.substring(prefix.length() + 1).matches(NAME)) {
                return Optional.of(bank);
            }
        }
        return Optional.empty();
    }

    private static String prefix(BankId bank) {
        return "bank." + bank.name().toLowerCase(Locale.ROOT);
    }

    private Map<ComponentId, Map<BankId, Path>> banks() {
        Map<ComponentId, Map<BankId, Path>> banks = new LinkedHashMap<>();
        Map<Path, String> taken = new LinkedHashMap<>();
        file.entries().forEach((key, entry) -> {
            Optional<BankId> single = key.equals(prefix(BankId.A))
                    ? Optional.of(BankId.A)
                    : key.equals(prefix(BankId.B)) ? Optional.of(BankId.B) : Optional.empty();
            Optional<BankId> bank = single.isPresent() ? single : bankOf(key);
            if (bank.isEmpty()) {
                return;
            }
            Path path = values.resolve(entry.value());
            String earlier = taken.putIfAbsent(path, key);
            if (earlier != null) {
                file.problem(entry.line(), key + " is the same as " + earlier + ": " + path);
            }
            String component =
                    single.isPresent() ? "os" : key.substring(prefix(bank.get()).length() + 1);
            banks.computeIfAbsent(ComponentId.of(component), each -> new EnumMap<>(BankId.class))
                    .put(bank.get(), path);
        });
        if (banks.isEmpty()) {
            file.problem("bank.a and bank.b are missing: " + ConfigKey.BANK_A.meaning());
        } else if (values.has(ConfigKey.BANK_A) || values.has(ConfigKey.BANK_B)) {
            if (banks.size() > 1) {
                file.problem(
                        "either bank.a and bank.b, or a bank.a.COMPONENT and a bank.b.COMPONENT for each; not both");
            }
        }
        banks.forEach((component, paths) -> {
            for (BankId bank : BankId.values()) {
                if (!paths.containsKey(bank)) {
                    file.problem("component " + component + " has no bank " + bank);
                    paths.put(bank, Values.NOWHERE);
                }
            }
        });
        return banks;
    }

    private Running running() {
        String value = values.text(ConfigKey.BANK_RUNNING).orElse("auto");
        if (value.startsWith("file:")) {
            return new Running.InFile(values.resolve(value.substring("file:".length())));
        }
        return switch (value) {
            case "auto" -> new Running.Measured(Optional.empty());
            case "A", "B" -> new Running.Measured(Optional.of(BankId.valueOf(value)));
            default -> {
                values.wrong(ConfigKey.BANK_RUNNING, value, "auto, A, B or file:PATH");
                yield new Running.Measured(Optional.empty());
            }
        };
    }

    private Boot boot() {
        String kind = values.required(ConfigKey.BOOT_KIND);
        String convention = values.text(ConfigKey.BOOT_CONVENTION).orElse("rauc");
        if (values.has(ConfigKey.BOOT_CONVENTION) && !kind.equals("uboot")) {
            values.wrong(ConfigKey.BOOT_CONVENTION, convention, "no such line with boot.kind = " + kind);
        }
        Path config = values.path(ConfigKey.BOOT_UBOOT_CONFIG).orElse(Path.of(ConfigKey.BOOT_UBOOT_CONFIG.byDefault()));
        switch (kind) {
            case "uboot" -> {
                if (convention.equals("bootcount")) {
                    String variable = values.text(ConfigKey.BOOT_SLOT_VARIABLE).orElse("slot");
                    return new Boot.UBootBootcount(config, variable, slots("A", "B"));
                }
                if (!convention.equals("rauc")) {
                    values.wrong(ConfigKey.BOOT_CONVENTION, convention, "rauc or bootcount");
                }
                return new Boot.UBootRauc(config);
            }
            case "grub" -> {
                return new Boot.Grub(
                        values.path(ConfigKey.BOOT_GRUB_ENV).orElse(Path.of(ConfigKey.BOOT_GRUB_ENV.byDefault())));
            }
            case "efi" -> {
                return new Boot.Efi(slots("twinbank-a", "twinbank-b"));
            }
            case "script" -> {
                values.required(ConfigKey.BOOT_SCRIPT);
                return new Boot.Script(values.path(ConfigKey.BOOT_SCRIPT).orElse(Values.NOWHERE));
            }
            default -> {
                if (values.has(ConfigKey.BOOT_KIND)) {
                    values.wrong(ConfigKey.BOOT_KIND, kind, ConfigKey.BOOT_KIND.meaning());
                }
                return new Boot.UBootRauc(config);
            }
        }
    }

    private Map<BankId, String> slots(String a, String b) {
        String slotA = values.text(ConfigKey.BOOT_SLOT_A).orElse(a);
        String slotB = values.text(ConfigKey.BOOT_SLOT_B).orElse(b);
        if (slotA.equals(slotB)) {
            file.problem("boot.slot.a and boot.slot.b are the same: " + slotA);
        }
        return Map.of(BankId.A, slotA, BankId.B, slotB);
    }

    private OptionalInt attempts() {
        Optional<String> value = values.text(ConfigKey.BOOT_ATTEMPTS);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().matches("[1-9]")) {
            values.wrong(ConfigKey.BOOT_ATTEMPTS, value.get(), "a number from 1 to 9");
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(value.get()));
    }

    private Anchors anchors() {
        String value = values.required(ConfigKey.TRUST_ANCHORS);
        if (value.startsWith("pkcs11:")) {
            if (!values.text(ConfigKey.KEY_KIND).equals(Optional.of("pkcs11"))) {
                values.wrong(ConfigKey.TRUST_ANCHORS, value, "key.kind = pkcs11 beside it");
            }
            return new Anchors.InToken(value.substring("pkcs11:".length()));
        }
        String[] words = value.split("\\s+(?=sha256:[^\\s]*$)", -1);
        Optional<String> digest = Optional.empty();
        if (words.length == 2) {
            digest = Optional.of(words[1].substring("sha256:".length()).toLowerCase(Locale.ROOT));
            if (!digest.get().matches("[0-9a-f]{64}")) {
                values.wrong(
                        ConfigKey.TRUST_ANCHORS,
                        words[1],
                        "sha256: and 64 hexadecimal digits, as sha256sum prints them");
            }
        }
        return new Anchors.InFile(existing(ConfigKey.TRUST_ANCHORS, values.resolve(words[0])), digest);
    }

    private Optional<Keys> keys() {
        Optional<String> kind = values.text(ConfigKey.KEY_KIND);
        if (kind.isEmpty()) {
            for (ConfigKey key : List.of(ConfigKey.KEY_FILE, ConfigKey.KEY_PKCS11_CONFIG)) {
                values.text(key).ifPresent(value -> values.wrong(key, value, "key.kind beside it"));
            }
            return Optional.empty();
        }
        Path keyFile = existing(ConfigKey.KEY_FILE);
        switch (kind.get()) {
            case "pkcs12" -> {
                return Optional.of(
                        new Keys.Pkcs12(keyFile, keyFile.resolveSibling(keyFile.getFileName() + ".password")));
            }
            case "pkcs11" -> {
                return Optional.of(new Keys.Pkcs11(existing(ConfigKey.KEY_PKCS11_CONFIG), keyFile));
            }
            default -> {
                values.wrong(ConfigKey.KEY_KIND, kind.get(), "pkcs12 or pkcs11");
                return Optional.empty();
            }
        }
    }

    private Counter counter() {
        String kind = values.text(ConfigKey.COUNTER_KIND).orElse("file");
        Optional<String> index = values.text(ConfigKey.COUNTER_TPM_INDEX);
        return switch (kind) {
            case "file" -> new Counter.InFile();
            case "tpm" -> new Counter.Tpm(tpmIndex(index.orElse(ConfigKey.COUNTER_TPM_INDEX.byDefault())));
            case "bootloader" -> new Counter.BootLoader();
            default -> {
                values.wrong(ConfigKey.COUNTER_KIND, kind, "file, tpm or bootloader");
                yield new Counter.InFile();
            }
        };
    }

    private int tpmIndex(String text) {
        if (!text.matches("0x01[0-9a-fA-F]{6}")) {
            values.wrong(ConfigKey.COUNTER_TPM_INDEX, text, "an NV index such as 0x01500010");
            return 0x01500010;
        }
        return Integer.parseInt(text.substring(2), 16);
    }

    private Optional<Mqtt> mqtt() {
        Optional<String> uri = values.text(ConfigKey.MQTT_URI);
        if (uri.isEmpty()) {
            for (ConfigKey key : OF_A_BROKER) {
                values.text(key).ifPresent(value -> values.wrong(key, value, "mqtt.uri beside it"));
            }
            return Optional.empty();
        }
        Optional<Path> ca = values.has(ConfigKey.MQTT_CA) ? Optional.of(existing(ConfigKey.MQTT_CA)) : Optional.empty();
        return Optional.of(new Mqtt(
                broker(uri.get()),
                ca,
                values.text(ConfigKey.MQTT_TOPIC_PREFIX).orElse("twinbank"),
                HttpReader.proxy(values, ConfigKey.MQTT_PROXY),
                HttpReader.login(values, ConfigKey.MQTT_PROXY, ConfigKey.MQTT_PROXY_LOGIN),
                values.words(ConfigKey.MQTT_REDIRECT_HOSTS),
                values.flag(ConfigKey.MQTT_PAYLOADS)));
    }

    private URI broker(String text) {
        String expected = "ssl://HOST:PORT or wss://HOST/PATH, or tcp:// or ws:// of a broker on this machine";
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme());
            boolean plain = scheme.equals("tcp") || scheme.equals("ws");
            boolean secure = scheme.equals("ssl") || scheme.equals("wss");
            if (uri.getHost() != null && (secure || (plain && isLocal(uri.getHost())))) {
                return uri;
            }
            values.wrong(ConfigKey.MQTT_URI, text, expected);
        } catch (URISyntaxException e) {
            values.wrong(ConfigKey.MQTT_URI, text, expected);
        }
        return URI.create("ssl://wrong");
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private Optional<Path> healthDir() {
        Optional<Path> dir = values.path(ConfigKey.HEALTH_DIR);
        dir.filter(each -> !Files.isDirectory(each))
                .ifPresent(each -> values.wrong(ConfigKey.HEALTH_DIR, each.toString(), "a folder that exists"));
        return dir;
    }

    private Optional<HealthPolicy> health() {
        String value = values.text(ConfigKey.HEALTH_COMPARE).orElse(ConfigKey.HEALTH_COMPARE.byDefault());
        switch (value) {
            case "report" -> {
                return Optional.of(HealthPolicy.reportOnly());
            }
            case "fail" -> {
                return Optional.of(HealthPolicy.failTrial(Duration.ofMinutes(5)));
            }
            case "off" -> {
                return Optional.empty();
            }
            default -> {
                values.wrong(ConfigKey.HEALTH_COMPARE, value, "report, fail or off");
                return Optional.empty();
            }
        }
    }

    private Optional<GatewayConfig.MetricsFile> metrics() {
        Duration every = values.read(
                        ConfigKey.METRICS_EVERY, "a time such as 30s, at least 1s", ConfigReader::atLeastASecond)
                .orElse(Duration.ofMinutes(1));
        Optional<Path> path = values.path(ConfigKey.METRICS_FILE);
        path.map(Path::toString)
                .filter(each -> !each.endsWith(".prom"))
                .ifPresent(each -> values.wrong(
                        ConfigKey.METRICS_FILE, each, "a name that ends in .prom: others aren't collected"));
        if (path.isEmpty()) {
            values.text(ConfigKey.METRICS_EVERY)
                    .ifPresent(each -> values.wrong(ConfigKey.METRICS_EVERY, each, "metrics.file beside it"));
        }
        return path.map(each -> new GatewayConfig.MetricsFile(each, every));
    }

    private static Duration atLeastASecond(String text) {
        Duration time = Durations.parse(text);
        if (time.isZero()) {
            throw new IllegalArgumentException(text);
        }
        return time;
    }

    private List<String> groups() {
        List<String> groups = values.text(ConfigKey.DEVICE_GROUPS).stream()
                .flatMap(text -> Stream.of(text.trim().split("\\s+")))
                .toList();
        groups.stream()
                .filter(group -> !group.matches(NAME))
                .forEach(group -> values.wrong(ConfigKey.DEVICE_GROUPS, group, "1 to 64 of A-Z a-z 0-9 . _ -"));
        return groups;
    }

    private Path existing(ConfigKey key) {
        values.required(key);
        return values.path(key).map(path -> existing(key, path)).orElse(Values.NOWHERE);
    }

    private Path existing(ConfigKey key, Path path) {
        if (values.has(key) && !Files.isRegularFile(path)) {
            values.wrong(key, path.toString(), "a file that exists");
        }
        return path;
    }
}
