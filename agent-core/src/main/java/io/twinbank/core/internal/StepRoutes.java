// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The routes to one component's bytes, and why some of them can't be gone. */
final class StepRoutes {
    private final ImageRoute full;
    private final List<ImageRoute> possible = new ArrayList<>();
    private final List<String> impossible = new ArrayList<>();
    private String told = "";

    /** Makes those of a component to which there is always one. */
    StepRoutes(ImageRoute full) {
        this.full = full;
        possible.add(full);
    }

    /** Adds one that may be gone. */
    void add(ImageRoute route) {
        possible.add(possible.size() - 1, route);
    }

    /** Notes one that can't be gone. */
    void addImpossible(String route, String why) {
        impossible.add(route + ": " + why);
    }

    ImageRoute full() {
        return full;
    }

    boolean isFull(ImageRoute route) {
        return route == full;
    }

    /** Tells whether there is anything to choose, or was. */
    boolean several() {
        return possible.size() + impossible.size() > 1;
    }

    /** Returns the one that takes the fewest bytes from an offset of the image on; of several that take as many the manifest's first. */
    ImageRoute cheapest(long imageOffset) {
        return possible.stream()
                .min(Comparator.comparingLong(route -> route.predictedBytes(imageOffset)))
                .orElse(full);
    }

    /**
     * Takes a route out for as long as the agent runs.
     *
     * @return whether another is left
     */
    boolean drop(ImageRoute route, String why) {
        possible.remove(route);
        addImpossible(route.toString(), why);
        return !possible.isEmpty();
    }

    /** Returns which can't be gone, and why. */
    List<String> impossible() {
        return List.copyOf(impossible);
    }

    /** Tells whether that a route is taken wasn't told yet, for the reasons there are now. */
    boolean isNews(ImageRoute taken) {
        String now = taken + " " + impossible;
        boolean news = !now.equals(told);
        told = now;
        return news;
    }

    void wake() {
        possible.forEach(ImageRoute::wake);
    }

    void stop() {
        possible.forEach(ImageRoute::stop);
    }
}
