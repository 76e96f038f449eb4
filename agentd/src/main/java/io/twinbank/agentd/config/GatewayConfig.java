// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import io.twinbank.core.HealthPolicy;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a configuration file says, checked as far as that is possible without the gateway's parts. Paths are absolute.
 *
 * @param file where it was read
 * @param device who the device is
 * @param banks the components in banks, and where each of their two banks is
 * @param running how it is found out which bank runs
 * @param boot the boot loader
 * @param attempts how many boots a trial has; empty for 3, or as many as the boot loader can do
 * @param stateDir where the records are
 * @param anchors whom the device believes
 * @param keys its own key
 * @param counter where the anti-rollback floor is
 * @param mqtt the broker
 * @param http how payloads are fetched
 * @param healthDir the folder with the self-tests
 * @param health what follows from how the device is after an update; empty if that isn't compared
 * @param metrics the file with the agent's numbers
 * @param groups that the device belongs to
 * @param policy when updates may happen
 * @param site where is to be seen what is so there
 * @param resetCommand what restarts the gateway: a program and its arguments
 */
public record GatewayConfig(
        Path file,
        DeviceIdentity device,
        Map<ComponentId, Map<BankId, Path>> banks,
        Running running,
        Boot boot,
        OptionalInt attempts,
        Path stateDir,
        Anchors anchors,
        Optional<Keys> keys,
        Counter counter,
        Optional<Mqtt> mqtt,
        Http http,
        Optional<Path> healthDir,
        Optional<HealthPolicy> health,
        Optional<MetricsFile> metrics,
        List<String> groups,
        SitePolicy policy,
        Site site,
        List<String> resetCommand) {
    /** Where the file is looked for. */
    public static final Path DEFAULT_FILE = Path.of("/etc/twinbank/twinbank.conf");

    public GatewayConfig {
        banks = new LinkedHashMap<>(banks);
        groups = List.copyOf(groups);
        resetCommand = List.copyOf(resetCommand);
    }

    /**
     * Reads a file.
     *
     * @param file where it is
     * @return what it says
     * @throws ConfigException with all that is wrong
     */
    public static GatewayConfig read(Path file) throws ConfigException {
        return new ConfigReader(ConfigFile.read(file.toAbsolutePath())).read();
    }

    /** How it is found out which bank runs. */
    public sealed interface Running {
        /**
         * It is measured.
         *
         * @param crossCheck what it has to be, or the agent is read-only
         */
        record Measured(Optional<BankId> crossCheck) implements Running {}

        /**
         * A file says it, for tests: {@code A} or {@code B}, and the file's time is that of the boot.
         *
         * @param file which
         */
        record InFile(Path file) implements Running {}
    }

    /** The boot loader. */
    public sealed interface Boot {
        /**
         * U-Boot with the variables of RAUC.
         *
         * @param config its {@code fw_env.config}
         */
        record UBootRauc(Path config) implements Boot {}

        /**
         * U-Boot with its boot counter.
         *
         * @param config its {@code fw_env.config}
         * @param variable the variable that names the bank
         * @param slots its values
         */
        record UBootBootcount(Path config, String variable, Map<BankId, String> slots) implements Boot {}

        /**
         * GRUB with the variables of RAUC.
         *
         * @param environment its environment block
         */
        record Grub(Path environment) implements Boot {}

        /**
         * UEFI's boot manager.
         *
         * @param slots what its entries are called
         */
        record Efi(Map<BankId, String> slots) implements Boot {}

        /**
         * A program that speaks for the boot loader.
         *
         * @param program which
         */
        record Script(Path program) implements Boot {}
    }

    /** Whom the device believes. */
    public sealed interface Anchors {
        /**
         * Public keys in a file.
         *
         * @param file which
         * @param sha256 what it must hash to, lower-case hexadecimal
         */
        record InFile(Path file, Optional<String> sha256) implements Anchors {}

        /**
         * Public keys in the PKCS#11 token.
         *
         * @param label what their labels begin with
         */
        record InToken(String label) implements Anchors {}
    }

    /** The device's own key. */
    public sealed interface Keys {
        /**
         * In a PKCS#12 file.
         *
         * @param file which
         * @param password the file with its password
         */
        record Pkcs12(Path file, Path password) implements Keys {}

        /**
         * In a PKCS#11 token.
         *
         * @param config of SunPKCS11
         * @param pin the file with the PIN
         */
        record Pkcs11(Path config, Path pin) implements Keys {}
    }

    /** Where the anti-rollback floor is. */
    public sealed interface Counter {
        /** In files in the state folder: whoever can write there can set it back. */
        record InFile() implements Counter {}

        /**
         * In the TPM.
         *
         * @param index the first of its NV indexes
         */
        record Tpm(int index) implements Counter {}

        /** The boot loader raises it. */
        record BootLoader() implements Counter {}
    }

    /**
     * The broker.
     *
     * @param uri its address
     * @param ca its CA; empty for Java's
     * @param topicPrefix what the topics begin with
     * @param proxy through which HTTP proxy
     * @param proxyLogin the file with the user and the password for it
     * @param redirectHosts where the broker may send the device
     * @param payloads whether payloads come over it
     */
    public record Mqtt(
            URI uri,
            Optional<Path> ca,
            String topicPrefix,
            Optional<HostPort> proxy,
            Optional<Path> proxyLogin,
            List<String> redirectHosts,
            boolean payloads) {
        public Mqtt {
            redirectHosts = List.copyOf(redirectHosts);
        }
    }

    /**
     * The file with the agent's numbers.
     *
     * @param path where it is
     * @param every how often it is written at most; at least a second
     */
    public record MetricsFile(Path path, Duration every) {}

    /**
     * Where is to be seen what is so at the site.
     *
     * @param metered the network interfaces that cost money, which may be none; empty if nobody said
     * @param load a file with the load from 0 to 1; empty for the load average
     */
    public record Site(Optional<Set<String>> metered, Optional<Path> load) {}

    /**
     * How payloads are fetched.
     *
     * @param proxy through which proxy, as {@code HOST:PORT}
     * @param login the file with the user and the password for it
     * @param mirrors what addresses begin with, and with what they may begin as well; in order
     * @param redirectHosts to which hosts a server may redirect
     * @param rangeBytes how much is asked for at once; 0 for all
     */
    public record Http(
            Optional<HostPort> proxy,
            Optional<Path> login,
            List<Mirror> mirrors,
            List<String> redirectHosts,
            long rangeBytes) {
        public Http {
            mirrors = List.copyOf(mirrors);
            redirectHosts = List.copyOf(redirectHosts);
        }

        /**
         * Another place.
         *
         * @param prefix what an address begins with
         * @param replacement what it begins with there
         */
        public record Mirror(URI prefix, URI replacement) {}
    }

    /**
     * A proxy's address.
     *
     * @param host its name
     * @param port its port
     */
    public record HostPort(String host, int port) {}
}
