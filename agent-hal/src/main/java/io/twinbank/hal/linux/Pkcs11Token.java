// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import io.twinbank.hal.Role;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.Rule;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A PKCS#11 token: an HSM, a TPM behind tpm2-pkcs11, or SoftHSM. It holds the device key, the key of the TLS client, and where wanted the
 * certificates of those whom the device believes.
 *
 * <p>What can be had through the JDK's SunPKCS11 provider and nothing else. The provider isn't registered in the process; for TLS the
 * process's owner has to, see {@link #provider()}. Threads may share a token, as SunPKCS11 has it.
 */
public final class Pkcs11Token {
    private static final String SUN_PKCS11 = "SunPKCS11";
    private static final String ALL_ROLES = "all";

    private final Path config;
    private final Provider provider;
    private final KeyStore keyStore;

    private Pkcs11Token(Path config, Provider provider, KeyStore keyStore) {
        this.config = config;
        this.provider = provider;
        this.keyStore = keyStore;
    }

    /**
     * Logs in to a token. A process logs in once: where it has, on this token, the PIN isn't looked at again.
     *
     * @param config SunPKCS11's configuration file: {@code name}, {@code library}, {@code slot} or {@code slotListIndex}, attributes
     * @param pin the user's; wiped before this returns or throws
     * @return the token
     * @throws HalException {@code LOCKED} if the token refuses the PIN: to try again would lock it in the end; {@code IO} if file,
     *     library or token isn't as it must be; {@code UNSUPPORTED} if this Java has no SunPKCS11
     */
    public static Pkcs11Token open(Path config, char[] pin) throws HalException {
        try {
            Provider provider = configure(config);
            KeyStore keyStore = KeyStore.getInstance("PKCS11", provider);
            keyStore.load(null, pin);
            return new Pkcs11Token(config, provider, keyStore);
        } catch (IOException | GeneralSecurityException | ProviderException | InvalidParameterException e) {
            throw e instanceof HalException already ? already : refused(config, e);
        } finally {
            Arrays.fill(pin, ' ');
        }
    }

    private static Provider configure(Path config) throws HalException {
        Provider unconfigured = Security.getProvider(SUN_PKCS11);
        if (unconfigured == null) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "this Java has no " + SUN_PKCS11 + ": make its run-time image with the module jdk.crypto.cryptoki");
        }
        if (!Files.isReadable(config)) {
            throw new HalException(
                    HalException.Kind.IO,
                    config + " can't be read: expected SunPKCS11's configuration, with name, library and slot");
        }
        return unconfigured.configure(config.toString());
    }

    private static HalException refused(Path config, Exception e) {
        String found = innermost(e);
        HalException.Kind kind = found.contains("CKR_PIN") ? HalException.Kind.LOCKED : HalException.Kind.IO;
        String expected = "a token; see name, library and slot in it, and 'pkcs11-tool --list-slots'";
        if (found.contains("CKR_PIN_LOCKED")) {
            expected = "a user PIN that isn't locked; the security officer can set a new one";
        } else if (found.contains("CKR_PIN")) {
            expected = "the user PIN; some tokens lock after a few wrong ones";
        } else if (found.matches("(?i).*(slot|CKR_TOKEN|CKR_USER_PIN).*")) {
            expected = "an initialised token in that slot; 'pkcs11-tool --list-slots' shows them";
        } else if (found.contains("does not exist")) {
            expected = "the token's PKCS#11 library; install it, or correct library in the file";
        }
        return new HalException(kind, "no token by " + config + ": found " + found + ", expected " + expected, e);
    }

    /** Only the innermost exception tells what the token said, as a name of the standard that begins with CKR. */
    static String innermost(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /**
     * Returns what is on the token, for the TLS client among others. Its keys need no password.
     *
     * @return the key store, logged in; live: what it deletes is deleted on the token
     */
    public KeyStore keyStore() {
        return keyStore;
    }

    /**
     * Returns what the token's keys can be used with. TLS finds it only among those of the process: who owns the process calls {@link
     * Security#addProvider} with it once, before the first handshake. At the end of the list it changes nothing for other keys.
     *
     * @return the provider
     */
    public Provider provider() {
        return provider;
    }

    /**
     * Returns the keys, one of them the device's. It is tried out: a certificate that isn't its own would make the device
     * somebody else.
     *
     * @param alias the label of the device key's certificate
     * @return the keys
     * @throws HalException {@code UNSUPPORTED} if there is no P-256 key with its certificate under that name; {@code IO}
     */
    public Pkcs11Keys keys(String alias) throws HalException {
        return Pkcs11Keys.of(this, alias);
    }

    /**
     * Returns the policy that certificates on the token make: those that its security officer marked as trusted, and whose label is a
     * prefix, roles and a name, such as {@code twinbank:root,firmware:alice} or {@code twinbank:all:bob}. Of a certificate only the
     * key counts. Whoever has but the user's PIN can't add one.
     *
     * @param labelPrefix what the labels begin with, such as {@code twinbank:}
     * @param rules how many distinct keys each role takes; a role that isn't named takes one
     * @return the root of trust, which can't bind; the token is read at each {@link RootOfTrust#factoryPolicy()}
     */
    public RootOfTrust rootOfTrust(String labelPrefix, Map<Role, Rule> rules) {
        return new UnboundRootOfTrust() {
            @Override
            public TrustPolicy factoryPolicy() throws HalException {
                return policy(labelPrefix, rules);
            }
        };
    }

    private TrustPolicy policy(String labelPrefix, Map<Role, Rule> rules) throws HalException {
        String what = "the trust anchors of " + this;
        try {
            reload();
            List<TrustAnchor> anchors = new ArrayList<>();
            for (String label : aliases()) {
                if (label.startsWith(labelPrefix) && keyStore.isCertificateEntry(label)) {
                    Certificate certificate = keyStore.getCertificate(label);
                    anchors.add(anchor(
                            label,
                            label.substring(labelPrefix.length()),
                            certificate.getPublicKey().getEncoded()));
                }
            }
            return AnchorFile.checked(anchors, rules);
        } catch (IllegalArgumentException e) {
            throw new HalException(
                    HalException.Kind.IO,
                    what + ", trusted certificates whose labels begin with '" + labelPrefix + "': " + e.getMessage(),
                    e);
        } catch (GeneralSecurityException | ProviderException | IOException e) {
            throw new HalException(HalException.Kind.IO, what + " can't be read: " + innermost(e), e);
        }
    }

    private static TrustAnchor anchor(String label, String rolesAndName, byte[] key) {
        int colon = rolesAndName.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("found label '" + label
                    + "', expected roles and a name behind the prefix," + " such as root,firmware:alice");
        }
        String roles = rolesAndName.substring(0, colon);
        Set<Role> set = roles.equals(ALL_ROLES) ? EnumSet.allOf(Role.class) : AnchorFile.roles(roles);
        return new TrustAnchor(rolesAndName.substring(colon + 1), key, set);
    }

    /** The key store shows what was there when it was loaded. */
    void reload() throws IOException, GeneralSecurityException {
        keyStore.load(null, null);
    }

    /** Returns the labels in order. */
    Set<String> aliases() throws GeneralSecurityException {
        return new TreeSet<>(Collections.list(keyStore.aliases()));
    }

    Path config() {
        return config;
    }

    /** Returns such as {@code token SunPKCS11-Board of /etc/twinbank/p11.conf}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "token %s of %s", provider.getName(), config);
    }
}
