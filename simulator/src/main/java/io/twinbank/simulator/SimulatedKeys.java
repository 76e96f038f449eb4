// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.DeviceKeys;
import io.twinbank.hal.HalException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys that are all the same secret, which an observer knows when it sees it where it mustn't be. They sign nothing. */
public final class SimulatedKeys implements DeviceKeys {
    private static final byte[] SECRET = HexFormat.of().parseHex("5ec2e75ec2e7c0de5ec2e75ec2e7c0de");

    SimulatedKeys() {}

    /**
     * Returns the key that unwrapping gives: what simulated payloads are encrypted with.
     *
     * @return an AES key of 16 bytes
     */
    public static SecretKey contentKey() {
        return new SecretKeySpec(SECRET, "AES");
    }

    /**
     * Tells whether bytes hold the secret in clear.
     *
     * @param bytes any
     * @return whether it is anywhere in them
     */
    public static boolean areIn(byte[] bytes) {
        for (int at = 0; at <= bytes.length - SECRET.length; at++) {
            if (bytes[at] == SECRET[0] && Arrays.equals(bytes, at, at + SECRET.length, SECRET, 0, SECRET.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public byte[] publicKey() throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't sign");
    }

    @Override
    public byte[] sign(byte[] data) throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't sign");
    }

    @Override
    public SecretKey agree(byte[] peerPublicKey, byte[] kdfInfo, int bytes) {
        return contentKey();
    }

    @Override
    public SecretKey unwrap(String kek, byte[] wrapped) {
        return contentKey();
    }

    @Override
    public void zeroize() throws HalException {
        throw new HalException(HalException.Kind.UNSUPPORTED, "this board can't forget its keys");
    }
}
