// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.agentd.config.GatewayConfig;
import io.twinbank.agentd.config.GatewayConfig.Anchors;
import io.twinbank.agentd.config.GatewayConfig.Keys;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.RootOfTrust;
import io.twinbank.hal.linux.FileRootOfTrust;
import io.twinbank.hal.linux.Pkcs11Token;
import io.twinbank.hal.linux.Pkcs12Keys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Whom the gateway believes, and what it can prove.
 *
 * @param trust the anchors
 * @param keys its own keys
 * @param tlsKeys the same for TLS, with the certificates
 */
record TrustAndKeys(RootOfTrust trust, Optional<DeviceKeys> keys, Optional<KeyManagerFactory> tlsKeys) {
    private static final String DEVICE_KEY = "device";
    private static final int MAX_SECRET_CHARS = 1024;

    static TrustAndKeys open(GatewayConfig config) throws HalException {
        Optional<Keys> where = config.keys();
        if (where.isPresent() && where.get() instanceof Keys.Pkcs11 pkcs11) {
            Pkcs11Token token = Pkcs11Token.open(pkcs11.config(), secret(pkcs11.pin()));
            // TLS looks for the key there only, and this process is the daemon's own.
            Security.addProvider(token.provider());
            RootOfTrust trust = config.anchors() instanceof Anchors.InToken inToken
                    ? token.rootOfTrust(inToken.label(), Map.of())
                    : trust(config.anchors());
            return new TrustAndKeys(
                    trust, Optional.of(token.keys(DEVICE_KEY)), Optional.of(tlsKeys(token.keyStore(), new char[0])));
        } else if (where.isPresent() && where.get() instanceof Keys.Pkcs12 pkcs12) {
            DeviceKeys keys = Pkcs12Keys.open(pkcs12.file(), DEVICE_KEY, secret(pkcs12.password()));
            return new TrustAndKeys(trust(config.anchors()), Optional.of(keys), Optional.of(tlsKeys(pkcs12)));
        }
        return new TrustAndKeys(trust(config.anchors()), Optional.empty(), Optional.empty());
    }

    /** Those in a token need {@code key.kind = pkcs11}: the configuration was checked for that. */
    private static RootOfTrust trust(Anchors anchors) {
        Anchors.InFile inFile = (Anchors.InFile) anchors;
        return inFile.sha256()
                .map(digest ->
                        FileRootOfTrust.open(inFile.file(), HexFormat.of().parseHex(digest)))
                .orElseGet(() -> FileRootOfTrust.open(inFile.file()));
    }

    /** Reads a PIN or a password: the file's first line. */
    private static char[] secret(Path file) throws HalException {
        try {
            String text = Files.readString(file).lines().findFirst().orElse("");
            if (text.isEmpty() || text.length() > MAX_SECRET_CHARS) {
                throw new HalException(HalException.Kind.IO, file + ": expected a password or a PIN on its first line");
            }
            return text.toCharArray();
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, file + " can't be read: " + e, e);
        }
    }

    private static KeyManagerFactory tlsKeys(Keys.Pkcs12 pkcs12) throws HalException {
        char[] password = secret(pkcs12.password());
        try (InputStream in = Files.newInputStream(pkcs12.file())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return tlsKeys(store, password);
        } catch (IOException | GeneralSecurityException e) {
            throw new HalException(HalException.Kind.IO, pkcs12.file() + " can't be read: " + e.getMessage(), e);
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    private static KeyManagerFactory tlsKeys(KeyStore store, char[] password) throws HalException {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory;
        } catch (GeneralSecurityException e) {
            throw new HalException(HalException.Kind.IO, "the device key can't be used for TLS: " + e.getMessage(), e);
        }
    }

    /** Returns the key managers for TLS; none without a key. */
    KeyManager[] keyManagers() {
        return tlsKeys.map(KeyManagerFactory::getKeyManagers).orElse(new KeyManager[0]);
    }
}
