// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Rejection;
import io.twinbank.core.command.Order;
import java.util.Optional;

/**
 * What became of a command.
 *
 * @param order what was ordered; empty if it couldn't be read, or didn't get that far
 * @param rejection why it is refused, then only
 */
record CommandAnswer(Result result, Optional<Order> order, Optional<Rejection> rejection) {
    enum Result {
        ACCEPTED,
        /** It isn't newer than the last: it, or one after it, was done before. */
        REPEATED,
        REFUSED,
        /** Of a stranger, who is told nothing. */
        NOT_AUTHENTIC
    }

    static CommandAnswer of(Order order, Optional<Rejection> rejection) {
        return new CommandAnswer(rejection.isEmpty() ? Result.ACCEPTED : Result.REFUSED, Optional.of(order), rejection);
    }

    static CommandAnswer repeated(Order order) {
        return new CommandAnswer(Result.REPEATED, Optional.of(order), Optional.empty());
    }

    static CommandAnswer refused(Optional<Order> order, Rejection rejection) {
        return new CommandAnswer(Result.REFUSED, order, Optional.of(rejection));
    }

    static CommandAnswer notAuthentic(Rejection rejection) {
        return new CommandAnswer(Result.NOT_AUTHENTIC, Optional.empty(), Optional.of(rejection));
    }
}
