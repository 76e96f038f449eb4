// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.CborWriter;
import io.twinbank.hal.ComponentId;
import java.util.function.Consumer;

/** Commands for {@link Forge}. */
final class Commands {
    static final Consumer<CborWriter> FETCH = w -> w.integer(21).integer(2);
    static final Consumer<CborWriter> WRITE = w -> w.integer(18).integer(2);
    static final Consumer<CborWriter> COPY = w -> w.integer(22).integer(2);
    static final Consumer<CborWriter> MATCH = w -> w.integer(3).integer(15);
    static final Consumer<CborWriter> ABORT = w -> w.integer(14).integer(15);
    static final Consumer<CborWriter> FETCH_AND_MATCH = FETCH.andThen(MATCH);
    static final ComponentId MODEM = ComponentId.of("modem");

    private Commands() {}

    static Consumer<CborWriter> condition(int number) {
        return w -> w.integer(number).integer(15);
    }

    static Consumer<CborWriter> set(Consumer<CborWriter.MapWriter> parameters) {
        return w -> w.integer(20).map(parameters);
    }

    static Consumer<CborWriter> select(int index) {
        return w -> w.integer(12).integer(index);
    }

    static Consumer<CborWriter> selectAll() {
        return w -> w.integer(12).bool(true);
    }

    static Consumer<CborWriter> run(Consumer<CborWriter> commands) {
        return w -> w.integer(32).embedded(s -> s.array(commands));
    }

    @SafeVarargs
    static Consumer<CborWriter> tryEach(boolean orNothing, Consumer<CborWriter>... branches) {
        return w -> w.integer(15).array(a -> {
            for (Consumer<CborWriter> branch : branches) {
                a.embedded(b -> b.array(branch));
            }
            if (orNothing) {
                a.nil();
            }
        });
    }

    @SafeVarargs
    static Consumer<CborWriter> all(Consumer<CborWriter>... commands) {
        return w -> {
            for (Consumer<CborWriter> command : commands) {
                command.accept(w);
            }
        };
    }

    static Consumer<CborWriter> numbers(long... elements) {
        return w -> w.array(a -> {
            for (long element : elements) {
                a.integer(element);
            }
        });
    }

    static Consumer<CborWriter> version(int order, long... elements) {
        return w -> w.array(a -> {
            a.integer(order);
            numbers(elements).accept(a);
        });
    }
}
