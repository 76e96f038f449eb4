// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

/**
 * Takes an agent's numbers, for whatever collects them. Both methods are called on the agent thread and must return at once; what they
 * throw is logged once, and stops nothing.
 */
public interface Metrics {
    /**
     * A counter rises.
     *
     * @param metric of kind {@link Metric.Kind#COUNTER}
     * @param label the value of its label, one of few that are known beforehand; empty where it has none
     * @param by how much, in its unit; 0 tells that there is such a number
     */
    void add(Metric metric, String label, long by);

    /**
     * A gauge changes.
     *
     * @param metric of kind {@link Metric.Kind#GAUGE}
     * @param label the value of its label, one of few that are known beforehand; empty where it has none
     * @param value what it says now, in its unit
     */
    void set(Metric metric, String label, long value);

    /**
     * Returns what takes the numbers nowhere.
     *
     * @return metrics that do nothing
     */
    static Metrics none() {
        return new Metrics() {
            @Override
            public void add(Metric metric, String label, long by) {}

            @Override
            public void set(Metric metric, String label, long value) {}
        };
    }
}
