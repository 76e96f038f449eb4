// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.mutant.Mutant;
import io.twinbank.simulator.mutant.Mutants;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.security.Signature;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class PowerCutTestTest {
    /** JUnit makes the cases, so they have nowhere else to leave it. */
    private static final Set<String> CHECKERS = ConcurrentHashMap.newKeySet();

    /** What a user writes; run by the tests below. */
    static final class Cases {
        @PowerCutTest(profile = "ideal", boot = "ideal", scenario = "update")
        void good(PowerCuts cuts) {
            assertFalse(cuts.cells().isEmpty());
            assertTrue(cuts.cells().stream().map(Cell::violations).allMatch(List::isEmpty));
        }

        @PowerCutTest(setting = SentBeforeAck.class)
        void bad() {
            // the extension judges
        }

        @PowerCutTest(scenario = "update", mode = Mode.PAIRS, budgetSeconds = 0)
        void hasty() {
            // the extension judges
        }

        @PowerCutTest(setting = Spied.class)
        void remembering() {
            CHECKERS.add("method: " + checker());
        }

        @PowerCutTest(setting = Spied.class, everySignature = true)
        void checking() {
            CHECKERS.add("method: " + checker());
        }

        @PowerCutTest
        void ownAssertion() {
            throw new IllegalStateException("the method's own");
        }
    }

    /** A report is marked as sent before the server has it. */
    static final class SentBeforeAck implements Supplier<Setting> {
        @Override
        public Setting get() {
            Mutant mutant = Mutants.named("M27");
            return mutant.bug().apply(mutant.sound().get());
        }
    }

    /** Notes who checks signatures when a board is made. */
    static final class Spied implements Supplier<Setting> {
        @Override
        public Setting get() {
            Setting setting =
                    Setting.of(Profiles.named("ideal"), BootLoaders.named("ideal"), Scenarios.named("downgrade"));
            BootLoader.Factory factory = setting.loader().factory();
            return setting.with("spied", host -> {
                CHECKERS.add(checker());
                return factory.on(host);
            });
        }
    }

    private static String checker() {
        try {
            return Signature.getInstance("Ed25519").getProvider().getName();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Commands that other tests run in this process keep them for good. */
    @BeforeEach
    void giveTheChecksBackToTheJdk() {
        Security.removeProvider("TwinbankSignatureMemory");
    }

    @Test
    void signatures_whileItSweeps_areCheckedOnceEach() {
        CHECKERS.clear();

        assertEquals(0, run("remembering", "").testEvents().failed().count());

        assertEquals(Set.of("SunEC", "TwinbankSignatureMemory", "method: SunEC"), CHECKERS);
    }

    @Test
    void signatures_everyOneAskedFor_areCheckedByTheJdk() {
        CHECKERS.clear();

        assertEquals(0, run("checking", "").testEvents().failed().count());

        assertEquals(Set.of("SunEC", "method: SunEC"), CHECKERS);
    }

    @Test
    void phases_goodBoard_eachIsInvokedAndSucceeds() {
        EngineExecutionResults results = run("good", PowerCuts.class.getName());

        assertEquals(0, results.testEvents().failed().count());
        assertEquals(
                List.of("IDLE", "DOWNLOADING", "VERIFYING", "STAGED", "ARMED", "BOOT", "TRIAL", "COMMITTING"),
                results.testEvents().succeeded().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName())
                        .toList());
    }

    @Test
    void phases_seededBug_theOneThatItStrikesInFailsWithAScheduleToRunAgain() {
        List<Event> failed = run("bad", "").testEvents().failed().list();

        assertFalse(failed.isEmpty());
        String message = message(failed.get(0));
        assertTrue(message.contains("\n  L2: "), message);
        assertTrue(message.contains("-Dtest=Cases#bad -Dotasim.replay='cut("), message);
        assertTrue(message.contains("otasim replay 'ideal/ideal/"), message);
    }

    @Test
    void replay_ofAFailure_failsAlone() {
        String message = message(run("bad", "").testEvents().failed().list().get(0));
        String schedule = message.substring(message.indexOf("replay='") + 8, message.indexOf("'\n"));

        EngineExecutionResults results = replay("bad", "", schedule);

        assertEquals(1, results.testEvents().started().count());
        assertTrue(message(results.testEvents().failed().list().get(0)).contains("ends badly: [L2: "));
    }

    @Test
    void replay_goodSchedule_succeedsWithoutTheMethod() {
        EngineExecutionResults results = replay("ownAssertion", "", "cut(7,after)>cut(3,before)");

        assertEquals(1, results.testEvents().succeeded().count());
    }

    @Test
    void replay_faultThatNeverStrikes_provesNothing() {
        List<Event> failed = replay("ownAssertion", "", "cut(7000,after)")
                .testEvents()
                .failed()
                .list();

        assertTrue(message(failed.get(0)).endsWith("nothing is proved"), message(failed.get(0)));
    }

    @Test
    void replay_ofAnotherBoard_isAborted() {
        EngineExecutionResults results = replay("ownAssertion", "", "ideal/uboot/update:cut(7,after)");

        assertEquals(1, results.testEvents().aborted().count());
    }

    @Test
    void budget_tooSmall_fails() {
        List<Event> failed = run("hasty", "").testEvents().failed().list();

        assertTrue(message(failed.get(0)).contains("the budget of 0 s ran out"), message(failed.get(0)));
    }

    @Test
    void method_thatFails_failsItsPhase() {
        List<Event> failed = run("ownAssertion", "").testEvents().failed().list();

        assertEquals(8, failed.size());
        assertEquals("the method's own", message(failed.get(0)));
    }

    private static EngineExecutionResults run(String method, String parameters) {
        return kit(method, parameters).execute();
    }

    private static EngineExecutionResults replay(String method, String parameters, String schedule) {
        return kit(method, parameters)
                .configurationParameter(PowerCutTest.REPLAY, schedule)
                .execute();
    }

    private static EngineTestKit.Builder kit(String method, String parameters) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectMethod(Cases.class, method, parameters));
    }

    private static String message(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage();
    }
}
