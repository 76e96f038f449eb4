// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.internal.delta.DeltaFormat;
import io.twinbank.publisher.delta.DeltaFile;
import io.twinbank.publisher.delta.DeltaMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "delta",
        description = {
            "Writes what makes one image from another: a payload for devices whose bank holds exactly the old one.",
            "Unpack what is compressed in the images first, where the device can hold it so: what is compressed resembles nothing."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DeltaCommand implements Callable<Integer> {
    private static final int MIN_FRAME_BYTES = 1 << 16;

    /** What to do about a delta that saves nothing. */
    static final String WITHOUT_USE =
            "Is something in the images compressed or encrypted? Unpacked it would differ less";

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "OLD", description = "the image that devices have")
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "the image that they shall get")
    private Path image;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "PATCH",
            required = true,
            description = "where to write the payload")
    private Path out;

    @Option(
            names = "--frame-bytes",
            paramLabel = "N",
            defaultValue = "1048576",
            description = "how much of the image is in a frame: a power of two from 65536 to 1048576, the default")
    private int frameBytes;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (frameBytes < MIN_FRAME_BYTES
                || frameBytes > DeltaFormat.MAX_FRAME_BYTES
                || Integer.bitCount(frameBytes) != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--frame-bytes " + frameBytes + ": a power of two from " + MIN_FRAME_BYTES + " to "
                            + DeltaFormat.MAX_FRAME_BYTES);
        }
        if (isSame(out, old) || isSame(out, image)) {
            throw new ParameterException(spec.commandLine(), "--out " + out + " is one of the images");
        }
        PrintWriter err = spec.commandLine().getErr();
        MeasuredImage before = MeasuredImage.of(old, err);
        MeasuredImage after = MeasuredImage.of(image, err);
        long written = write(old, image, out, after.sizeBytes(), frameBytes, err);
        if (written >= after.sizeBytes()) {
            err.println("warning: the delta is no smaller than the new image. " + WITHOUT_USE);
        }
        PrintWriter answer = spec.commandLine().getOut();
        if (json) {
            answer.println(json(before, after, written));
            return 0;
        }
        answer.println("old image   " + before.digest() + ", " + before.sizeBytes() + " bytes");
        answer.println("new image   " + after.digest() + ", " + after.sizeBytes() + " bytes");
        answer.println(String.format(
                Locale.ROOT,
                "delta       %s, %d bytes: %.1f %% of the new image",
                out,
                written,
                100.0 * written / after.sizeBytes()));
        return 0;
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    }

    /** Writes a delta, and returns how many bytes it has; nothing is left of one that isn't complete. */
    static long write(Path old, Path image, Path out, long imageBytes, int frameBytes, PrintWriter err)
            throws IOException {
        DeltaMaker maker = new DeltaMaker(old, image, frameBytes);
        Progress progress = new Progress(
                err,
                Terminal.isPresent(),
                "comparing " + image.getFileName() + " with " + old.getFileName(),
                maker.work());
        boolean done = false;
        try (DeltaFile file = new DeltaFile(out, imageBytes, frameBytes)) {
            maker.make(file, progress::at);
            long written = file.end();
            done = true;
            return written;
        } finally {
            progress.close();
            if (!done) {
                Files.deleteIfExists(out);
            }
        }
    }

    private String json(MeasuredImage before, MeasuredImage after, long written) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            object.writeStringField("file", out.toString());
            object.writeNumberField("bytes", written);
            object.writeNumberField("frameBytes", frameBytes);
            object.writeStringField("oldDigest", before.digest().toString());
            object.writeNumberField("oldBytes", before.sizeBytes());
            object.writeStringField("digest", after.digest().toString());
            object.writeNumberField("imageBytes", after.sizeBytes());
            object.writeEndObject();
        }
        return text.toString();
    }
}
