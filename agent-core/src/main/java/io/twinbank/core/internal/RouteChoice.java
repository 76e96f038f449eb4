// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.util.function.Consumer;

/**
 * Chooses how an image is fetched: the route that is predicted to take the fewest bytes is prepared, then what that has shown is
 * compared again, until the cheapest one is prepared. On the agent's lane.
 */
final class RouteChoice {
    /** Who is told; not after {@link #stop}. */
    interface Listener {
        /** This one. May be told before {@link #start} returns. */
        void chosen(ImageRoute route) throws HalException;

        /** No bytes are granted for finding out which. */
        void held();

        /** Asks for bytes of the month; returns how many are granted. */
        long allowed(long wanted);

        /** Some of those weren't needed. */
        void giveBack(long bytes);

        /** The one that was found can't be begun; only told after {@link #start} returned, which throws it before. */
        void failed(HalException fault);
    }

    private final StepRoutes routes;
    private final ComponentId component;
    private final long imageOffset;
    private final Consumer<AgentEvent> events;
    private final Listener listener;
    private boolean over;

    RouteChoice(
            StepRoutes routes,
            ComponentId component,
            long imageOffset,
            Consumer<AgentEvent> events,
            Listener listener) {
        this.routes = routes;
        this.component = component;
        this.imageOffset = imageOffset;
        this.events = events;
        this.listener = listener;
    }

    void start() throws HalException {
        ImageRoute cheapest = routes.cheapest(imageOffset);
        if (cheapest.isPrepared()) {
            over = true;
            listener.chosen(cheapest);
        } else {
            cheapest.prepare(imageOffset, new Preparing(cheapest));
        }
    }

    void wake() {
        routes.wake();
    }

    void stop() {
        over = true;
        routes.stop();
    }

    private final class Preparing implements ImageRoute.Preparation {
        private final ImageRoute route;

        Preparing(ImageRoute route) {
            this.route = route;
        }

        @Override
        public void progress(String what) {
            if (!over) {
                events.accept(new AgentEvent.Waiting(what));
            }
        }

        @Override
        public boolean granted(long bytes) {
            long granted = over ? 0 : listener.allowed(bytes);
            if (granted < bytes) {
                giveBack(granted);
            }
            return granted >= bytes;
        }

        @Override
        public void giveBack(long bytes) {
            listener.giveBack(bytes);
        }

        @Override
        public void ready() {
            if (over) {
                return;
            }
            try {
                start();
            } catch (HalException fault) {
                over = true;
                listener.failed(fault);
            }
        }

        @Override
        public void unfit(String why) {
            if (!over) {
                routes.drop(route, why);
                events.accept(new AgentEvent.RouteRefused(component.toString(), route.toString(), why));
                ready();
            }
        }

        @Override
        public void held() {
            if (!over) {
                over = true;
                listener.held();
            }
        }
    }
}
