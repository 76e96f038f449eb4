// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

/** The numbers that an agent tells {@link Metrics}. The table in {@code docs/operations.md} has the same; names are for ever. */
public enum Metric {
    EVENTS(
            "twinbank_events_total",
            Kind.COUNTER,
            "event",
            "",
            "Events of the agent, by the ids of their log lines; each begins at 0."),
    REJECTIONS(
            "twinbank_rejections_total",
            Kind.COUNTER,
            "reason",
            "",
            "Offers, commands and payloads that were refused, by the reasons of the wire format."),
    FETCHED_BYTES(
            "twinbank_fetched_bytes_total",
            Kind.COUNTER,
            "",
            "bytes",
            "Bytes of payloads and envelopes that came over the network, as they came; again if they were fetched again."),
    WRITTEN_BYTES(
            "twinbank_written_bytes_total",
            Kind.COUNTER,
            "",
            "bytes",
            "What downloads wrote into the inactive bank and into components."),
    STATE("twinbank_state", Kind.GAUGE, "state", "", "1 for where the update under way stands, 0 for where it stood."),
    WAITING("twinbank_waiting", Kind.GAUGE, "", "", "1 while something is waited for, as the status says, else 0."),
    TRIAL_STARTS(
            "twinbank_trial_starts",
            Kind.GAUGE,
            "",
            "",
            "How many times the agent has started in the trial under way; 0 without one."),
    LAST_OUTCOME(
            "twinbank_last_outcome", Kind.GAUGE, "outcome", "", "1 for the latest outcome, 0 for those before it."),
    LINK_UP("twinbank_link_up", Kind.GAUGE, "", "", "1 while the transport is connected, else 0."),
    REPORTS_PENDING("twinbank_reports_pending", Kind.GAUGE, "", "", "Outcomes that aren't delivered yet."),
    BUDGET_LEFT_BYTES(
            "twinbank_budget_left_bytes",
            Kind.GAUGE,
            "",
            "bytes",
            "What is left of the month's bytes, when something happened last; only where there is a budget.");

    /** How a number moves. */
    public enum Kind {
        /** Only up, from 0 at each start of the agent. */
        COUNTER,
        /** Up and down. */
        GAUGE
    }

    private final String text;
    private final Kind kind;
    private final String label;
    private final String unit;
    private final String meaning;

    Metric(String text, Kind kind, String label, String unit, String meaning) {
        this.text = text;
        this.kind = kind;
        this.label = label;
        this.unit = unit;
        this.meaning = meaning;
    }

    /**
     * Returns its name, in Prometheus' form.
     *
     * @return such as {@code twinbank_fetched_bytes_total}
     */
    public String text() {
        return text;
    }

    /**
     * Returns how it moves.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns what tells its numbers apart.
     *
     * @return the label's name; empty if it is a single number
     */
    public String label() {
        return label;
    }

    /**
     * Returns what is counted or measured.
     *
     * @return such as {@code bytes}; empty for how many or whether
     */
    public String unit() {
        return unit;
    }

    /**
     * Returns what it means.
     *
     * @return a sentence
     */
    public String meaning() {
        return meaning;
    }
}
