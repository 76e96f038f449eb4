// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;
import java.time.Duration;
import java.util.UUID;

/** What the years ask of the policy: the shipped one, unless a seeded bug overrides a method. */
interface PolicyModel {
    default Standing advance(SitePolicy policy, Standing standing, Situation now) {
        return policy.advance(standing, now);
    }

    default Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
        return policy.waitFor(standing, update, now);
    }

    default Decision decide(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
        return policy.decide(phase, update, now, standing);
    }

    default Forecast forecast(SitePolicy policy, Update update, Situation now, Standing standing, Duration ahead) {
        return policy.forecast(update, now, standing, ahead);
    }

    default Standing reserve(Standing standing, long bytes) {
        return standing.reserve(bytes);
    }

    default Standing fetched(Standing standing, long bytes) {
        return standing.fetched(bytes);
    }

    default Standing observe(Standing standing, int hourOfWeek, double load) {
        return standing.observe(hourOfWeek, load);
    }

    default Standing defer(SitePolicy policy, Standing standing, Situation now, Duration by) {
        return policy.defer(standing, now, by);
    }

    default Rollout rollout(int perTenThousand, UUID device, Digest manifest) {
        return Rollout.of(perTenThousand, device, manifest);
    }
}
