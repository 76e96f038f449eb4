// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Makes the report of a manifest from what it comes to on a device. A command that is only planned counts as done if the
 * manifest is installed, and isn't reported otherwise.
 */
final class ReportMaker {
    private static final int SUCCESS = 0b0001;
    private static final int SUCCESS_PROPERTIES = 0b0100;
    private static final int TO_FAILURE = 1; // the bits for failure are beside those for success
    /** A loop over components can come to a thousand; nobody needs more to see what happened. */
    private static final int MAX_ENTRIES = 64;

    private final SuitEnvelope envelope;
    private final Limits limits;
    private final Target target;
    private final Explanation explanation;
    private final Map<Integer, Slice> sections = new LinkedHashMap<>();
    private Optional<String> referenceUri = Optional.empty();

    ReportMaker(SuitEnvelope envelope, Limits limits, Target target, Explanation explanation) {
        this.limits = limits;
        this.envelope = envelope;
        this.target = target;
        this.explanation = explanation;
    }

    SuitReport report(byte[] nonce, Optional<SuitReason.Ending> ending, Optional<Rejection> rejection) {
        findSections();
        Optional<SuitReport.Failure> failure = ending.map(end -> failure(end, rejection));
        boolean wantsMore = failure.filter(why -> why.ending().reason().asksForCapabilities())
                .isPresent();
        return new SuitReport(
                referenceUri,
                envelope.manifestDigest(),
                Slice.of(nonce.clone()),
                entries(ending.isEmpty()),
                failure,
                wantsMore ? Optional.of(Capabilities.of(target.all())) : Optional.empty());
    }

    private List<SuitReport.Entry> entries(boolean installed) {
        List<SuitReport.Entry> entries = new ArrayList<>();
        for (Explanation.Followed step : explanation.followed()) {
            boolean failed = step.failed().isPresent();
            if (!failed && !step.decided() && !installed) {
                continue;
            }
            int policy = step.command().reportPolicy() >> (failed ? TO_FAILURE : 0);
            Map<Integer, Slice> measured = measured(step);
            if ((policy & SUCCESS) != 0) {
                entries.add(step(step, measured));
            }
            if ((policy & SUCCESS_PROPERTIES) != 0 && !measured.isEmpty()) {
                entries.add(new SuitReport.Properties(step.component(), measured));
            }
        }
        return entries.subList(0, Math.min(entries.size(), MAX_ENTRIES));
    }

    private SuitReport.Failure failure(SuitReason.Ending ending, Optional<Rejection> rejection) {
        Optional<RejectReason> refused = explanation.rejection().map(Rejection::reason);
        if (refused.isPresent() && !refused.equals(rejection.map(Rejection::reason))) {
            return new SuitReport.Failure(ending, nowhere()); // something else came before it
        }
        if (explanation.lacking().isPresent()) {
            Explanation.Lacking lacking = explanation.lacking().get();
            return new SuitReport.Failure(
                    ending.because(lacking.what()), place(lacking.offset(), lacking.index(), Map.of()));
        }
        Optional<Explanation.Followed> where = refused.isPresent()
                ? last(step -> true).filter(step -> step.failed().isPresent())
                : whileCarriedOut(rejection);
        Optional<Map<Integer, Slice>> found = rejection
                .filter(why -> why.reason() == RejectReason.PAYLOAD_DIGEST)
                .flatMap(ReportMaker::foundDigest)
                .map(digest -> Map.of(ParameterCode.IMAGE_DIGEST.number(), encoded(digest)));
        return new SuitReport.Failure(
                ending,
                where.map(step -> step(step, found.orElseGet(() -> failed(step))))
                        .orElseGet(ReportMaker::nowhere));
    }

    /** Where a manifest failed that has a plan: at a requirement, or with the payload; else no command says it. */
    private Optional<Explanation.Followed> whileCarriedOut(Optional<Rejection> rejection) {
        return rejection.map(Rejection::reason).flatMap(reason -> switch (reason) {
            case EXPIRED -> last(step -> step.command().code() == CommandCode.USE_BEFORE);
            case PAYLOAD_DIGEST -> last(step -> step.command().code() == CommandCode.IMAGE_MATCH);
            case PAYLOAD_UNAVAILABLE, PAYLOAD_SHORT, PAYLOAD_LONG, DECRYPTION_FAILED, TOO_LARGE, FLASH_FAILED ->
                last(step -> writes(step.command().code()));
            default -> Optional.empty();
        });
    }

