// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** The keys of the configuration file. The table in {@code docs/gateway.md} has the same. */
public enum ConfigKey {
    DEVICE_NAME("device.name", "", "1 to 64 of A-Z a-z 0-9 . _ -; also its name at the MQTT broker"),
    DEVICE_VENDOR_DOMAIN("device.vendor-domain", "", "the maker's domain, as otapub pack --vendor-domain has it"),
    DEVICE_CLASS("device.class", "", "the model, as otapub pack --model has it"),
    DEVICE_SERIAL("device.serial", "", "the serial number"),
    DEVICE_GROUPS(
            "device.groups",
            "none",
            "groups that the device belongs to, such as its model's or region's, separated by blanks: offers and commands for them are for it as well"),
    BANK_A(
            "bank.a",
            "",
            "block device, UBI volume, MTD or file of bank A; bank.a.COMPONENT for each, if there are several"),
    BANK_B("bank.b", "", "the same of bank B"),
    BANK_RUNNING(
            "bank.running",
            "auto",
            "auto, A or B to have the measurement checked against it, or file:PATH for tests: that file says A or B, and its time is that of the boot"),
    BOOT_KIND("boot.kind", "", "uboot, grub, efi or script"),
    BOOT_CONVENTION("boot.convention", "rauc", "which variables U-Boot's script knows: rauc or bootcount"),
    BOOT_UBOOT_CONFIG("boot.uboot.config", "/etc/fw_env.config", "where U-Boot's environment is"),
    BOOT_GRUB_ENV("boot.grub.env", "/boot/grub/grubenv", "GRUB's environment block"),
    BOOT_SCRIPT("boot.script", "", "a program that speaks for the boot loader, with boot.kind = script"),
    BOOT_ATTEMPTS("boot.attempts", "3, or as many as the boot loader can do", "how many boots a trial has"),
    BOOT_SLOT_VARIABLE(
            "boot.slot.variable", "slot", "with boot.convention = bootcount: the variable that names the bank"),
    BOOT_SLOT_A(
            "boot.slot.a",
            "A, or twinbank-a",
            "what the boot loader calls bank A: that variable's value, or the EFI entry's label"),
    BOOT_SLOT_B("boot.slot.b", "B, or twinbank-b", "the same of bank B"),
    STATE_DIR("state.dir", "/var/lib/twinbank", "where the agent keeps its records; 1 MiB free"),
    TRUST_ANCHORS(
            "trust.anchors",
            "",
            "the maker's public keys: FILE, or FILE sha256:HEX to refuse any other content, or pkcs11:LABEL for those in the token"),
    KEY_KIND("key.kind", "none", "pkcs12 or pkcs11: where the device's own key is"),
    KEY_PKCS11_CONFIG("key.pkcs11.config", "", "the configuration of Java's SunPKCS11"),
    KEY_FILE(
            "key.file",
            "",
            "the PKCS#12 file, its password in FILE.password beside it; or the file with the token's PIN. The key's name is device"),
    COUNTER_KIND("counter.kind", "file", "file, tpm or bootloader: where the anti-rollback floor is"),
    COUNTER_TPM_INDEX("counter.tpm.index", "0x01500010", "the first of four NV indexes"),
    MQTT_URI("mqtt.uri", "none: offline", "such as ssl://broker.example:8883, or wss://broker.example/mqtt"),
    MQTT_CA("mqtt.ca", "Java's", "the CA of the broker, PEM; read again when it changes"),
    MQTT_PROXY("mqtt.proxy", "none", "HOST:PORT of an HTTP proxy on the way to the broker"),
    MQTT_PROXY_LOGIN(
            "mqtt.proxy.login",
            "none",
            "a file with USER:PASSWORD for it, which only the agent's user should be able to read"),
    MQTT_REDIRECT_HOSTS(
            "mqtt.redirect-hosts", "none", "hosts that the broker may send the device to, separated by blanks"),
    MQTT_PAYLOADS(
            "mqtt.payloads", "no", "yes: payloads mqtt:NAME come over the broker, where nothing else gets through"),
    MQTT_TOPIC_PREFIX("mqtt.topic-prefix", "twinbank", "what the topics begin with"),
    HTTP_PROXY("http.proxy", "none", "HOST:PORT of a proxy that payloads by HTTPS go through"),
    HTTP_PROXY_LOGIN(
            "http.proxy.login",
            "none",
            "a file with USER:PASSWORD for it, which only the agent's user should be able to read"),
    HTTP_MIRRORS(
            "http.mirrors",
            "none",
            "where else payloads lie: PREFIX REPLACEMENT, several of them separated by ;, tried in this order when the server itself fails"),
    HTTP_REDIRECT_HOSTS(
            "http.redirect-hosts", "the same host", "hosts that a server may redirect to, separated by blanks"),
    HTTP_RANGE_BYTES("http.range-bytes", "all", "how much is asked for at once, such as 4M, where a server wants that"),
    HEALTH_DIR(
            "health.dir", "none: the agent's own start is the test", "the folder with required and wanted, see below"),
    HEALTH_COMPARE(
            "health.compare",
            "report",
            "report, fail or off: whether load, memory, restarts and network errors are compared with before an update, and may fail its trial"),
    METRICS_FILE(
            "metrics.file",
            "none",
            "a file NAME.prom for the textfile collector of Prometheus' node_exporter, such as /run/twinbank/twinbank.prom"),
    METRICS_EVERY("metrics.every", "1min", "how often it is written at most; only if a number has changed"),
    POLICY_ZONE("policy.zone", "UTC", "the time zone of the windows and of the month, such as Europe/Berlin"),
    POLICY_DOWNLOAD_WINDOWS(
            "policy.download.windows",
            "always",
            "when downloads may run, such as Mon-Fri 22:00-04:00; Sat,Sun 00:00-24:00"),
    POLICY_INSTALL_WINDOWS(
            "policy.install.windows",
            "always",
            "when what was downloaded may be made the next to be tried; components without an image: activated"),
    POLICY_RESTART_WINDOWS("policy.restart.windows", "always", "when the gateway may be restarted into it"),
    POLICY_BY_UPTIME(
            "policy.by-uptime",
            "none: shut until the deadline",
            "what stands in for the windows while the clock isn't trusted: LENGTH from BEGIN every ROUND, such as 2h from 1h every 24h, counted from the boot"),
    POLICY_DOWNLOAD_POWER("policy.download.power", "any", "mains, or a battery's least charge such as 50%"),
    POLICY_INSTALL_POWER("policy.install.power", "any", "the same"),
    POLICY_RESTART_POWER("policy.restart.power", "any", "the same"),
    POLICY_METERED("policy.metered", "yes", "no: nothing is downloaded over a metered link, see site.metered"),
    POLICY_CONSENT(
            "policy.consent",
            "none",
            "before what somebody has to agree: download, install, restart, or several of them"),
    POLICY_CONSENT_WITHIN("policy.consent.within", "3d", "after how long no answer counts as consent"),
    POLICY_CONSENT_DEFERRALS("policy.consent.deferrals", "3", "how often it can be postponed"),
    POLICY_CONSENT_LONGEST("policy.consent.longest", "24h", "for how long each time at most"),
    POLICY_DEADLINE(
            "policy.deadline",
            "none",
            "after how long windows, quiet hours and missing consent hold an update no more"),
    POLICY_BYTES_PER_MONTH(
            "policy.bytes-per-month", "any", "how many bytes payloads may take in a month, such as 200M"),
    POLICY_BYTES_PER_SECOND("policy.bytes-per-second", "any", "how fast a download may be, such as 64k"),
    POLICY_QUIET_HOURS(
            "policy.quiet-hours",
            "off",
            "the restart waits for a quiet hour that was learnt, within so many points of load of the quietest, such as 5; takes policy.deadline"),
    POLICY_EMERGENCY_PASSES(
            "policy.emergency-passes",
            "none",
            "what doesn't hold an emergency: some of rollout, consent, window, quiet, link, budget, power, gate"),
    SITE_METERED(
            "site.metered",
            "none: it isn't known, and counts as metered",
            "the network interfaces that cost money, such as wwan0, or nothing: the link is metered where the default route leads over one of them"),
    SITE_LOAD(
            "site.load", "the load average per processor", "a file with the load from 0 to 1, for policy.quiet-hours"),
    RESET_COMMAND("reset.command", "systemctl reboot", "restarts the gateway; words at white space, no shell");

    private final String text;
    private final String byDefault;
    private final String meaning;

    ConfigKey(String text, String byDefault, String meaning) {
        this.text = text;
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /**
     * Returns the key as the file has it.
     *
     * @return such as {@code device.name}
     */
    public String text() {
        return text;
    }

    /**
     * Returns what holds where the key isn't in the file, for people.
     *
     * @return empty if it is required, or only means something together with another one
     */
    public String byDefault() {
        return byDefault;
    }

    /**
     * Returns what is to be given, for people.
     *
     * @return a clause
     */
    public String meaning() {
        return meaning;
    }

    static Optional<ConfigKey> of(String text) {
        return Arrays.stream(values()).filter(key -> key.text.equals(text)).findFirst();
    }

    /** The key that a mistyped one is most like. */
    static ConfigKey nearest(String text) {
        return Arrays.stream(values())
                .min(Comparator.comparingInt(key -> distance(key.text, text)))
                .orElseThrow();
    }

    /** Levenshtein's. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
