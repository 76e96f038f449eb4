// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.InstallPlan;
import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A share of the devices.
 *
 * @param perTenThousand of ten thousand, 0 to 10000
 */
record Share(int perTenThousand) {
    /** Reads such as {@code 2.5}. */
    static final class Converter implements ITypeConverter<Share> {
        @Override
        public Share convert(String percent) {
            try {
                int perTenThousand = new BigDecimal(percent).movePointRight(2).intValueExact();
                if (perTenThousand >= 0 && perTenThousand <= InstallPlan.ALL_DEVICES) {
                    return new Share(perTenThousand);
                }
            } catch (ArithmeticException | NumberFormatException e) {
                throw wrong(percent);
            }
            throw wrong(percent);
        }

        private static TypeConversionException wrong(String percent) {
            return new TypeConversionException(
                    "'" + percent + "' isn't a share of the devices: per cent, 0 to 100, with two decimals at most");
        }
    }

    /** Returns such as {@code 2.5 %}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(perTenThousand, 2).stripTrailingZeros().toPlainString() + " %";
    }
}
