// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * A COSE_Encrypt (RFC 9052, section 5.1), tagged, its ciphertext elsewhere: what a manifest says of an encrypted payload
 * (draft-ietf-suit-firmware-encryption). It holds no key. Immutable.
 */
public final class CoseEncrypt {
    /** How many recipients a message may have: for each the device may have to ask its key store. */
    public static final int MAX_RECIPIENTS = 64;

    static final long TAG = 96;
    static final long IV = 5;
    static final long EPHEMERAL_KEY = -1;

    private final ContentAlgorithm algorithm;
    private final byte[] protectedBytes;
    private final byte[] iv;
    private final List<Recipient> recipients;

    CoseEncrypt(ContentAlgorithm algorithm, byte[] protectedBytes, byte[] iv, List<Recipient> recipients) {
        this.algorithm = algorithm;
        this.protectedBytes = protectedBytes;
        this.iv = iv;
        this.recipients = List.copyOf(recipients);
    }

    /**
     * Makes a message.
     *
     * @param algorithm how the payload is encrypted
     * @param iv the nonce, never used before with the content key
     * @param recipients for whom the content key was wrapped, at least one
     * @return the message
     */
    public static CoseEncrypt of(ContentAlgorithm algorithm, byte[] iv, List<Recipient> recipients) {
        if (iv.length != algorithm.ivBytes()) {
            throw new IllegalArgumentException("iv has " + iv.length + " bytes, not " + algorithm.ivBytes());
        }
        if (recipients.isEmpty() || recipients.size() > MAX_RECIPIENTS) {
            throw new IllegalArgumentException(
                    "recipients must be 1 to " + MAX_RECIPIENTS + ", not " + recipients.size());
        }
        byte[] header = algorithm.authenticates()
                ? new CborWriter()
                        .map(m -> m.entry(CoseHeaders.ALGORITHM).integer(algorithm.id()))
                        .toByteArray()
                : new byte[0];
        return new CoseEncrypt(algorithm, header, iv.clone(), recipients);
    }

    /**
     * Decodes a message.
     *
     * @param bytes it and nothing else
     * @return the message, with at least one recipient of a kind that is done here
     * @throws RejectedException {@link RejectReason#MALFORMED}, {@link RejectReason#LIMIT_EXCEEDED}, {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM}, or {@link RejectReason#UNSUPPORTED} for a header that would change the
     *     meaning
     */
    public static CoseEncrypt decode(Slice bytes) throws RejectedException {
        return new CoseEncryptDecoder(bytes.offset()).decode(bytes);
    }

    /**
     * Encodes the message.
     *
     * @return with its tag
     */
    public byte[] encode() {
        return new CborWriter()
                .tag(TAG)
                .array(a -> {
                    a.bytes(protectedBytes);
                    a.map(m -> {
                        if (!algorithm.authenticates()) {
                            m.entry(CoseHeaders.ALGORITHM).integer(algorithm.id());
                        }
                        m.entry(IV).bytes(iv);
                    });
                    a.nil();
                    a.array(list -> recipients.forEach(recipient -> recipient.encode(list)));
                })
                .toByteArray();
    }

    /**
     * Returns how the payload is encrypted.
     *
     * @return the algorithm
     */
    public ContentAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * Returns the nonce.
     *
     * @return as long as the algorithm wants it
     */
    public byte[] iv() {
        return iv.clone();
    }

    /**
     * Returns for whom it is, as far as that is done here.
     *
     * @return at least one
     */
    public List<Recipient> recipients() {
        return recipients;
    }

    /**
     * Returns what is authenticated besides the payload.
     *
     * @param externalAad what both sides know, mostly empty
     * @return an encoded Enc_structure
     */
    public byte[] additionalData(byte[] externalAad) {
        return new CborWriter()
                .array(a -> a.text("Encrypt").bytes(protectedBytes).bytes(externalAad))
                .toByteArray();
    }

    /**
     * Has the device unwrap the content key.
     *
     * @param keys of the device; empty if it has none
     * @return the key; one that can't leave its token has no encoded form
     * @throws RejectedException {@link RejectReason#DECRYPTION_FAILED} if the device is no recipient
     * @throws HalException if the key store is in trouble
     */
    public SecretKey contentKey(Optional<DeviceKeys> keys) throws RejectedException, HalException {
        if (keys.isEmpty()) {
            throw new RejectedException(
                    RejectReason.DECRYPTION_FAILED, "keys of this device", "none", "one of " + recipients);
        }
        for (Recipient recipient : recipients) {
            Optional<SecretKey> key = recipient.unwrap(keys.get());
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new RejectedException(
                RejectReason.DECRYPTION_FAILED,
                "recipients of the content key",
                recipients,
                "one whose key this device holds");
    }

    /** Returns such as {@code A128GCM (1) for [kid-1 by A128KW]}. */
    @Override
    public String toString() {
        return algorithm + " for " + recipients;
    }
}
