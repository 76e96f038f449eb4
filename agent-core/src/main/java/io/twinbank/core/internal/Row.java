// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.UpdateState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One row of the update table: what happens, from which states, to which state, in which order.
 *
 * @param id its number in docs/design.md
 * @param from what the journal may say before: of an event row, the states; of a start-up row, the boot loader's trial
 * @param when the event, or the condition
 * @param next what the journal may say afterwards; empty if the row leaves it as it is
 * @param steps what is done, in this order
 */
record Row(String id, String from, String when, Set<UpdateState> next, List<Step> steps) {
    Row {
        next = next.isEmpty() ? Set.of() : EnumSet.copyOf(next);
        steps = List.copyOf(steps);
    }

    static Row of(String id, String from, String when, Set<UpdateState> next, Step... steps) {
        return new Row(id, from, when, next, Arrays.asList(steps));
    }

    /** Returns the row as a line of the table in docs/design.md. */
    String markdown() {
        String after = next.isEmpty()
                ? "as journalled"
                : next.stream().map(UpdateState::name).collect(Collectors.joining(", "));
        String order = steps.stream().map(Step::toString).collect(Collectors.joining(" -> "));
        return "| " + id + " | " + from + " | " + when + " | " + after + " | " + order + " |";
    }

    @Override
    public String toString() {
        return id;
    }
}
