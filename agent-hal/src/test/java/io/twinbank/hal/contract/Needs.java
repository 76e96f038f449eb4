// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the real parts that a test class or method runs against. Where one is missing the test is skipped, visibly: the
 * run ends with a line for each part. With {@code -Dparts.required=all} (or a comma list of parts) it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsExtension.class)
public @interface Needs {
    /**
     * Returns the parts.
     *
     * @return at least one
     */
    Part[] value();
}
