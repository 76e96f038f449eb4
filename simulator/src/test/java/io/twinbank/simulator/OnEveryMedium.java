// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs a class of tests once on each kind of medium; its constructor gets the name of a profile. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@ValueSource(
        strings = {
            "nor-w25q128jv",
            "emmc-klm8g1getf-4k",
            "mcu-stm32l4",
            "mcu-stm32h7",
            "nand-w25n01gv",
            "nand-mlc-k9g8g08"
        })
@interface OnEveryMedium {}
