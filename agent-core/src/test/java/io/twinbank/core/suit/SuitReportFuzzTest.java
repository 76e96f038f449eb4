// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.hal.BankId;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused, or are a report that is encoded just so. */
@Tag("fuzz")
class SuitReportFuzzTest {
    static Stream<byte[]> seeds() throws RejectedException {
        ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
        Target target = Fixtures.target(BankId.A);
        byte[] unsupported = new Forge().install(w -> w.integer(31).integer(2)).sign();
        Rejection why = Rejection.of(RejectReason.UNSUPPORTED, "swap");
        return Stream.of(
                verifier.report(new Forge().sign(), target, new byte[18], Optional.empty(), Optional.empty())
                        .encode(),
                verifier.report(
                                unsupported,
                                target,
                                new byte[18],
                                Optional.of(SuitReason.Ending.of(why.reason())),
                                Optional.of(why))
                        .encode());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_isRefusedOrEncodesBack(byte[] bytes) {
        SuitReport report;
        try {
            report = SuitReport.decode(bytes);
        } catch (RejectedException e) {
            return;
        }
        if (!Arrays.equals(bytes, report.encode())) {
            throw new AssertionError("decoded and encoded, it is another");
        }
    }
}
