// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakePlatform;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedBankTest {
    private final CountDownLatch inRead = new CountDownLatch(1);
    private final CountDownLatch readMayEnd = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    /** A bank whose reads take until they may end. */
    private FlashBank slow(FlashBank bank) {
        return (FlashBank) Proxy.newProxyInstance(
                FlashBank.class.getClassLoader(), new Class<?>[] {FlashBank.class}, (proxy, method, arguments) -> {
                    calls.incrementAndGet();
                    if (method.getName().equals("read")) {
                        inRead.countDown();
                        readMayEnd.await();
                    }
                    return method.invoke(bank, arguments);
                });
    }

    @Test
    void sync_whileAnotherThreadReads_waitsUntilThatIsDone() throws Exception {
        FlashBank bank = slow(FakePlatform.builder().build().bank(BankId.B, ComponentId.of("os")));
        SharedBank reader = new SharedBank(bank);
        SharedBank writer = new SharedBank(bank);
        Thread fetch = new Thread(() -> run(() -> reader.read(0, ByteBuffer.allocate(1))));
        Thread agent = new Thread(() -> run(writer::sync));

        fetch.start();
        inRead.await();
        agent.start();
        while (agent.getState() != Thread.State.BLOCKED && agent.isAlive()) {
            Thread.onSpinWait();
        }
        int before = calls.get();
        readMayEnd.countDown();
        fetch.join();
        agent.join();

        assertEquals(1, before, "only the read");
        assertEquals(2, calls.get());
    }

    private interface Call {
        void run() throws HalException;
    }

    private static void run(Call call) {
        try {
            call.run();
        } catch (HalException e) {
            throw new AssertionError(e);
        }
    }
}
