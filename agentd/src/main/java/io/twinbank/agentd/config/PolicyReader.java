// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.agentd.config.GatewayConfig.Site;
import io.twinbank.core.policy.Consent;
import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.PowerNeed;
import io.twinbank.core.policy.QuietHours;
import io.twinbank.core.policy.Restriction;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.UptimeWindow;
import io.twinbank.core.policy.WeeklyWindow;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the file says about when updates may happen, and how many bytes they may cost. */
final class PolicyReader {
    private static final Pattern BY_UPTIME = Pattern.compile("(\\S+) from (\\S+) every (\\S+)");
    private static final Map<Phase, ConfigKey> WINDOWS = Map.of(
            Phase.DOWNLOAD, ConfigKey.POLICY_DOWNLOAD_WINDOWS,
            Phase.INSTALL, ConfigKey.POLICY_INSTALL_WINDOWS,
            Phase.RESET, ConfigKey.POLICY_RESTART_WINDOWS);
    private static final Map<Phase, ConfigKey> POWER = Map.of(
            Phase.DOWNLOAD, ConfigKey.POLICY_DOWNLOAD_POWER,
            Phase.INSTALL, ConfigKey.POLICY_INSTALL_POWER,
            Phase.RESET, ConfigKey.POLICY_RESTART_POWER);
    private static final Map<String, Phase> PHASES =
            Map.of("download", Phase.DOWNLOAD, "install", Phase.INSTALL, "restart", Phase.RESET);

    private final ConfigFile file;
    private final Values values;

    PolicyReader(ConfigFile file) {
        this.file = file;
        this.values = new Values(file);
    }

    SitePolicy policy() {
        SitePolicy.Builder policy = SitePolicy.builder();
        values.read(ConfigKey.POLICY_ZONE, "a time zone such as Europe/Berlin", ZoneId::of)
                .ifPresent(policy::zone);
        Set<Phase> asked = consented();
        Optional<UptimeWindow> byUptime =
                values.read(ConfigKey.POLICY_BY_UPTIME, "such as 2h from 1h every 24h", PolicyReader::byUptime);
        for (Phase phase : Phase.values()) {
            policy.rule(phase, rule(phase, asked.contains(phase), byUptime));
        }
        if (!asked.isEmpty()) {
            policy.consent(terms());
        }
        values.read(ConfigKey.POLICY_DEADLINE, "a time such as 7d", Durations::parse)
                .ifPresent(policy::deadline);
        values.read(ConfigKey.POLICY_BYTES_PER_MONTH, "a number of bytes such as 200M", Bytes::parse)
                .ifPresent(policy::budget);
        values.read(ConfigKey.POLICY_BYTES_PER_SECOND, "a number of bytes such as 64k", Bytes::parse)
                .ifPresent(policy::bytesPerSecond);
        if (!values.text(ConfigKey.POLICY_QUIET_HOURS).equals(Optional.of("off"))) {
            values.read(
                            ConfigKey.POLICY_QUIET_HOURS,
                            "off, or 0 to 100",
                            text -> new QuietHours(Integer.parseInt(text)))
                    .ifPresent(policy::quiet);
        }
        policy.emergencyPasses(passed().toArray(Restriction[]::new));
        try {
            return policy.build();
        } catch (IllegalArgumentException e) {
            file.problem("policy: " + e.getMessage());
            return SitePolicy.open();
        }
    }

    private PhaseRule rule(Phase phase, boolean consent, Optional<UptimeWindow> byUptime) {
        List<WeeklyWindow> windows = values.read(
                        key(WINDOWS, phase),
                        "windows such as Mon-Fri 22:00-04:00; Sat 00:00-24:00",
                        PolicyReader::windows)
                .orElse(List.of());
        Optional<PowerNeed> power =
                values.read(key(POWER, phase), "mains, or a charge such as 50%", PolicyReader::power);
        boolean metered = phase != Phase.DOWNLOAD || values.flag(ConfigKey.POLICY_METERED);
        return new PhaseRule(windows, windows.isEmpty() ? Optional.empty() : byUptime, power, metered, consent);
    }

    private static ConfigKey key(Map<Phase, ConfigKey> keys, Phase phase) {
        return Optional.ofNullable(keys.get(phase)).orElseThrow();
    }

    private Set<Phase> consented() {
        Set<Phase> phases = EnumSet.noneOf(Phase.class);
        for (String word : values.words(ConfigKey.POLICY_CONSENT)) {
            Optional<Phase> phase = Optional.ofNullable(PHASES.get(word));
            phase.ifPresentOrElse(
                    phases::add, () -> values.wrong(ConfigKey.POLICY_CONSENT, word, "download, install or restart"));
        }
        return phases;
    }

    private Consent terms() {
        Duration within = values.read(ConfigKey.POLICY_CONSENT_WITHIN, "a time such as 3d", Durations::parse)
                .orElse(Duration.ofDays(3));
        int deferrals = values.read(ConfigKey.POLICY_CONSENT_DEFERRALS, "0 to 100", text -> {
                    int number = Integer.parseInt(text);
                    return new Consent(within, number, Duration.ZERO).maxDeferrals();
                })
                .orElse(3);
        Duration longest = values.read(ConfigKey.POLICY_CONSENT_LONGEST, "a time such as 24h", Durations::parse)
                .orElse(Duration.ofDays(1));
        return new Consent(within, deferrals, longest);
    }

    private Set<Restriction> passed() {
        Set<Restriction> passed = EnumSet.noneOf(Restriction.class);
        for (String word : values.words(ConfigKey.POLICY_EMERGENCY_PASSES)) {
            Optional<Restriction> what = Arrays.stream(Restriction.values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
            what.ifPresentOrElse(
                    passed::add,
                    () -> values.wrong(
                            ConfigKey.POLICY_EMERGENCY_PASSES,
                            word,
                            "some of rollout, consent, window, quiet, link, budget, power, gate"));
        }
        return passed;
    }

    /** What is so at the site, and where that is to be seen. */
    Site site() {
        return new Site(
                values.text(ConfigKey.SITE_METERED)
                        .map(text -> Set.copyOf(List.of(text.trim().split("\\s+", 0)))),
                values.path(ConfigKey.SITE_LOAD));
    }

    private static List<WeeklyWindow> windows(String text) {
        return Stream.of(text.split(";"))
                .map(String::trim)
                .map(WeeklyWindow::parse)
                .toList();
    }

    private static PowerNeed power(String text) {
        if (text.equals("mains")) {
            return PowerNeed.mains();
        } else if (text.matches("\\d{1,3}%")) {
            return PowerNeed.mainsOrBattery(Integer.parseInt(text.substring(0, text.length() - 1)));
        }
        throw new IllegalArgumentException(text);
    }

    private static UptimeWindow byUptime(String text) {
        Matcher form = BY_UPTIME.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(text);
        }
        return new UptimeWindow(
                Durations.parse(form.group(3)), Durations.parse(form.group(2)), Durations.parse(form.group(1)));
    }
}
