// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;

/**
 * What a manifest comes to on one device: everything that the engine needs to act. Made without side effects.
 *
 * @param component what is written
 * @param bank where
 * @param payload where its bytes are
 * @param encoding how its bytes become the image's
 * @param sizeBytes how many the image has, at least 1
 * @param imageDigest what they must hash to
 * @param securityVersion the image's security version; 0 if the manifest says none
 * @param sequence the manifest's sequence number, not negative
 * @param manifestDigest which manifest this is
 */
public record InstallPlan(
        ComponentId component,
        BankId bank,
        PayloadLocation payload,
        PayloadEncoding encoding,
        long sizeBytes,
        Digest imageDigest,
        long securityVersion,
        long sequence,
        Digest manifestDigest) {}
