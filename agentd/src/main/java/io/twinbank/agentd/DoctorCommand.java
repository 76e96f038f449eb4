// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.config.ConfigException;
import io.twinbank.agentd.control.Replies;
import io.twinbank.agentd.doctor.Doctor;
import io.twinbank.agentd.doctor.Finding;
import io.twinbank.agentd.doctor.Finding.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code twinbank doctor}: would an update succeed? */
@Command(
        name = "doctor",
        description = "Rehearses an update and changes nothing: says whether one would succeed, or why it would fail.",
        mixinStandardHelpOptions = true)
final class DoctorCommand extends Answering implements Callable<Integer> {
    /** Made by picocli. */
    DoctorCommand() {}

    @Override
    public Integer call() throws ConfigException {
        List<Finding> findings = Doctor.examine(options().config());
        List<Finding> bad =
                findings.stream().filter(each -> each.verdict() == Verdict.BAD).toList();
        Replies replies = replies();
        if (options().json()) {
            replies.line(Json.object(json -> {
                json.field("wouldSucceed", bad.isEmpty());
                json.beginArray("findings");
                for (Finding each : findings) {
                    json.beginObject();
                    json.field("about", each.about());
                    json.field("verdict", each.verdict().name());
                    json.field("detail", each.detail());
                    json.endObject();
                }
                json.endArray();
            }));
        } else {
            findings.forEach(each -> replies.line(String.format(
                    "%-8s %-15s %s", each.verdict().name().toLowerCase(Locale.ROOT), each.about(), each.detail())));
            replies.line(
                    bad.isEmpty()
                            ? "an update would succeed"
                            : "an update would fail because of: "
                                    + bad.stream()
                                            .map(Finding::about)
                                            .distinct()
                                            .collect(Collectors.joining(", ")));
        }
        return bad.isEmpty() ? 0 : 1;
    }
}
