// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cose.CoseSign;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.SignatureCheck;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * An {@link Order} with the signatures of its operators: in a COSE_Sign1 (RFC 9052, section 4.2), or, where several sign, in a
 * COSE_Sign (section 4.1), with the payload inside. What is signed besides is the name of the format: no signature of a
 * manifest can be passed off as one of a command, or the other way round.
 */
public final class SignedCommand {
    /** How large a signed command may be, in bytes: an order, and as many signatures by ML-DSA-87 as there may be. */
    public static final int MAX_BYTES = 48 << 10;

    /** How many signatures it may have. */
    public static final int MAX_SIGNATURES = 8;

    private static final byte[] FORMAT = "twinbank-command".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DEPTH = 5;

    private SignedCommand() {}

    /**
     * Signs an order.
     *
     * @param order what to do
     * @param keys which devices know with the role COMMAND, as many as their rule takes, 1 to {@value #MAX_SIGNATURES}
     * @return the signed command, as it is sent
     * @throws GeneralSecurityException if a key can't sign
     */
    public static byte[] sign(Order order, SigningKey... keys) throws GeneralSecurityException {
        if (keys.length < 1 || keys.length > MAX_SIGNATURES) {
            throw new IllegalArgumentException("keys: 1 to " + MAX_SIGNATURES + ", not " + keys.length);
        }
        return keys.length == 1
                ? CoseSign1.signAttached(keys[0], order.encode(), FORMAT)
                : CoseSign.signAttached(List.of(keys), order.encode(), FORMAT);
    }

    /**
     * Checks the signatures and then, only then, decodes the order. Whom it is for, its sequence and its date are the caller's.
     *
     * @param bytes what came in
     * @param policy whose keys with the role COMMAND count, by its rule
     * @return the order
     * @throws RejectedException {@link RejectReason#LIMIT_EXCEEDED}, {@link RejectReason#MALFORMED}, {@link
     *     RejectReason#UNSUPPORTED} and what {@link SignatureCheck#require} says of what isn't authentic; and what {@link
     *     Order#decode} says
     */
    public static Order verify(byte[] bytes, TrustPolicy policy) throws RejectedException {
        return Order.decode(authenticate(bytes, policy));
    }

    /**
     * Checks the signatures.
     *
     * @param bytes what came in
     * @param policy whose keys with the role COMMAND count, by its rule
     * @return the encoded order
     * @throws RejectedException as {@link #verify} says
     */
    public static byte[] authenticate(byte[] bytes, TrustPolicy policy) throws RejectedException {
        if (bytes.length > MAX_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED, "size of the command in bytes", bytes.length, "at most " + MAX_BYTES);
        }
        CborReader reader = new CborReader(bytes, MAX_DEPTH);
        CoseSign message = CoseSign.decode(reader, MAX_SIGNATURES);
        reader.end();
        byte[] order = message.payload()
                .orElseThrow(() ->
                        new RejectedException(RejectReason.MALFORMED, "payload of the command", "null", "the order"))
                .toByteArray();
        new SignatureCheck(policy, Role.COMMAND).require(message.signatures(), order, FORMAT);
        return order;
    }
}
