// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectReason;
import io.twinbank.core.UpdateState;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped agent on a fake board whose flash or records fail during an update: it waits, or gives up and says why. */
class DeviceFaultTest {
    @Test
    void accept_envelopeCannotBeStoredOnce_isTakenWhenTheDeviceHasRecovered() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.trace().failNext("store MANIFEST_B", HalException.Kind.IO);

        Optional<Outcome> answer = gateway.offer(Gateway.newEnvelope());
        String waitingFor = gateway.agent.status().waitingFor();
        gateway.pass(Duration.ofSeconds(2));

        assertEquals(Optional.empty(), answer);
        assertEquals("the device", waitingFor);
        assertTrue(gateway.steps().contains("store MANIFEST_B"), gateway.steps()::toString);
    }

    @Test
    void accept_envelopeCannotBeStored_isRefusedAndWritesNoFlash() throws Exception {
        Gateway gateway = new Gateway();
        for (int i = 0; i < 10; i++) {
            gateway.board.trace().failNext("store MANIFEST_B", HalException.Kind.NO_SPACE);
        }
        CompletableFuture<Outcome> answer =
                gateway.agent.offer(new Offer.Envelope(Gateway.newEnvelope())).toCompletableFuture();
        gateway.board.trace().clear();

        gateway.pass(Duration.ofMinutes(2));

        assertEquals(
                RejectReason.FLASH_FAILED,
                assertInstanceOf(Outcome.Rejected.class, answer.join())
                        .rejection()
                        .reason());
        assertEquals(
                Set.of("delete CHECKPOINT"), Set.copyOf(gateway.board.trace().steps()));
    }

    /** Of a part with two copies the older one is read where the newer can't be. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void start_envelopeIsReadWrongOnce_updateDoesNotStayStaged(int which) throws Exception {
        Gateway gateway = new Gateway();
        gateway.gateOpen = false;
        gateway.installNewImage();
        assertEquals(UpdateState.STAGED, gateway.agent.status().state());
        AtomicInteger loads = new AtomicInteger();
        gateway.settings = builder -> builder.platform(misreading(gateway.board, loads, which));

        gateway.boot();
        gateway.pass(Duration.ofSeconds(6));
        gateway.gateOpen = true;
        gateway.pass(Duration.ofMinutes(1));

        assertTrue(loads.get() >= which, loads + " loads");
        assertNotEquals(UpdateState.STAGED, gateway.agent.status().state());
    }

    private static Platform misreading(Platform board, AtomicInteger loads, int which) {
        StateStore store = board.stateStore();
        StateStore misreading = proxy(StateStore.class, (method, arguments) -> {
            boolean old = method.getName().equals("load")
                    && arguments[0] == StateKey.MANIFEST_B
                    && loads.incrementAndGet() == which;
            return method.invoke(store, old ? new Object[] {StateKey.MANIFEST_A} : arguments);
        });
        return proxy(
                Platform.class,
                (method, arguments) ->
                        method.getName().equals("stateStore") ? misreading : method.invoke(board, arguments));
    }

    /** What is called in place of a method. */
    private interface Call {
        Object invoke(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                DeviceFaultTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }

    @Test
    void fail_outcomeCannotBeStored_waitsForTheDevice() throws Exception {
        Gateway gateway = new Gateway();
        for (int i = 0; i < 20; i++) {
            gateway.board.trace().failNext("write B", HalException.Kind.IO);
            gateway.board.trace().failNext("write B", HalException.Kind.IO);
            gateway.board.trace().failNext("store OUTCOMES", HalException.Kind.IO);
        }

        gateway.installNewImage();
        gateway.pass(Duration.ofMinutes(50));

        assertEquals(
                List.of(Cause.FLASH),
                gateway.outcomes().stream().map(DeviceFaultTest::causeOf).toList());
        assertEquals("", gateway.agent.status().waitingFor());
    }

    @Test
    void fail_forGood_wearsTheFlashLessAndLess() throws Exception {
        Gateway gateway = new Gateway();
        for (int i = 0; i < 10_000; i++) {
            gateway.board.trace().failNext("write B", HalException.Kind.IO);
            gateway.board.trace().failNext("store OUTCOMES", HalException.Kind.IO);
        }
        gateway.board.trace().clear();

        gateway.installNewImage();
        gateway.pass(Duration.ofHours(1));

        long erases = gateway.board.trace().steps().stream()
                .filter(step -> step.startsWith("erase B"))
                .count();
        assertTrue(erases > 2 && erases < 150, erases + " erases in an hour");
    }

    private static Cause causeOf(Outcome outcome) {
        return assertInstanceOf(Outcome.Failed.class, outcome).cause();
    }

    @Test
    void accept_bankCannotBegin_failsAndStaysInvalid() throws Exception {
        Gateway gateway = new Gateway();
        gateway.board.trace().failNext("begin B", HalException.Kind.IO);

        Optional<Outcome> answer = gateway.offer(Gateway.newEnvelope());

        assertEquals(
                Cause.FLASH,
                assertInstanceOf(Outcome.Failed.class, answer.orElseThrow()).cause());
        assertTrue(gateway.board.bootControl().isInvalid(BankId.B));
        assertEquals(UpdateState.IDLE, gateway.agent.status().state());
    }
}
