// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the suites of the banks on raw flash in the guest that {@code agent-hal/src/test/guest/run} boots. No test tier does. */
final class FlashGuest {
    private FlashGuest() {}

    public static void main(String... args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        for (Class<?> suite : new Class<?>[] {UbiVolumeBankGuest.class, MtdBankGuest.class}) {
            LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectClass(suite))
                    .build();
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create().execute(request, listener);
            TestExecutionSummary summary = listener.getSummary();
            summary.printFailuresTo(out);
            long passed = summary.getTestsSucceededCount();
            long failed = summary.getTotalFailureCount();
            long skipped = summary.getTestsFoundCount() - passed - summary.getTestsFailedCount();
            out.printf("%s: %d passed, %d failed, %d skipped%n", suite.getSimpleName(), passed, failed, skipped);
        }
    }
}
