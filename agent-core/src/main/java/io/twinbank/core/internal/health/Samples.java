// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.health;

import io.twinbank.core.spi.HealthGauges.Kind;
import java.util.Arrays;

/**
 * What is kept of a gauge's samples: at most {@link #KEPT} numbers, evenly spread over the recent time. When they are full, every other
 * one goes and the stride between them doubles, up to {@link #MAX_STRIDE}; from then on the oldest goes. Sampled by the
 * minute, they reach back over the recent three to five hours: the time of the day that an update comes at. Of a counter each number
 * is by how much it rose in the stride: none is lost, two are added up.
 *
 * <p>No dice and no clock: the same samples leave the same numbers. Not thread-safe.
 */
public final class Samples {
    /** How many numbers are kept at most. */
    public static final int KEPT = 40;
    /** With fewer there is no telling what was usual. */
    public static final int ENOUGH = 20;

    static final int MAX_STRIDE = 8;
    /** Of the numbers kept, how many are the latest. */
    private static final int LATEST = 12;

    private static final double USUAL = 0.9;

    private final Kind kind;
    private final double[] kept = new double[KEPT];
    private int count;
    private int stride;
    private int phase;
    private double open;

    /**
     * Makes an empty one.
     *
     * @param kind of the gauge
     */
    public Samples(Kind kind) {
        this(kind, 1, new double[0]);
    }

    /**
     * Makes one of what was kept.
     *
     * @param kind of the gauge
     * @param stride how many samples each number stands for
     * @param numbers at most {@link #KEPT}
     */
    public Samples(Kind kind, int stride, double[] numbers) {
        if (numbers.length > KEPT || stride < 1 || stride > MAX_STRIDE || Integer.bitCount(stride) != 1) {
            throw new IllegalArgumentException(numbers.length + " samples with a stride of " + stride);
        }
        this.kind = kind;
        this.stride = stride;
        this.count = numbers.length;
        System.arraycopy(numbers, 0, kept, 0, count);
    }

    /** Returns the gauge's kind. */
    public Kind kind() {
        return kind;
    }

    /** Returns how many samples each number stands for. */
    public int stride() {
        return stride;
    }

    /** Returns the numbers kept, the latest last. */
    public double[] numbers() {
        return Arrays.copyOf(kept, count);
    }

    /** Takes a sample; of a counter, by how much it rose since the last. */
    public void add(double sample) {
        if (kind == Kind.COUNTER) {
            open += sample;
            if (++phase == stride) {
                keep(open);
                open = 0;
                phase = 0;
            }
        } else {
            if (phase == 0) {
                keep(sample);
            }
            phase = (phase + 1) % stride;
        }
    }

    private void keep(double number) {
        kept[count++] = number;
        if (count < KEPT) {
            return;
        }
        if (stride == MAX_STRIDE) {
            System.arraycopy(kept, 1, kept, 0, --count);
            return;
        }
        stride *= 2;
        count /= 2;
        for (int i = 0; i < count; i++) {
            kept[i] = kind == Kind.COUNTER ? kept[2 * i] + kept[2 * i + 1] : kept[2 * i];
        }
    }

    /** Tells whether there are enough numbers to say what was usual. */
    public boolean isEnough() {
        return count * stride >= ENOUGH;
    }

    /** Returns how many numbers there are. */
    public int count() {
        return count;
    }

    double median() {
        return median(numbers());
    }

    /** Returns the median of how far each is from the median. */
    double medianDeviation() {
        double middle = median();
        return median(Arrays.stream(numbers())
                .map(number -> Math.abs(number - middle))
                .toArray());
    }

    /** Returns the median of the latest. */
    double latest() {
        return median(Arrays.copyOfRange(kept, Math.max(0, count - LATEST), count));
    }

    /** Returns what nine of ten aren't above, or with {@code above} false, aren't below. */
    double usual(boolean above) {
        double[] sorted = numbers();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(USUAL * count) - 1;
        return sorted[above ? rank : count - 1 - rank];
    }

    /** Returns the mean of a counter's rise in one sample. */
    double mean() {
        return Arrays.stream(numbers()).sum() / ((double) count * stride);
    }

    /** Returns the variance of a counter's rise in one sample, if samples don't hang together. */
    double variance() {
        double mean = Arrays.stream(numbers()).average().orElse(0);
        return Arrays.stream(numbers())
                        .map(number -> (number - mean) * (number - mean))
                        .sum()
                / (Math.max(1, count - 1) * (double) stride);
    }

    private static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
