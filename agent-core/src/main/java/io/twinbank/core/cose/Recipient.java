// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One who can unwrap a content key: whoever holds a key-encryption key (AES-KW), or the private half of a device's key
 * (ECDH-ES+A128KW, ECDH-ES+A256KW). Immutable.
 */
public final class Recipient {
    /** How a content key is wrapped. */
    enum Wrapping {
        A128KW(-3, 16, -3),
        A256KW(-5, 32, -5),
        ECDH_ES_A128KW(-29, 16, -3),
        ECDH_ES_A256KW(-31, 32, -5);

        private final int id;
        private final int kekBytes;
        private final int keyWrap;

        Wrapping(int id, int kekBytes, int keyWrap) {
            this.id = id;
            this.kekBytes = kekBytes;
            this.keyWrap = keyWrap;
        }

        /** Whether the key that wraps is agreed upon, with a device's key. */
        boolean agrees() {
            return id != keyWrap;
        }

        byte[] protectedHeader() {
            return new CborWriter()
                    .map(m -> m.entry(CoseHeaders.ALGORITHM).integer(id))
                    .toByteArray();
        }

        /** The COSE_KDF_Context of draft-ietf-suit-firmware-encryption: of the key that wraps, not of the content's. */
        byte[] kdfContext() {
            return new CborWriter()
                    .array(context -> context.integer(keyWrap)
                            .array(Recipient::nobody)
                            .array(Recipient::nobody)
                            .array(info -> info.integer((long) kekBytes * Byte.SIZE)
                                    .bytes(protectedHeader())
                                    .bytes("SUIT Payload Encryption".getBytes(StandardCharsets.US_ASCII))))
                    .toByteArray();
        }

        static Optional<Wrapping> find(long id) {
            return Arrays.stream(values()).filter(each -> each.id == id).findFirst();
        }
    }

    private final Wrapping wrapping;
    private final Optional<AgreementKey> ephemeral;
    private final byte[] keyId;
    private final byte[] wrapped;

    /** Makes a recipient; an empty key id is none. */
    Recipient(Wrapping wrapping, Optional<AgreementKey> ephemeral, byte[] keyId, byte[] wrapped) {
        this.wrapping = wrapping;
        this.ephemeral = ephemeral;
        this.keyId = keyId.clone();
        this.wrapped = wrapped.clone();
    }

    /**
     * Returns the algorithms by which content keys are wrapped.
     *
     * @return their numbers in the COSE registry
     */
    public static LongStream algorithms() {
        return Arrays.stream(Wrapping.values()).mapToLong(wrapping -> wrapping.id);
    }

    /**
     * Wraps a content key for a device, by ECDH-ES+A128KW.
     *
     * @param device its public key
     * @param contentKey what is wrapped
     * @return a recipient with a fresh ephemeral key, named by the device key's thumbprint
     * @throws GeneralSecurityException if a key can't be used
     */
    public static Recipient of(AgreementKey device, SecretKey contentKey) throws GeneralSecurityException {
        return of(device, Wrapping.ECDH_ES_A128KW, contentKey);
    }

    /**
     * Wraps a content key for a device, by ECDH-ES+A256KW.
     *
     * @param device its public key
     * @param contentKey what is wrapped
     * @return a recipient with a fresh ephemeral key, named by the device key's thumbprint
     * @throws GeneralSecurityException if a key can't be used
     */
    public static Recipient by256(AgreementKey device, SecretKey contentKey) throws GeneralSecurityException {
        return of(device, Wrapping.ECDH_ES_A256KW, contentKey);
    }

    private static Recipient of(AgreementKey device, Wrapping wrapping, SecretKey contentKey)
            throws GeneralSecurityException {
        KeyPair pair = device.ephemeral();
        KeyAgreement agreement = KeyAgreement.getInstance(device.agreement());
        agreement.init(pair.getPrivate());
        agreement.doPhase(device.publicKey(), true);
        byte[] secret = agreement.generateSecret();
        byte[] kek = Hkdf.sha256(secret, new byte[0], wrapping.kdfContext(), wrapping.kekBytes);
        try {
            return new Recipient(
                    wrapping,
                    Optional.of(AgreementKey.of(pair.getPublic().getEncoded())),
                    device.thumbprint(),
                    wrap(new SecretKeySpec(kek, "AES"), contentKey));
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(kek, (byte) 0);
        }
    }

    /**
     * Wraps a content key for all devices that hold a key-encryption key.
     *
     * @param kekName what the devices call it
     * @param kek an AES key of 16 or 32 bytes
     * @param contentKey what is wrapped
     * @return a recipient
     * @throws GeneralSecurityException if a key can't be used
     */
    public static Recipient of(String kekName, SecretKey kek, SecretKey contentKey) throws GeneralSecurityException {
        Wrapping wrapping = kek.getEncoded().length == Wrapping.A128KW.kekBytes ? Wrapping.A128KW : Wrapping.A256KW;
        byte[] keyId = kekName.getBytes(StandardCharsets.UTF_8);
        return new Recipient(wrapping, Optional.empty(), keyId, wrap(kek, contentKey));
    }

    private static byte[] wrap(SecretKey kek, SecretKey contentKey) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.WRAP_MODE, kek);
        return cipher.wrap(contentKey);
    }

    /**
     * Unwraps the content key with what the device has.
     *
     * @return empty if this recipient is another device
     * @throws HalException if the key store is in trouble
     */
    Optional<SecretKey> unwrap(DeviceKeys keys) throws HalException {
        try {
            if (ephemeral.isEmpty()) {
                return Optional.of(keys.unwrap(keyName(), wrapped.clone()));
            }
            SecretKey kek =
                    keys.agree(ephemeral.get().subjectPublicKeyInfo(), wrapping.kdfContext(), wrapping.kekBytes);
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.UNWRAP_MODE, kek);
            return Optional.of((SecretKey) cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY));
        } catch (HalException e) {
            if (e.kind() == HalException.Kind.UNSUPPORTED) {
                return Optional.empty();
            }
            throw e;
        } catch (GeneralSecurityException e) {
            return Optional.empty(); // AES key wrap notices that it isn't the key that wrapped
        }
    }

    /** Names the key of this recipient: the key id if it is text, else in hexadecimal. */
    String keyName() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(keyId))
                    .toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            return HexFormat.of().formatHex(keyId);
        }
        return HexFormat.of().formatHex(keyId);
    }

    void encode(CborWriter writer) {
        writer.array(a -> {
            a.bytes(wrapping.agrees() ? wrapping.protectedHeader() : new byte[0]);
            a.map(m -> {
                if (ephemeral.isPresent()) {
                    ephemeral.get().encode(m.entry(CoseEncrypt.EPHEMERAL_KEY));
                } else {
                    m.entry(CoseHeaders.ALGORITHM).integer(wrapping.id);
                }
                if (keyId.length > 0) {
                    m.entry(CoseHeaders.KEY_ID).bytes(keyId);
                }
            });
            a.bytes(wrapped);
        });
    }

    private static void nobody(CborWriter party) {
        party.nil().nil().nil();
    }

    /** Returns such as {@code kid-1 by A128KW}; never the key. */
    @Override
    public String toString() {
        return (keyId.length == 0 ? "unnamed" : keyName()) + " by " + wrapping;
    }
}
