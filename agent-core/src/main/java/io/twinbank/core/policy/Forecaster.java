// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the policy at the times at which it would be asked, and moves on to the next such time. */
final class Forecaster {
    /** A download is asked about at least so often, even where its pieces are smaller. */
    private static final int MAX_PIECES = 4096;

    private final SitePolicy policy;
    private final Situation begin;
    private final long ahead;

    private Update update;
    private Standing standing;
    private long passed;

    Forecaster(SitePolicy policy, Update update, Situation begin, Standing standing, Duration ahead) {
        this.policy = policy;
        this.begin = begin;
        this.ahead = ahead.toSeconds();
        this.standing = standing;
        long piece = Math.max(update.atOnce(), update.bytes() / MAX_PIECES);
        this.update = new Update(update.manifest(), update.bytes(), piece, update.emergency(), update.rollout());
    }

    Forecast forecast() {
        List<Forecast.Step> steps = new ArrayList<>();
        boolean held = false;
        for (Phase phase : Phase.values()) {
            List<Decision.Wait> waits = new ArrayList<>();
            held = held || !(phase == Phase.DOWNLOAD ? download(waits) : mayGo(phase, waits));
            steps.add(held ? never(phase, waits) : happens(phase, waits));
        }
        return new Forecast(steps, assumptions());
    }

    private static Forecast.Step never(Phase phase, List<Decision.Wait> waits) {
        return new Forecast.Step(phase, Optional.empty(), Optional.empty(), waits);
    }

    private Forecast.Step happens(Phase phase, List<Decision.Wait> waits) {
        Optional<Instant> at = begin.wallClock().map(time -> time.plusSeconds(passed));
        return new Forecast.Step(phase, Optional.of(Duration.ofSeconds(passed)), at, waits);
    }

    private boolean download(List<Decision.Wait> waits) {
        while (update.bytes() > 0) {
            if (!mayGo(Phase.DOWNLOAD, waits)) {
                return false;
            }
            long piece = update.piece();
            standing = policy.waitFor(standing, update, now()).reserve(piece).fetched(piece);
            update = update.withBytes(update.bytes() - piece);
            if (policy.bytesPerSecond() > 0) {
                passed += (piece + policy.bytesPerSecond() - 1) / policy.bytesPerSecond();
            }
        }
        return passed <= ahead;
    }

    private boolean mayGo(Phase phase, List<Decision.Wait> waits) {
        while (passed <= ahead) {
            standing = policy.waitFor(standing, update, now());
            if (!(policy.decide(phase, update, now(), standing) instanceof Decision.Wait wait)) {
                return true;
            }
            waits.add(wait);
            if (wait.atMost().isEmpty()) {
                return false;
            }
            passed += wait.atMost().get().toSeconds();
        }
        return false;
    }

    private Situation now() {
        return begin.after(passed);
    }

    private List<String> assumptions() {
        List<String> assumes = new ArrayList<>();
        assumes.add("power, link and gates stay as they are, and so does the rollout");
        assumes.add(
                policy.bytesPerSecond() > 0
                        ? "the link gives the " + policy.bytesPerSecond() + " bytes a second that it may take"
                        : "a download takes no time, as nobody knows how fast the link is");
        if (policy.rules().values().stream().anyMatch(PhaseRule::consent) && !standing.consented()) {
            assumes.add("nobody answers when consent is asked for");
        }
        if (begin.wallClock().isEmpty()) {
            assumes.add("the clock isn't trusted in the meantime");
        }
        assumes.add("the device stays on");
        return assumes;
    }
}
