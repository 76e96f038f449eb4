// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/**
 * How many distinct keys a role takes. The device sets it, and no manifest can weaken it: keys count once each, by their
 * thumbprint, however many signatures they make.
 *
 * @param threshold how many, at least 1; of a hybrid rule, how many of each family
 * @param hybrid whether keys of both families have to sign, classic and post-quantum, so that one family may fall
 */
public record Rule(int threshold, boolean hybrid) {
    public Rule {
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold must be at least 1, not " + threshold);
        }
    }

    /**
     * Makes a rule of a number of keys, whatever their family.
     *
     * @param threshold how many, at least 1
     * @return the rule
     */
    public static Rule of(int threshold) {
        return new Rule(threshold, false);
    }

    /**
     * Makes a rule of a number of classic keys and as many post-quantum ones.
     *
     * @param threshold how many of each, at least 1
     * @return the rule
     */
    public static Rule hybrid(int threshold) {
        return new Rule(threshold, true);
    }

    /**
     * Returns how many keys that is in all.
     *
     * @return at least 1
     */
    public int keys() {
        return hybrid ? 2 * threshold : threshold;
    }

    /** Returns such as {@code 2 keys}. */
    @Override
    public String toString() {
        return hybrid
                ? threshold + " classic and " + threshold + " post-quantum keys"
                : threshold + (threshold == 1 ? " key" : " keys");
    }
}
