// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FootprintTest {
    /** Something that can keep bytes, and how. */
    private record Keeper(String name, Object holder, Consumer<byte[]> keep) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Keeper> keepers() {
        List<byte[]> list = new ArrayList<>();
        Map<String, byte[]> map = new HashMap<>();
        ArrayDeque<byte[]> deque = new ArrayDeque<>();
        AtomicReference<byte[]> reference = new AtomicReference<>(new byte[0]);
        CompletableFuture<byte[]> future = new CompletableFuture<>();
        Object[] array = new Object[1];
        List<Offer> ofAnAgentsClass = new ArrayList<>();
        return Stream.of(
                new Keeper("list", list, list::add),
                new Keeper("map", map, bytes -> map.put("key", bytes)),
                new Keeper("optional", Optional.of(deque), deque::add),
                new Keeper("reference", reference, reference::set),
                new Keeper("future", future, future::complete),
                new Keeper("array", array, bytes -> array[0] = bytes),
                new Keeper("field", ofAnAgentsClass, bytes -> ofAnAgentsClass.add(new Offer.Envelope(bytes))));
    }

    @ParameterizedTest
    @MethodSource("keepers")
    void of_holderOfBytes_weighsThemOnce(Keeper keeper) {
        long before = Footprint.of(List.of(keeper.holder()));

        keeper.keep().accept(new byte[1000]);
        long after = Footprint.of(List.of(keeper.holder(), keeper.holder()));

        assertTrue(after - before >= 1000 && after - before < 1100, before + ", then " + after);
    }

    @Test
    void of_futureOfManyWhoWait_weighsThem() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        long before = Footprint.of(List.of(future));

        for (int i = 0; i < 100; i++) {
            future.thenRun(() -> {});
        }

        assertEquals(before + 100 * 16, Footprint.of(List.of(future)));
    }

    @Test
    void of_simulatedWorld_isNothing() {
        assertEquals(0, Footprint.of(List.of(new Keeper("a world's", new byte[1000], bytes -> {}))));
    }
}
