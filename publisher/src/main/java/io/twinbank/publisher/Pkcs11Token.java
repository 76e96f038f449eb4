// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PKCS #11 token by way of the JDK's SunPKCS11. The provider is handed to each signature and never registered, so that
 * nothing else of the process ends up in the token. A key in it needs a certificate of the same CKA_ID beside it: the JDK
 * sees no others, and knows them by the certificate's label.
 */
final class Pkcs11Token {
    static final String MODULE_VARIABLE = "OTAPUB_PKCS11_MODULE";
    private static final Pattern SLOTS = Pattern.compile("(?m)^All slots: (.*)$");
    private static final Pattern LABEL = Pattern.compile("(?m)^Token info[^\\n]*\\n\\s*label: (.*)$");
    private static final Pattern SERIAL = Pattern.compile("(?m)^\\s*serialNumber: (.*)$");

    private final Provider provider;
    private final String label;
    private final String serial;

    private Pkcs11Token(Provider provider, String shown) {
        this.provider = provider;
        this.label = first(LABEL, shown);
        this.serial = first(SERIAL, shown);
    }

    /** Finds the key, and asks for the PIN. */
    static SigningKey key(Pkcs11Uri uri) throws IOException {
        Pkcs11Token token = find(uri, module(uri));
        char[] pin = Pin.of(uri);
        try {
            return token.key(uri, token.login(pin));
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private static String module(Pkcs11Uri uri) throws IOException {
        Optional<String> module = uri.modulePath()
                .or(() -> Optional.ofNullable(System.getenv(MODULE_VARIABLE)).filter(p -> !p.isEmpty()));
        String path = module.orElseThrow(() -> new IOException("no PKCS #11 library for " + uri
                + ": say ?module-path=/usr/lib/softhsm/libsofthsm2.so (or whatever your token's maker calls it) behind the"
                + " URI, or put the path into the environment variable " + MODULE_VARIABLE));
        if (path.chars().anyMatch(c -> c < ' ' || c == '"')) {
            throw new IOException("the path of the PKCS #11 library has a quote or a control character in it");
        }
        return path;
    }

    private static Pkcs11Token find(Pkcs11Uri uri, String module) throws IOException {
        List<Pkcs11Token> tokens = new ArrayList<>();
        int slots = 1;
        for (int i = 0; i < slots; i++) {
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            try {
                Provider provider = configure(module, i, shown);
                Pkcs11Token token = new Pkcs11Token(provider, shown.toString(StandardCharsets.UTF_8));
                if (!token.label.isEmpty()) {
                    tokens.add(token);
                }
            } catch (ProviderException | InvalidParameterException e) {
                if (!SLOTS.matcher(shown.toString(StandardCharsets.UTF_8)).find()) {
                    throw new IOException("PKCS #11 library " + module + ": " + innermost(e), e);
                }
                // the slot has no token, or one that isn't initialised
            }
            String slotIds = first(SLOTS, shown.toString(StandardCharsets.UTF_8));
            slots = slotIds.isEmpty() ? 0 : slotIds.split(",").length;
        }
        List<Pkcs11Token> wanted = tokens.stream()
                .filter(token -> token.label.equals(uri.token())
                        && uri.serial().orElse(token.serial).equals(token.serial))
                .toList();
        if (wanted.size() != 1) {
            String found = tokens.isEmpty()
                    ? "none"
                    : tokens.stream()
                            .map(Pkcs11Token::toString)
                            .sorted()
                            .toList()
                            .toString();
            throw new IOException((wanted.isEmpty() ? "no token" : wanted.size() + " tokens") + " for " + uri
                    + "; there are: " + found);
        }
        return wanted.get(0);
    }

    /**
     * SunPKCS11 has no way to ask for a token's label, but shows it, on standard output, while it is configured: the one
     * public way. Nothing else runs in this process that could write there.
     */
    private static synchronized Provider configure(String module, int slotIndex, ByteArrayOutputStream shown)
            throws IOException {
        Provider unconfigured = Security.getProvider("SunPKCS11");
        if (unconfigured == null) {
            throw new IOException("this Java has no SunPKCS11 provider (module jdk.crypto.cryptoki)");
        }
        PrintStream console = System.out;
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            return unconfigured.configure("--name=otapub" + slotIndex + "\nlibrary=\"" + module.replace("\\", "\\\\")
                    + "\"\nslotListIndex=" + slotIndex + "\nshowInfo=true\n");
        } finally {
            System.setOut(console);
        }
    }

    private KeyStore login(char[] pin) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS11", provider);
            keys.load(null, pin);
            return keys;
        } catch (IOException | GeneralSecurityException e) {
            String code = innermost(e);
            String words = code.contains("CKR_PIN_INCORRECT")
                    ? "the PIN is wrong; most tokens lock themselves after a few wrong ones"
                    : code.contains("CKR_PIN_LOCKED")
                            ? "the PIN is locked after too many wrong ones; the token's security officer unlocks it"
                            : "login failed";
            throw new IOException("token " + label + ": " + words + " (" + code + ")", e);
        }
    }

    private SigningKey key(Pkcs11Uri uri, KeyStore keys) throws IOException {
        try {
            if (!keys.isKeyEntry(uri.object())) {
                List<String> labels = new ArrayList<>();
                for (String alias : Collections.list(keys.aliases())) {
                    if (keys.isKeyEntry(alias)) {
                        labels.add(alias);
                    }
                }
                Collections.sort(labels);
                throw new IOException("no key for " + uri + "; the token's keys are " + labels
                        + ". A key is seen by the certificate of the same id beside it, under that one's label");
            }
            PublicKey publicKey = keys.getCertificate(uri.object()).getPublicKey();
            CoseKey open = open(uri, publicKey);
            Key key = keys.getKey(uri.object(), null);
            CoseAlgorithm algorithm = CoseAlgorithm.of(open.type());
            String name = (algorithm == CoseAlgorithm.ESP384 ? "SHA384" : "SHA256") + "withECDSAinP1363Format";
            return new SigningKey(algorithm, message -> sign((PrivateKey) key, name, message), open);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IOException("the key " + uri + " can't be used: " + innermost(e), e);
        }
    }

    /** SunPKCS11 signs with RSA, DSA and ECDSA only, up to Java 25 at least, whatever the token could do. */
    private CoseKey open(Pkcs11Uri uri, PublicKey publicKey) throws IOException {
        try {
            CoseKey key = CoseKey.of(publicKey.getEncoded());
            if (publicKey.getAlgorithm().equals("EC")) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the key " + uri + " can't be used: " + e.getMessage(), e);
        }
        throw new IOException("the key " + uri + " is of type " + publicKey.getAlgorithm() + "; Java "
                + Runtime.version().feature()
                + " signs with no such key in a token. Have the token's own tool sign: otapub digest, then attach");
    }

    private byte[] sign(PrivateKey key, String algorithm, byte[] message) throws GeneralSecurityException {
        try {
            Signature signature = Signature.getInstance(algorithm, provider);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw new SignatureException("token " + label + " didn't sign: " + innermost(e), e);
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1).trim() : "";
    }

    private static String innermost(Throwable e) {
        Throwable at = e;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        String message = at.getMessage();
        return message == null ? at.toString() : message;
    }

    @Override
    public String toString() {
        return "token=" + label + ";serial=" + serial;
    }
}
