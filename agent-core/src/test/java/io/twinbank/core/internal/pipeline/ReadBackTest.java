// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.StrictFlashBank;
import io.twinbank.hal.contract.Trace;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadBackTest {
    private static final int SIZE = (9 << 20) + 5;

    private final StepScheduler scheduler = new StepScheduler();
    private final Trace trace = new Trace();
    private final StrictFlashBank bank =
            new StrictFlashBank("bank", new FlashGeometry(12 << 20, 512, 4096), () -> false, trace);
    private final byte[] image = new byte[SIZE];
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void flash() {
        new SplittableRandom(1).nextBytes(image);
        bank.flash(image);
    }

    @Test
    void start_bankHoldsTheImage_matches() throws Exception {
        readBack().start();
        scheduler.runAll();

        assertEquals(List.of(SIZE + " of " + SIZE, "done true"), heard.subList(heard.size() - 2, heard.size()));
        assertEquals("262144 of " + SIZE, heard.get(0));
    }

    @Test
    void start_oneBitDiffers_doesNotMatch() throws Exception {
        ReadBack readBack = readBack();
        bank.flip(SIZE - 1);

        readBack.start();
        scheduler.runAll();

        assertEquals("done false", heard.get(heard.size() - 1));
    }

    @Test
    void start_mediumCannotBeRead_fails() throws Exception {
        for (int attempt = 1; attempt <= 3; attempt++) {
            trace.failNext("read bank 4194304", HalException.Kind.ECC);
        }

        readBack().start();
        scheduler.runAll();

        assertEquals("failed ECC", heard.get(heard.size() - 1));
    }

    @Test
    void start_readFaultThatPasses_isReadAgain() throws Exception {
        trace.failNext("read bank 4194304", HalException.Kind.ECC);

        readBack().start();
        scheduler.runAll();

        assertEquals("done true", heard.get(heard.size() - 1));
    }

    @Test
    void stop_betweenReads_listenerHearsNothingMore() throws Exception {
        ReadBack readBack = readBack();
        readBack.start();
        while (heard.isEmpty()) {
            scheduler.step();
        }

        readBack.stop();
        readBack.stop();
        scheduler.runAll();

        assertEquals(1, heard.size());
    }

    @Test
    void of_wholeBank_isTheDigestOfItsContent() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");

        byte[] found = BankDigest.of(bank, SIZE, sha256);

        assertArrayEquals(sha256.digest(image), found);
    }

    private ReadBack readBack() throws Exception {
        Digest expected = Digest.sha256(MessageDigest.getInstance("SHA-256").digest(image));
        return new ReadBack(scheduler, bank, SIZE, expected, new ReadBack.Listener() {
            @Override
            public void progress(long done, long total) {
                heard.add(done + " of " + total);
            }

            @Override
            public void done(boolean matches, byte[] found) {
                heard.add("done " + matches);
            }

            @Override
            public void failed(HalException fault) {
                heard.add("failed " + fault.kind());
            }
        });
    }
}
