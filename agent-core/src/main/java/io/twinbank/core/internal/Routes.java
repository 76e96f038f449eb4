// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectedException;
import io.twinbank.core.internal.index.Held;
import io.twinbank.core.internal.pipeline.FrameDecoders;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.InstallStep;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which of a plan's routes this device could go, as far as that is known without reading its banks. Of the update under way is kept what
 * is found out while the agent runs; after a reset it is found out again, in the same way.
 */
final class Routes {
    private final Board board;
    private final Scheduler scheduler;
    private final List<PayloadSource> sources;
    private final FrameDecoders decoders;
    private final SplittableRandom jitter;
    private @Nullable PlanRoutes underWay;

    Routes(Board board, Scheduler scheduler, List<PayloadSource> sources, FrameDecoders decoders) {
        this.board = board;
        this.scheduler = scheduler;
        this.sources = sources;
        this.decoders = decoders;
        this.jitter =
                new SplittableRandom(board.platform().identity().deviceId().getMostSignificantBits());
    }

    /** Returns those of any plan. */
    PlanRoutes of(InstallPlan plan) throws HalException {
        PlanRoutes known = underWay;
        return known != null && known.isOf(plan) ? known : possible(plan);
    }

    /** Returns those of the plan that is carried out from now on. */
    PlanRoutes begin(InstallPlan plan) throws HalException {
        PlanRoutes begun = of(plan);
        underWay = begun;
        return begun;
    }

    /** Forgets what was found out for an update that ended, or that has all its bytes. */
    void end(String manifestDigest) {
        if (underWay != null && underWay.isOf(manifestDigest)) {
            underWay = null;
        }
    }

    private PlanRoutes possible(InstallPlan plan) throws HalException {
        PlanRoutes routes = new PlanRoutes(plan);
        Optional<InstallPlan> running = Optional.empty();
        for (InstallStep step : plan.steps()) {
            StepRoutes each = new StepRoutes(PayloadRoute.full(step, board, decoders));
            routes.put(step, each);
            if (plan.isHandled(step) || step.routes().isEmpty()) {
                continue; // what a handler has isn't in a bank
            }
            if (running.isEmpty()) {
                running = board.storedPlan(plan.bank().other());
            }
            for (Route route : step.routes()) {
                add(each, plan, step, route, running);
            }
        }
        return routes;
    }

    private void add(
            StepRoutes routes, InstallPlan plan, InstallStep step, Route route, Optional<InstallPlan> running) {
        ImageRoute candidate = candidate(plan, step, route, running);
        Optional<String> unfit = unfit(plan, step, route, running);
        if (unfit.isPresent()) {
            routes.addImpossible(candidate.toString(), unfit.get());
        } else {
            routes.add(candidate);
        }
    }

    private ImageRoute candidate(InstallPlan plan, InstallStep step, Route route, Optional<InstallPlan> running) {
        Optional<IndexReference> index = route.encoding().index();
        if (index.isPresent()) {
            FlashBank old = old(plan, step);
            long installedBytes = installed(step, running)
                    .map(InstallStep::sizeBytes)
                    .orElse(old.geometry().capacityBytes());
            return new IndexRoute(
                    route.uri(),
                    index.get(),
                    step.sizeBytes(),
                    Held.of(old, installedBytes),
                    board.bank(plan.bank(), step.component()),
                    scheduler,
                    board.clock(),
                    sources,
                    jitter.split());
        }
        return isDelta(route)
                ? new DeltaRoute(route, step.sizeBytes(), old(plan, step), board, decoders, scheduler)
                : PayloadRoute.of(route, step.sizeBytes(), board, decoders);
    }

    /** What the stored envelope of the running bank says of the same component. */
    private static Optional<InstallStep> installed(InstallStep step, Optional<InstallPlan> running) {
        return running.flatMap(plan -> plan.images().stream()
                .filter(image -> image.component().equals(step.component()))
                .findFirst());
    }

    private static boolean isDelta(Route route) {
        return route.encoding().frames().flatMap(Frames::base).isPresent();
    }

    private FlashBank old(InstallPlan plan, InstallStep step) {
        return board.bank(plan.bank().other(), step.component());
    }

    /** What is stored tells of most routes that they can't be gone, without a look at the bank. */
    private Optional<String> unfit(InstallPlan plan, InstallStep step, Route route, Optional<InstallPlan> running) {
        if (sources.stream().noneMatch(source -> source.serves(route.uri()))) {
            return Optional.of("no payload source serves " + route.uri());
        }
        Optional<IndexReference> index = route.encoding().index();
        if (index.isPresent()) {
            return sources.stream().anyMatch(source -> source.serves(index.get().uri()))
                    ? Optional.empty()
                    : Optional.of("no payload source serves " + index.get().uri());
        }
        Optional<Frames> frames = route.encoding().frames();
        try {
            if (isDelta(route)) {
                decoders.requireDeltas(frames.orElseThrow());
                return unfit(frames.get().base().orElseThrow(), step, old(plan, step), running);
            } else if (frames.isPresent()) {
                decoders.decoder(frames.get());
            }
            return Optional.empty();
        } catch (RejectedException e) {
            return Optional.of(e.rejection().toString());
        }
    }

    private static Optional<String> unfit(
            Frames.Base base, InstallStep step, FlashBank old, Optional<InstallPlan> running) {
        if (base.sizeBytes() > old.geometry().capacityBytes()) {
            return Optional.of("its old image has " + base.sizeBytes() + " bytes, and the running bank "
                    + old.geometry().capacityBytes());
        }
        return installed(step, running)
                .map(InstallStep::digest)
                .filter(digest -> digest.algorithm() == base.digest().algorithm() && !digest.equals(base.digest()))
                .map(digest -> "the running image is " + digest);
    }
}
