// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.internal.pipeline.ComponentBank;
import io.twinbank.core.internal.record.Journal;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.core.spi.ComponentHandler.Change;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The components outside the banks, as the rows deal with them. Which ones an update changes says the envelope that is stored
 * for its bank. What a handler throws is a device fault; whoever is patient no more takes it for an answer.
 */
final class Components {
    private static final Logger LOG = LoggerFactory.getLogger(Components.class);

    /** A call of a handler. */
    private interface Call<T> {
        T answer(ComponentHandler handler) throws IOException;
    }

    /** What an update changes; lost if there was something, and nobody knows what. */
    private record Changes(List<Change> list, boolean lost) {
        static final Changes NONE = new Changes(List.of(), false);
        static final Changes LOST = new Changes(List.of(), true);
    }

    /**
     * An update that may have been tried.
     *
     * @param journal of the update; an idle one if it was lost
     * @param running the bank that runs
     * @param security knows what was installed
     */
    record Tried(Journal journal, BankId running, Security security) {}

    private final Map<ComponentId, ComponentHandler> handlers;
    private final Board board;

    Components(Map<ComponentId, ComponentHandler> handlers, Board board) {
        this.handlers = handlers;
        this.board = board;
    }

    /** Returns those that this firmware has handlers for. */
    Set<ComponentId> handled() {
        return handlers.keySet();
    }

    /** Returns how large a component may be. */
    long maxBytes(ComponentId component) throws HalException {
        return handler(component).maxBytes();
    }

    /** Returns where a download puts a step's bytes. */
    ComponentBank bank(InstallPlan plan, InstallStep step) throws HalException {
        return new ComponentBank(handler(step.component()), change(plan, step));
    }

    /** Tells whether a step's bytes needn't be fetched: they are staged, or the component holds them already. */
    boolean has(InstallPlan plan, InstallStep step) {
        Change change = change(plan, step);
        try {
            return ask(change, "be looked at", handler -> handler.verify(change) || handler.isStaged(change));
        } catch (HalException e) {
            LOG.warn("{}; it is staged anew", e.getMessage());
            return false;
        }
    }

    /** Returns what the update under way has staged no more, though it had. */
    Optional<ComponentId> missing(Journal journal) throws HalException {
        for (Change change : whole(journal)) {
            if (!ask(change, "be read back", handler -> handler.verify(change) || handler.isStaged(change))) {
                return Optional.of(change.component());
            }
        }
        return Optional.empty();
    }

    /** Activates what the update under way brings, in the manifest's order. */
    void activate(Journal journal) throws HalException {
        for (Change change : whole(journal)) {
            boolean active = ask(change, "be activated", handler -> {
                handler.activate(change);
                return handler.verify(change);
            });
            if (!active) {
                throw new HalException(
                        HalException.Kind.IO,
                        "component " + change.component() + " can't be activated: it holds other bytes afterwards");
            }
        }
    }

    /** Returns what doesn't hold what the update under way brings, though it was activated. */
    Optional<ComponentId> inactive(Journal journal) throws HalException {
        for (Change change : whole(journal)) {
            if (!ask(change, "be verified", handler -> handler.verify(change))) {
                return Optional.of(change.component());
            }
        }
        return Optional.empty();
    }

    /** Returns which components the update under way changes. */
    List<ComponentId> changed(Journal journal) throws HalException {
        return whole(journal).stream().map(Change::component).toList();
    }

    /** Returns which components hold what a plan brings; one that can't be read doesn't. */
    List<ComponentId> holding(InstallPlan plan) throws HalException {
        List<ComponentId> holding = new ArrayList<>();
        for (Change change : of(plan).list()) {
            if (measured(change, false) == Holds.NEW) {
                holding.add(change.component());
            }
        }
        return holding;
    }

    /** Drops what an update has staged that ended before it was tried. What throws leaves it there until the next one. */
    void discard(Journal journal) throws HalException {
        for (Change change : changes(journal).list()) {
            try {
                revert(change);
            } catch (HalException e) {
                LOG.warn("{}; what is staged stays", e.getMessage());
            }
        }
    }

    /**
     * Reverts what an update may have activated, in the reverse of the manifest's order.
     *
     * @param patient whether a handler that throws is a fault that may pass, and not yet an answer
     * @return what each holds, in the manifest's order
     */
    List<ComponentState> revert(Tried tried, boolean patient) throws HalException {
        Changes changes = changes(tried);
        List<ComponentState> states = new ArrayList<>(lost(changes));
        for (int i = changes.list().size() - 1; i >= 0; i--) {
            states.add(0, reverted(changes.list().get(i), patient));
        }
        return each(states);
    }

