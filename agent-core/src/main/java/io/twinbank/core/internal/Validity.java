// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

/** Whether something is still valid, on a device whose clock may not know, or may be wrong. */
enum Validity {
    VALID,
    CANT_TELL,
    EXPIRED
}
