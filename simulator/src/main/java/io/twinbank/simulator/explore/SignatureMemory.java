// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.medium.StateHash;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a signature check said. A campaign checks the same few signatures, over the same bytes, millions of times,
 * and an Ed25519 check costs as much as the rest of a recovery. Each different one is checked for real, once; agent and boot
 * loader run unchanged.
 */
public final class SignatureMemory extends Provider {
    private static final long serialVersionUID = 1L;
    private static final String NAME = "TwinbankSignatureMemory";
    private static final String ALGORITHM = "Ed25519";
    private static final String CHECKER = "SunEC";
    private static final int MAX_REMEMBERED = 1 << 18;

    private final transient Map<StateHash.Key, Boolean> remembered = new ConcurrentHashMap<>();

    private SignatureMemory() {
        super(NAME, "1", "Ed25519 checks, each different one made once by " + CHECKER);
        putService(new Service(this, "Signature", ALGORITHM, Spi.class.getName(), List.of(), Map.of()) {
            @Override
            public Object newInstance(Object parameter) {
                return new Spi(remembered);
            }
        });
    }

    /** Takes the checks of this process over for good; only for processes that do nothing but campaigns. */
    public static void install() {
        if (Security.getProvider(NAME) == null) {
            Security.insertProviderAt(new SignatureMemory(), placeOfChecker());
        }
    }

    /** Before the one that checks, and not before all: every look-up of a digest would ask here first. */
    private static int placeOfChecker() {
        List<Provider> providers = List.of(Security.getProviders());
        return 1 + providers.indexOf(Security.getProvider(CHECKER));
    }

    /**
     * Does work with these checks; afterwards the process has those that it had before.
     *
     * @param <T> what comes of it
     * @param work what to do; what runs in this process at the same time gets the same checks
     * @return what it returns
     */
    public static <T> T during(Supplier<T> work) {
        boolean forGood = Security.getProvider(NAME) != null;
        install();
        try {
            return work.get();
        } finally {
            if (!forGood) {
                Security.removeProvider(NAME);
            }
        }
    }

    /** One check. */
    private static final class Spi extends SignatureSpi {
        private final Map<StateHash.Key, Boolean> remembered;
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private @Nullable PublicKey verifyingKey;
        private @Nullable PrivateKey signingKey;

        Spi(Map<StateHash.Key, Boolean> remembered) {
            this.remembered = remembered;
        }

        @Override
        protected void engineInitVerify(PublicKey key) {
            verifyingKey = key;
            message.reset();
        }

        @Override
        protected void engineInitSign(PrivateKey key) {
            signingKey = key;
            message.reset();
        }

        @Override
        protected void engineUpdate(byte b) {
            message.write(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {
            message.write(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            try {
                Signature signature = Signature.getInstance(ALGORITHM, CHECKER);
                signature.initSign(signingKey);
                signature.update(message.toByteArray());
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new SignatureException(e);
            }
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            PublicKey key = verifyingKey;
            if (key == null) {
                throw new SignatureException("no key to check with");
            }
            StateHash hash = new StateHash();
            hash.add(key.getEncoded());
            hash.add(message.toByteArray());
            hash.add(signature);
            StateHash.Key question = hash.key();
            Boolean known = remembered.get(question);
            if (known != null) {
                return known;
            }
            boolean good = check(key, signature);
            if (remembered.size() < MAX_REMEMBERED) {
                remembered.put(question, good);
            }
            return good;
        }

        /** A signature that isn't even well-formed throws, each time. */
        private boolean check(PublicKey key, byte[] signature) throws SignatureException {
            try {
                Signature checker = Signature.getInstance(ALGORITHM, CHECKER);
                checker.initVerify(key);
                checker.update(message.toByteArray());
                return checker.verify(signature);
            } catch (InvalidKeyException e) {
                throw new SignatureException("not a key for " + ALGORITHM, e);
            } catch (SignatureException e) {
                throw e;
            } catch (GeneralSecurityException e) {
                throw new SignatureException(e);
            }
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new InvalidParameterException(ALGORITHM + " has no parameters");
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new InvalidParameterException(ALGORITHM + " has no parameters");
        }
    }
}
