// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Cause;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.hal.HalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How an update that was tried fails: what it may have activated is reverted first, and only if all of that worked the outcome
 * is what it would be without. Knows what the row that is carried out has reverted, and nothing beyond it.
 */
final class Endings {
    private final Board board;
    private final Components components;
    private List<ComponentState> reverted = List.of();

    Endings(Board board, Components components) {
        this.board = board;
        this.components = components;
    }

    /** A row begins. */
    void begin() {
        reverted = List.of();
    }

    void revert(Components.Tried tried, boolean patient) throws HalException {
        reverted = components.revert(tried, patient);
    }

    Outcome rolledBack(Journal journal) {
        Cause cause = journal.cause().orElse(Cause.ATTEMPTS_EXHAUSTED);
        String detail = journal.cause().isPresent()
                ? journal.detail()
                : "the attempts were used up after " + journal.starts() + " agent starts";
        return consistent(
                new Outcome.RolledBack(cause, detail),
                cause,
                journal.componentsAlone() ? Optional.empty() : Optional.of(Holds.OLD));
    }

    /** Somebody made another bank run. */
    Outcome bankChanged() {
        return consistent(new Outcome.Cancelled(Cause.BANK_CHANGED), Cause.BANK_CHANGED, Optional.empty());
    }

    Outcome rolledBackUnknown() {
        return consistent(
                new Outcome.RolledBack(Cause.UNKNOWN, "the journal was lost"), Cause.UNKNOWN, Optional.of(Holds.OLD));
    }

    Outcome stateLost() {
        return consistent(
                new Outcome.StateLost("the journal is gone or can't be read"), Cause.UNKNOWN, Optional.of(Holds.OLD));
    }

    Outcome unknownImage() {
        return consistent(
                failed(Cause.UNKNOWN_IMAGE, "the running bank holds another image"),
                Cause.UNKNOWN_IMAGE,
                Optional.of(Holds.UNKNOWN));
    }

    /** The new image stays, so its components have to. */
    Outcome noFallback(Components.Tried tried, boolean patient) throws HalException {
        Outcome failed = failed(Cause.NO_FALLBACK, "no other bank can boot");
        List<ComponentState> states = components.states(tried, patient);
        return states.stream().allMatch(state -> state.holds() == Holds.NEW)
                ? failed
                : inconsistent(failed, Cause.NO_FALLBACK, Optional.of(Holds.NEW), states);
    }

    private static Outcome failed(Cause cause, String detail) {
        return new Outcome.Failed(cause, Optional.empty(), detail);
    }

    /** The image's state is empty where the update brings none. */
    private Outcome consistent(Outcome failed, Cause cause, Optional<Holds> image) {
        return reverted.stream().allMatch(state -> state.holds() == Holds.OLD)
                ? failed
                : inconsistent(failed, cause, image, reverted);
    }

    private Outcome inconsistent(Outcome failed, Cause cause, Optional<Holds> image, List<ComponentState> others) {
        List<ComponentState> states = new ArrayList<>();
        image.ifPresent(holds ->
                board.components().forEach(each -> states.add(new ComponentState(each.toString(), holds))));
        states.addAll(others);
        return new Outcome.Inconsistent(cause, states, "not every component holds what it should; else " + failed);
    }
}
