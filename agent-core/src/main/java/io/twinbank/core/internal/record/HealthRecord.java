// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import io.twinbank.core.internal.health.Samples;
import io.twinbank.core.spi.HealthGauges.Kind;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What gauges said of the image that runs, and, while that is compared, of the one before. Nothing depends on it but what is said of an
 * update's health: one that is lost or can't be read is no baseline.
 *
 * @param now of the image that ran when this was stored
 * @param before of the image before it, while that is still compared with
 */
public record HealthRecord(Measured now, Optional<Measured> before) {
    private static final int KIND = 'G';
    private static final int SCHEMA = 1;

    /**
     * Which image.
     *
     * @param bank where it runs
     * @param manifest what brought it; empty for the factory's
     */
    public record Image(BankId bank, Optional<Digest> manifest) {}

    /**
     * What gauges said of an image.
     *
     * @param image which
     * @param taken how many times they were sampled
     * @param gauges by their names
     */
    public record Measured(Image image, int taken, Map<String, Samples> gauges) {
        public Measured {
            gauges = new TreeMap<>(gauges);
        }

        @Override
        public Map<String, Samples> gauges() {
            return new TreeMap<>(gauges);
        }
    }

    /** Encodes it; 8 gauges of each of two images make at most 1,970 bytes. */
    public byte[] encode() {
        byte[] header = RecordFormat.bytes(out -> writeImage(out, now.image()));
        byte[] body = RecordFormat.bytes(out -> {
            writeGauges(out, now);
            out.writeBoolean(before.isPresent());
            if (before.isPresent()) {
                writeImage(out, before.get().image());
                writeGauges(out, before.get());
            }
        });
        return RecordFormat.join(KIND, SCHEMA, header, body);
    }

    /** Decodes it. */
    public static HealthRecord decode(byte[] record) throws UnreadableRecordException {
        RecordFormat.Parts parts = RecordFormat.split(KIND, record);
        Image image = RecordFormat.read(parts.header(), HealthRecord::readImage);
        if (parts.schema() != SCHEMA) {
            throw new UnreadableRecordException("schema " + parts.schema() + ", this agent reads " + SCHEMA);
        }
        return RecordFormat.read(parts.body(), in -> {
            Measured now = readGauges(in, image);
            return new HealthRecord(
                    now, in.readBoolean() ? Optional.of(readGauges(in, readImage(in))) : Optional.empty());
        });
    }

    private static void writeImage(DataOutputStream out, Image image) throws IOException {
        out.writeUTF(image.bank().name());
        out.writeBoolean(image.manifest().isPresent());
        if (image.manifest().isPresent()) {
            RecordFormat.writeDigest(out, image.manifest().get());
        }
    }

    private static Image readImage(DataInputStream in) throws IOException {
        BankId bank = RecordFormat.readEnum(in, BankId.class);
        return new Image(bank, in.readBoolean() ? Optional.of(RecordFormat.readDigest(in)) : Optional.empty());
    }

    private static void writeGauges(DataOutputStream out, Measured measured) throws IOException {
        out.writeInt(measured.taken());
        out.writeByte(measured.gauges().size());
        for (Map.Entry<String, Samples> gauge : measured.gauges().entrySet()) {
            Samples samples = gauge.getValue();
            double[] numbers = samples.numbers();
            out.writeUTF(gauge.getKey());
            out.writeBoolean(samples.kind() == Kind.COUNTER);
            out.writeByte(samples.stride());
            out.writeByte(numbers.length);
            for (double number : numbers) {
                out.writeShort(shortFloat(number));
            }
        }
    }

    private static Measured readGauges(DataInputStream in, Image image) throws IOException {
        int taken = in.readInt();
        int size = in.readUnsignedByte();
        Map<String, Samples> gauges = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            String name = in.readUTF();
            Kind kind = in.readBoolean() ? Kind.COUNTER : Kind.LEVEL;
            int stride = in.readUnsignedByte();
            double[] numbers = new double[in.readUnsignedByte()];
            for (int k = 0; k < numbers.length; k++) {
                numbers[k] = Float.intBitsToFloat(in.readUnsignedShort() << 16);
            }
            gauges.put(name, new Samples(kind, stride, numbers));
        }
        return new Measured(image, taken, gauges);
    }

    /** The upper half of a float, rounded: three digits, which is as much as a baseline needs. */
    private static int shortFloat(double number) {
        float clipped = (float) Math.max(-1e38, Math.min(1e38, number));
        return (Float.floatToIntBits(clipped) + 0x8000) >>> 16;
    }
}
