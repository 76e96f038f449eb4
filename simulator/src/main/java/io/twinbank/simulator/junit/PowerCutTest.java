// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that strikes the shipped agent with power cuts at every durable operation of an update. It is invoked once for each
 * phase of the update (such as {@code DOWNLOADING}, {@code TRIAL}, or {@code BOOT} for the boot loader): an invocation fails if
 * a schedule whose first fault strikes in its phase ends badly. The method may have a parameter of type {@link PowerCuts} and
 * assert more; it may be empty.
 *
 * <p>A failure says the schedule. The system property {@code otasim.replay} runs that one only.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(PowerCutExtension.class)
public @interface PowerCutTest {
    /** The system property with the schedule to run, and nothing else. */
    String REPLAY = "otasim.replay";

    /**
     * What the board stores on.
     *
     * @return a name of {@link io.twinbank.simulator.profile.Profiles}
     */
    String profile() default "ideal";

    /**
     * The boot loader.
     *
     * @return a name of {@link io.twinbank.simulator.boot.BootLoaders}
     */
    String boot() default "ideal";

    /**
     * What happens.
     *
     * @return a name of {@link io.twinbank.simulator.scenario.Scenarios}
     */
    String scenario() default "update";

    /**
     * A board and a scenario of your own, in place of the three names.
     *
     * @return a class with a constructor without parameters
     */
    Class<? extends Supplier<Setting>> setting() default ByName.class;

    /**
     * How faults are chosen.
     *
     * @return the mode
     */
    Mode mode() default Mode.SINGLE;

    /**
     * How many power cuts strike one after another, at most; for {@link Mode#DEPTH}.
     *
     * @return at least 1
     */
    int depth() default 1;

    /**
     * How long it may take, over all phases. What isn't done by then fails.
     *
     * @return in seconds
     */
    int budgetSeconds() default 60;

    /**
     * Whether each Ed25519 signature is checked each time. Unless it is asked for, each different one, over the same bytes with
     * the same key, is checked by the JDK once, and the answer is remembered while the sweep runs: such a check costs as much as
     * the rest of a recovery, and a sweep asks the same few again and again. A security provider stands first in this process
     * for so long, and is gone before the test's method is called; a single schedule ({@link #REPLAY}) does without it.
     *
     * @return true for a provider of your own, or where what a check costs matters
     */
    boolean everySignature() default false;

    /** Stands for the three names. */
    final class ByName implements Supplier<Setting> {
        private ByName() {}

        @Override
        public Setting get() {
            throw new IllegalStateException("the names say the setting");
        }
    }
}