    /** What was measured, if that is why it failed: what is promised isn't what was found. */
    private static Map<Integer, Slice> failed(Explanation.Followed step) {
        return step.failed().isPresent() ? measured(step) : Map.of();
    }

    private static SuitReport.Step nowhere() {
        return new SuitReport.Step(0, 0, 0, Map.of());
    }

    private static boolean writes(CommandCode code) {
        return code == CommandCode.FETCH || code == CommandCode.WRITE || code == CommandCode.COPY;
    }

    /** A refusal says what was found in words; a digest is still one. */
    private static Optional<Digest> foundDigest(Rejection rejection) {
        String found = rejection.found();
        try {
            return Digest.ofHash(HexFormat.of().parseHex(found.substring(found.indexOf(':') + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Explanation.Followed> last(Predicate<Explanation.Followed> which) {
        return explanation.followed().stream().filter(which).reduce((first, second) -> second);
    }

    private SuitReport.Step step(Explanation.Followed step, Map<Integer, Slice> measured) {
        return place(OptionalInt.of(step.command().offset()), step.index(), measured);
    }

    /** An offset in the envelope as one in a section; in none, it is one in the manifest. */
    private SuitReport.Step place(OptionalInt offset, int component, Map<Integer, Slice> measured) {
        if (offset.isEmpty()) {
            return new SuitReport.Step(0, 0, component, measured);
        }
        int at = offset.getAsInt();
        for (Map.Entry<Integer, Slice> section : sections.entrySet()) {
            int from = section.getValue().offset();
            if (at >= from && at < from + section.getValue().length()) {
                return new SuitReport.Step(section.getKey(), at - from, component, measured);
            }
        }
        return new SuitReport.Step(0, Math.max(0, at - manifestOffset()), component, measured);
    }

    private int manifestOffset() {
        try {
            return envelope.manifest().offset();
        } catch (RejectedException e) {
            throw new IllegalStateException("the envelope was decoded", e);
        }
    }

    /** A manifest that doesn't decode has as many sections as can be read. */
    private void findSections() {
        try {
            CborReader reader = envelope.manifest().reader(SuitEnvelope.MAX_DEPTH);
            for (int left = reader.readMap(); left > 0; left--) {
                int key = (int) reader.readUnsigned(Integer.MAX_VALUE);
                if (reader.peek() == CborReader.Type.BYTES) {
                    sections.put(key, reader.readBytes());
                } else if (key == ManifestDecoder.REFERENCE_URI) {
                    referenceUri = Optional.of(reader.readText(limits.uriBytes()));
                } else {
                    reader.readItem();
                    Optional<Slice> severed = envelope.member(key);
                    if (severed.isPresent()) {
                        sections.put(key, SuitEnvelope.content(severed.get()));
                    }
                }
            }
        } catch (RejectedException e) {
            return; // the report says so: it is what it is about
        }
    }

    private static Map<Integer, Slice> measured(Explanation.Followed step) {
        return step.measured()
                .map(value -> Map.of(value.code().number(), encoded(value)))
                .orElse(Map.of());
    }

    private static Slice encoded(SuitParameter.Known value) {
        CborWriter writer = new CborWriter();
        if (value instanceof SuitParameter.Id id) {
            writer.bytes(Uuids.toBytes(id.value()));
        } else if (value instanceof SuitParameter.Numeric number) {
            writer.integer(number.value());
        } else if (value instanceof SuitParameter.Hash hash) {
            return encoded(hash.value());
        } else {
            throw new IllegalArgumentException("nothing measures " + value.name());
        }
        return Slice.of(writer.toByteArray());
    }

    private static Slice encoded(Digest digest) {
        return Slice.of(new CborWriter().embedded(digest::encode).toByteArray());
    }
}
