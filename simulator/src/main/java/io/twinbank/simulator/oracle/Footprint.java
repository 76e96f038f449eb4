// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How much memory objects hold, and what can be reached from them. The figure is no measurement of a heap, but grows when that
 * does. Fields are looked into of classes that aren't the JDK's; of the JDK's what their public methods tell: what collections,
 * arrays, texts and futures hold. The simulated world, to which an agent's ports lead, isn't the agent.
 */
final class Footprint {
    private static final int OBJECT_BYTES = 16;
    private static final int FIELD_BYTES = 8;

    private static final String WORLD = "io.twinbank.simulator.";
    /** Seeded bugs are the agent's. */
    private static final String BUGS = "io.twinbank.simulator.mutant.";

    private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> left = new ArrayDeque<>();
    private long bytes = 0;

    private Footprint() {}

    /** Returns how many bytes some objects hold, about. */
    static long of(Collection<?> roots) {
        Footprint footprint = new Footprint();
        roots.forEach(footprint::reach);
        while (!footprint.left.isEmpty()) {
            footprint.weigh(footprint.left.pop());
        }
        return footprint.bytes;
    }

    private void reach(@Nullable Object object) {
        if (object != null && isTheAgents(object) && seen.add(object)) {
            left.push(object);
        }
    }

    private static boolean isTheAgents(Object object) {
        String name = object.getClass().getName();
        boolean world = name.startsWith(WORLD) && !name.startsWith(BUGS);
        return !world && !(object instanceof Enum<?> || object instanceof Class<?> || object instanceof Thread);
    }

    private void weigh(Object object) {
        bytes += OBJECT_BYTES;
        if (object instanceof CharSequence text) {
            bytes += text.length();
        } else if (object instanceof ByteBuffer buffer) {
            bytes += buffer.capacity();
        } else if (object.getClass().isArray()) {
            weighArray(object);
        } else if (object instanceof Map<?, ?> map) {
            bytes += (long) OBJECT_BYTES * map.size();
            map.forEach((key, value) -> {
                reach(key);
                reach(value);
            });
        } else if (object instanceof Collection<?> collection) {
            bytes += (long) FIELD_BYTES * collection.size();
            collection.forEach(this::reach);
        } else if (object instanceof Optional<?> optional) {
            optional.ifPresent(this::reach);
        } else if (object instanceof AtomicReference<?> reference) {
            reach(reference.get());
        } else if (object instanceof CompletableFuture<?> future) {
            bytes += (long) OBJECT_BYTES * future.getNumberOfDependents();
            reach(future.isDone() && !future.isCompletedExceptionally() ? future.join() : null);
        } else if (!isOfTheJdk(object.getClass())) {
            weighFields(object);
        }
    }

    private void weighArray(Object array) {
        int length = Array.getLength(array);
        if (array instanceof Object[] objects) {
            bytes += (long) FIELD_BYTES * length;
            Arrays.stream(objects).forEach(this::reach);
        } else {
            bytes += (long) (array instanceof byte[] ? 1 : FIELD_BYTES) * length;
        }
    }

    private void weighFields(Object object) {
        for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    bytes += FIELD_BYTES;
                    reach(valueOf(field, object));
                }
            }
        }
    }

    private static @Nullable Object valueOf(Field field, Object object) {
        if (field.getType().isPrimitive() || isOfTheJdk(field.getDeclaringClass())) {
            return null;
        }
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("can't look into " + field, e);
        }
    }

    private static boolean isOfTheJdk(Class<?> type) {
        return JDK.stream().anyMatch(type.getName()::startsWith);
    }
}
