// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.CoseSignature;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Quorum;
import io.twinbank.core.suit.Signer;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An {@link Order} in a COSE_Sign1 (RFC 9052, section 4.2) with the payload inside. What is signed besides is the name of
 * the format: no signature of a manifest can be passed off as one of a command, or the other way round.
 */
public final class SignedCommand {
    /** How large a signed command may be, in bytes: an order, and the largest signature that is done here. */
    public static final int MAX_BYTES = 16 << 10;

    private static final byte[] FORMAT = "twinbank-command".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DEPTH = 4;

    private SignedCommand() {}

    /**
     * Signs an order.
     *
     * @param order what to do
     * @param key a key that devices know with the role COMMAND
     * @return the signed command, as it is sent
     * @throws GeneralSecurityException if the key can't sign
     */
    public static byte[] sign(Order order, SigningKey key) throws GeneralSecurityException {
        return CoseSign1.signAttached(key, order.encode(), FORMAT);
    }

    /**
     * Checks the signature and then, only then, decodes the order. Whom it is for, its sequence and its date are the caller's.
     *
     * @param bytes what came in
     * @param policy whose keys with the role COMMAND count
     * @return the order
     * @throws RejectedException {@link RejectReason#LIMIT_EXCEEDED}, {@link RejectReason#MALFORMED}, {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM}, {@link RejectReason#UNKNOWN_KEY}, {@link RejectReason#BAD_SIGNATURE}, {@link
     *     RejectReason#THRESHOLD_NOT_MET} of what isn't authentic; and what {@link Order#decode} says
     */
    public static Order verify(byte[] bytes, TrustPolicy policy) throws RejectedException {
        return Order.decode(authenticate(bytes, policy));
    }

    /**
     * Checks the signature.
     *
     * @param bytes what came in
     * @param policy whose keys with the role COMMAND count
     * @return the encoded order
     * @throws RejectedException as {@link #verify} says
     */
    public static byte[] authenticate(byte[] bytes, TrustPolicy policy) throws RejectedException {
        if (bytes.length > MAX_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED, "size of the command in bytes", bytes.length, "at most " + MAX_BYTES);
        }
        CborReader reader = new CborReader(bytes, MAX_DEPTH);
        CoseSign1 message = CoseSign1.decode(reader);
        reader.end();
        byte[] order = message.payload()
                .orElseThrow(() ->
                        new RejectedException(RejectReason.MALFORMED, "payload of the command", "null", "the order"))
                .toByteArray();
        List<CoseKey> keys = Quorum.keys(policy, Role.COMMAND);
        CoseSignature signature = message.signature();
        CoseKey signer = signer(signature, order, keys);
        Quorum.require(
                policy.rule(Role.COMMAND),
                Role.COMMAND,
                keys,
                List.of(new Signer(signer.toString(), signature.algorithmName(), true)));
        return order;
    }

    private static CoseKey signer(CoseSignature signature, byte[] order, List<CoseKey> keys) throws RejectedException {
        CoseAlgorithm algorithm = signature.requireAlgorithm();
        String keyId = signature.keyId().map(SignedCommand::hex).orElse("");
        Optional<RejectedException> last = Optional.empty();
        for (CoseKey key : keys) {
            if (keyId.isEmpty()
                    ? key.type() == algorithm.keyType()
                    : key.toString().equals(keyId)) {
                try {
                    signature.verify(key, order, FORMAT);
                    return key;
                } catch (RejectedException e) {
                    last = Optional.of(e);
                }
            }
        }
        throw last.orElseGet(() -> new RejectedException(
                RejectReason.UNKNOWN_KEY,
                "signer of the command",
                keyId.isEmpty() ? "no key id" : keyId,
                "a key with role COMMAND that isn't revoked: " + keys));
    }

    private static String hex(Slice keyId) {
        return HexFormat.of().formatHex(keyId.toByteArray());
    }
}
