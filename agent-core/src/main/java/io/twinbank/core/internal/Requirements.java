// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.record.Security;
import io.twinbank.core.spi.UpdatePolicy;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Requirement;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a plan requires besides, once: when its offer is judged. To finish what was accepted then never asks again.
 */
final class Requirements {
    private static final Logger LOG = LoggerFactory.getLogger(Requirements.class);

    private final Board board;
    private final UpdatePolicy policy;
    private final TimeFloor timeFloor;

    Requirements(Board board, UpdatePolicy policy, TimeFloor timeFloor) {
        this.board = board;
        this.policy = policy;
        this.timeFloor = timeFloor;
    }

    /** Returns why the plan can't be carried out now; what nobody here can tell is refused, not skipped. */
    Optional<Rejection> check(InstallPlan plan, BankId running, Security security) throws HalException {
        for (Requirement requirement : plan.requirements()) {
            Optional<Rejection> failed = check(requirement, running, security);
            if (failed.isPresent()) {
                return failed;
            }
        }
        return Optional.empty();
    }

    private Optional<Rejection> check(Requirement requirement, BankId running, Security security) throws HalException {
        if (requirement instanceof Requirement.UseBefore limit) {
            Validity validity = timeFloor.judge(limit.secondsSince1970(), security);
            if (validity == Validity.VALID) {
                return Optional.empty();
            } else if (validity == Validity.EXPIRED) {
                return Optional.of(Rejection.of(
                        RejectReason.EXPIRED, "the manifest is no longer valid", timeFloor.latest(security), limit));
            }
        } else if (requirement instanceof Requirement.InstalledVersion demanded) {
            Optional<SuitVersion> installed = board.storedPlan(running).flatMap(InstallPlan::version);
            if (installed.isPresent()) {
                return demanded.match().holds(installed.get())
                        ? Optional.empty()
                        : failed(RejectReason.CONDITION_FAILED, installed.get(), demanded);
            }
        }
        return switch (ask(requirement)) {
            case YES -> Optional.empty();
            case NO -> failed(RejectReason.CONDITION_FAILED, "it not so", requirement);
            case UNKNOWN -> failed(RejectReason.UNSUPPORTED, "nothing on this device that can tell", requirement);
        };
    }

    private UpdatePolicy.Answer ask(Requirement requirement) {
        try {
            return policy.ask(requirement);
        } catch (RuntimeException e) {
            LOG.warn("the update policy threw and can't tell: {}", requirement, e);
            return UpdatePolicy.Answer.UNKNOWN;
        }
    }

    private static Optional<Rejection> failed(RejectReason reason, Object found, Object expected) {
        return Optional.of(Rejection.of(reason, "requirement of the manifest", found, expected));
    }
}
