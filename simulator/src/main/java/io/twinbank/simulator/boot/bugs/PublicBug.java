// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot.bugs;

import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootLoader;

/**
 * A bug that was found in a boot loader in the field.
 *
 * @param id such as {@code mcuboot-1966}
 * @param description what happens, for people
 * @param reference where it was reported
 * @param oracle which oracle must notice it
 * @param scenario in which scenario it shows
 * @param profile on which storage
 * @param depth after how many power cuts, at least
 * @param abilities what the loader can do, with the bug and without
 * @param buggy makes the loader with its bug
 * @param mended makes the same loader without
 */
public record PublicBug(
        String id,
        String description,
        String reference,
        String oracle,
        String scenario,
        String profile,
        int depth,
        Abilities abilities,
        BootLoader.Factory buggy,
        BootLoader.Factory mended) {}
