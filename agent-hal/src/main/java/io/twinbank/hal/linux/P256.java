// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/** The curve P-256 (FIPS 186-5), which the JDK calls secp256r1. */
final class P256 {
    private P256() {}

    static boolean isCurveOf(ECParameterSpec parameters) throws GeneralSecurityException {
        return parameters.getCurve().equals(curve());
    }

    /** Tells whether a point is on the curve. */
    static boolean has(ECPoint point) throws GeneralSecurityException {
        EllipticCurve curve = curve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        boolean inField = x.signum() >= 0 && x.compareTo(p) < 0 && y.signum() >= 0 && y.compareTo(p) < 0;
        BigInteger right =
                x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
        return inField && y.multiply(y).mod(p).equals(right);
    }

    private static EllipticCurve curve() throws GeneralSecurityException {
        AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
        p256.init(new ECGenParameterSpec("secp256r1"));
        return p256.getParameterSpec(ECParameterSpec.class).getCurve();
    }
}
