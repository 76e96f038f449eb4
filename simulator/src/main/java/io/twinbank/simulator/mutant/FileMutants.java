// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.files.FileProfile;
import io.twinbank.simulator.files.Flaw;
import java.util.List;
import java.util.Set;

/** Bugs in how the parts for Linux use files: the parts are the shipped ones, and some of their calls don't get through. */
final class FileMutants {
    private FileMutants() {}

    static List<Mutant> all() {
        return List.of(
                flawed("M53", "nobody forces a file to the medium", Flaw.NO_FILE_FORCE, Mode.SINGLE),
                flawed("M53b", "nobody forces a directory to the medium", Flaw.NO_DIRECTORY_FORCE, Mode.SINGLE),
                flawed("M54", "that a file couldn't be forced is ignored", Flaw.FORCE_ERROR_IGNORED, Mode.IO_ERRORS),
                flawed("M54b", "a force that failed is tried again, and believed", Flaw.FORCE_RETRIED, Mode.IO_ERRORS));
    }

    private static Mutant flawed(String id, String about, Flaw flaw, Mode mode) {
        FileProfile sound = FileProfile.fat();
        return new Mutant(
                id,
                about,
                Set.of("S10", "S6", "L1", "L2"),
                mode,
                () -> Stages.nor("update", "ideal").with(sound),
                any -> any.with(sound.with(flaw)));
    }
}
