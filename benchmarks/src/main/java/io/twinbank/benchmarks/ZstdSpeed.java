// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdOutputStream;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.twinbank.core.suit.Frames;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How fast the two decoders of zstd decode frames, in processor time of the thread, in turns: in a JVM's first pass over the file,
 * and in the median of those after it; and how much larger the file becomes in frames than as one. FILE LEVEL PASSES
 */
public final class ZstdSpeed {
    private static final int[] FRAME_BYTES = {64 << 10, 256 << 10, Frames.USUAL_FRAME_BYTES, 4 << 20};

    private ZstdSpeed() {}

    private interface Decoder {
        int decode(byte[] encoded, byte[] decoded);
    }

    public static void main(String[] args) throws IOException {
        byte[] file = Files.readAllBytes(Path.of(args[0]));
        int level = Integer.parseInt(args[1]);
        int passes = Integer.parseInt(args[2]);
        long whole = whole(file, level);
        say("%d bytes, level %d: as one frame %d bytes", file.length, level, whole);
        for (int frameBytes : FRAME_BYTES) {
            long framed = sum(compress(file, level, frameBytes));
            say(
                    "  in frames of %4d KiB %d bytes, %+.1f %%",
                    frameBytes >> 10, framed, 100.0 * (framed - whole) / whole);
        }
        List<byte[]> frames = compress(file, level, Frames.USUAL_FRAME_BYTES);
        ZstdDecompressCtx inC = new ZstdDecompressCtx();
        ZstdDecompressor inJava = new ZstdDecompressor();
        Decoder ofC =
                (encoded, decoded) -> inC.decompressByteArray(decoded, 0, decoded.length, encoded, 0, encoded.length);
        Decoder ofJava =
                (encoded, decoded) -> inJava.decompress(encoded, 0, encoded.length, decoded, 0, decoded.length);
        double[] nativeSpeeds = new double[passes];
        double[] javaSpeeds = new double[passes];
        for (int pass = 0; pass < passes; pass++) {
            nativeSpeeds[pass] = speed(ofC, frames, file.length);
            javaSpeeds[pass] = speed(ofJava, frames, file.length);
        }
        inC.close();
        tell("zstd-jni", nativeSpeeds);
        tell("aircompressor", javaSpeeds);
    }

    private static double speed(Decoder decoder, List<byte[]> frames, long bytes) {
        byte[] decoded = new byte[Frames.USUAL_FRAME_BYTES];
        long done = 0;
        long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (byte[] frame : frames) {
            done += decoder.decode(frame, decoded);
        }
        long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
        if (done != bytes) {
            throw new IllegalStateException(done + " bytes decoded, not " + bytes);
        }
        return bytes / (took / 1e9) / (1 << 20);
    }

    private static void tell(String decoder, double[] speeds) {
        double[] later = Arrays.copyOfRange(speeds, 1, speeds.length);
        Arrays.sort(later);
        say(
                "  %-13s %4.0f MiB/s at first, %4.0f MiB/s (%.0f to %.0f) afterwards",
                decoder, speeds[0], later[later.length / 2], later[0], later[later.length - 1]);
    }

    private static List<byte[]> compress(byte[] file, int level, int frameBytes) {
        List<byte[]> frames = new ArrayList<>();
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level).setContentSize(true);
            for (int at = 0; at < file.length; at += frameBytes) {
                frames.add(context.compress(Arrays.copyOfRange(file, at, Math.min(file.length, at + frameBytes))));
            }
        }
        return frames;
    }

    private static long whole(byte[] file, int level) throws IOException {
        long[] bytes = {0};
        OutputStream counting = new OutputStream() {
            @Override
            public void write(int value) {
                bytes[0]++;
            }

            @Override
            public void write(byte[] values, int offset, int length) {
                bytes[0] += length;
            }
        };
        try (ZstdOutputStream out = new ZstdOutputStream(counting, level)) {
            out.write(file);
        }
        return bytes[0];
    }

    private static long sum(List<byte[]> frames) {
        return frames.stream().mapToLong(frame -> frame.length).sum();
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