    /** Of two updates that may have changed a component, the one that couldn't be undone tells what it holds. */
    private static List<ComponentState> each(List<ComponentState> states) {
        Map<String, ComponentState> each = new LinkedHashMap<>();
        for (ComponentState state : states) {
            each.merge(state.component(), state, (one, other) -> one.holds() == Holds.OLD ? other : one);
        }
        return List.copyOf(each.values());
    }

    private void revert(Change change) throws HalException {
        ask(change, "be reverted", handler -> {
            handler.revert(change);
            return true;
        });
    }

    private ComponentState reverted(Change change, boolean patient) throws HalException {
        try {
            revert(change);
            return state(change, Holds.OLD);
        } catch (HalException e) {
            if (patient) {
                throw e;
            }
            LOG.error("{}; given up", e.getMessage());
            return state(change, measured(change, false));
        }
    }

    /** Returns what each component of an update holds, in the manifest's order. */
    List<ComponentState> states(Tried tried, boolean patient) throws HalException {
        Changes changes = changes(tried);
        List<ComponentState> states = new ArrayList<>(lost(changes));
        for (Change change : changes.list()) {
            states.add(state(change, measured(change, patient)));
        }
        return states;
    }

    private Holds measured(Change change, boolean patient) throws HalException {
        try {
            return ask(change, "be verified", handler -> handler.verify(change)) ? Holds.NEW : Holds.UNKNOWN;
        } catch (HalException e) {
            if (patient) {
                throw e;
            }
            return Holds.UNKNOWN;
        }
    }

    private static ComponentState state(Change change, Holds holds) {
        return new ComponentState(change.component().toString(), holds);
    }

    private List<ComponentState> lost(Changes changes) {
        return changes.lost()
                ? handlers.keySet().stream()
                        .map(component -> new ComponentState(component.toString(), Holds.UNKNOWN))
                        .toList()
                : List.of();
    }

    /** What goes on needs to know all of its changes. */
    private List<Change> whole(Journal journal) throws HalException {
        Changes changes = changes(journal);
        if (changes.lost()) {
            throw new HalException(
                    HalException.Kind.IO, "the stored envelope, which says what the components are to hold, is lost");
        }
        return changes.list();
    }

    private Changes changes(Journal journal) throws HalException {
        if (journal.bodyKnown() && journal.components() == 0) {
            return Changes.NONE;
        }
        Optional<InstallPlan> plan = board.storedPlan(journal);
        return plan.isPresent() ? of(plan.get()) : journal.components() == 0 ? Changes.NONE : Changes.LOST;
    }

    /**
     * Where the journal is lost, what the other bank's manifest brings may be active, and what the last one of components alone
     * brings, unless it was installed once. The latter is the one to be reverted first.
     */
    private Changes changes(Tried tried) throws HalException {
        if (!tried.journal().outcomeId().isEmpty()) {
            return changes(tried.journal());
        }
        List<Change> list = new ArrayList<>();
        board.storedPlan(tried.running().other())
                .filter(plan -> plan.sequence() > tried.security().floor())
                .ifPresent(plan -> list.addAll(of(plan).list()));
        board.componentsPlan(tried.running())
                .filter(plan -> !isInstalled(plan, tried.security()))
                .ifPresent(plan -> list.addAll(of(plan).list()));
        return new Changes(list, false);
    }

    /** Tells whether a manifest of components alone was installed once: then Security has its floors. */
    static boolean isInstalled(InstallPlan plan, Security security) {
        return plan.others().stream().allMatch(step -> security.floorOf(step.component()) >= plan.sequence());
    }

    private static Changes of(InstallPlan plan) {
        return new Changes(
                plan.others().stream().map(step -> change(plan, step)).toList(), false);
    }

    private static Change change(InstallPlan plan, InstallStep step) {
        return new Change(step.component(), plan.manifestDigest(), step.digest(), step.sizeBytes());
    }

    private ComponentHandler handler(ComponentId component) throws HalException {
        ComponentHandler handler = handlers.get(component);
        if (handler == null) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "component " + component + " has no handler in this firmware; there are " + handlers.keySet());
        }
        return handler;
    }

    private <T> T ask(Change change, String what, Call<T> call) throws HalException {
        ComponentHandler handler = handler(change.component());
        try {
            return call.answer(handler);
        } catch (IOException | RuntimeException e) {
            throw new HalException(
                    HalException.Kind.IO,
                    "component " + change.component() + " can't " + what + ": " + e.getMessage(),
                    e);
        }
    }
}
