// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.math.BigInteger;
import java.util.Arrays;

/** A curve y^2 = x^3 - 3x + b over a prime field whose prime is 3 modulo 4 (SP 800-186): what its points may be. */
final class PrimeCurve {
    static final PrimeCurve P256 = new PrimeCurve(
            "P-256",
            32,
            1,
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            new DerForm("3059301306072a8648ce3d020106082a8648ce3d03010703420004", 64),
            new DerForm("3039301306072a8648ce3d020106082a8648ce3d030107032200", 33));

    static final PrimeCurve P384 = new PrimeCurve(
            "P-384",
            48,
            2,
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            new DerForm("3076301006072a8648ce3d020106052b8104002203620004", 96),
            new DerForm("3046301006072a8648ce3d020106052b81040022033200", 49));

    private final String title;
    private final int coordinateBytes;
    private final int number;
    private final BigInteger prime;
    private final BigInteger b;
    private final BigInteger order;
    private final DerForm uncompressed;
    private final DerForm compressed;

    private PrimeCurve(
            String title,
            int coordinateBytes,
            int number,
            String prime,
            String b,
            String order,
            DerForm uncompressed,
            DerForm compressed) {
        this.title = title;
        this.coordinateBytes = coordinateBytes;
        this.number = number;
        this.prime = new BigInteger(prime, 16);
        this.b = new BigInteger(b, 16);
        this.order = new BigInteger(order, 16);
        this.uncompressed = uncompressed;
        this.compressed = compressed;
    }

    int coordinateBytes() {
        return coordinateBytes;
    }

    /** Returns its number in the COSE registry. */
    int number() {
        return number;
    }

    BigInteger prime() {
        return prime;
    }

    BigInteger b() {
        return b;
    }

    BigInteger order() {
        return order;
    }

    boolean fits(byte[] der) {
        return uncompressed.fits(der) || compressed.fits(der);
    }

    /** Reads a point: x and y, whichever form it came in; throws {@link IllegalArgumentException} if it isn't one. */
    byte[] point(byte[] der) {
        return uncompressed.fits(der) ? requireOnCurve(uncompressed.key(der)) : decompress(compressed.key(der));
    }

    /** Writes a point, uncompressed. */
    byte[] encode(byte[] point) {
        return uncompressed.encode(point);
    }

    /** Returns x and y if they are a point's, each once: below the prime. */
    byte[] requireOnCurve(byte[] point) {
        BigInteger x = number(point, 0);
        BigInteger y = number(point, coordinateBytes);
        boolean reduced = x.compareTo(prime) < 0 && y.compareTo(prime) < 0;
        if (!reduced || y.pow(2).subtract(right(x)).mod(prime).signum() != 0) {
            throw notOnCurve();
        }
        return point;
    }

    /** Whether r and s are those of a signature: from 1 to the order, exclusive. */
    boolean inRange(byte[] signature) {
        return isScalar(number(signature, 0)) && isScalar(number(signature, coordinateBytes));
    }

    private boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(order) < 0;
    }

    private byte[] decompress(byte[] given) {
        BigInteger x = number(given, 1);
        BigInteger root = right(x).modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
        boolean known = given[0] == 2 || given[0] == 3;
        BigInteger y = root.testBit(0) == (given[0] == 3) ? root : prime.subtract(root);
        if (!known || y.compareTo(prime) >= 0) { // the root 0 has no other sign
            throw notOnCurve();
        }
        byte[] point = new byte[2 * coordinateBytes];
        System.arraycopy(given, 1, point, 0, coordinateBytes);
        byte[] digits = y.toByteArray();
        int length = Math.min(digits.length, coordinateBytes);
        System.arraycopy(digits, digits.length - length, point, point.length - length, length);
        return requireOnCurve(point);
    }

    private BigInteger right(BigInteger x) {
        return x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b);
    }

    private BigInteger number(byte[] bytes, int offset) {
        return new BigInteger(1, Arrays.copyOfRange(bytes, offset, offset + coordinateBytes));
    }

    private IllegalArgumentException notOnCurve() {
        return new IllegalArgumentException("public key: the point isn't on " + title);
    }
}
