// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cbor.Slice;
import io.twinbank.core.suit.Capabilities;
import io.twinbank.core.suit.ParameterCode;
import io.twinbank.core.suit.SuitReport;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a SUIT_Report for people. */
final class ReceivedReportText {
    private final StringBuilder out = new StringBuilder();

    private ReceivedReportText() {}

    static String of(ReceivedReport received) {
        ReceivedReportText text = new ReceivedReportText();
        text.report(received);
        return text.out.toString();
    }

    private void report(ReceivedReport received) {
        SuitReport report = received.report();
        line("manifest    " + report.manifestDigest());
        report.referenceUri().ifPresent(uri -> line("reference   " + uri));
        line("nonce       " + received.nonce());
        line("signature   "
                + received.signature()
                        .map(by -> by.algorithm()
                                + (by.keyId().isEmpty() ? ", no key id" : " by key " + by.keyId())
                                + ", not checked")
                        .orElse("none"));
        for (SuitReport.Entry entry : report.entries()) {
            if (entry instanceof SuitReport.Step step) {
                line("record      " + place(step) + measured(step.measured()));
            } else if (entry instanceof SuitReport.Properties properties) {
                line("measured    " + properties.component() + measured(properties.measured()));
            }
        }
        line("result      "
                + report.failure()
                        .map(why -> ReceivedReport.meaning(why.ending()) + " in " + place(why.step()) + ": "
                                + why.ending().reason() + measured(why.step().measured()))
                        .orElse("it ended well"));
        report.capabilities().ifPresent(this::capabilities);
    }

    private static String place(SuitReport.Step step) {
        return ReceivedReport.section(step.section()) + " at byte " + step.offset() + ", component " + step.component();
    }

    private static String measured(Map<Integer, Slice> values) {
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .map(each -> name(each.getKey()) + " = " + ReceivedReport.value(each.getValue()))
                        .collect(Collectors.joining(", ", ": ", ""));
    }

    /** Names a parameter. */
    static String name(int parameter) {
        return Arrays.stream(ParameterCode.values())
                .filter(code -> code.number() == parameter)
                .map(ParameterCode::toString)
                .findFirst()
                .orElse("parameter " + parameter);
    }

    private void capabilities(Capabilities able) {
        line("device has  " + able.components());
        able.numbers()
                .forEach(
                        (kind, numbers) -> line("device does " + kind.name().toLowerCase(Locale.ROOT) + " " + numbers));
    }

    private void line(String text) {
        out.append(Words.printable(text)).append('\n');
    }
}
