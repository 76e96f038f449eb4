// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Announces certificates that expire soon: once each at 30, 14, 7 and 1 days, and when they have. Looks at what the last handshake
 * showed, so it works with keys in tokens as well. Confined to the loop.
 */
final class CertificateWatch {
    private static final List<Integer> DAYS = List.of(1, 7, 14, 30);

    private final Consumer<String> announce;
    private final Map<Owner, Watched> watched = new EnumMap<>(Owner.class);

    /** Whose certificate it is. */
    enum Owner {
        DEVICE("this device's certificate"),
        BROKER("the broker's certificate");

        private final String text;

        Owner(String text) {
            this.text = text;
        }
    }

    CertificateWatch(Consumer<String> announce) {
        this.announce = announce;
    }

    /** Takes note of the chain that was shown in the last handshake; an empty one changes nothing. */
    void shown(Owner owner, List<X509Certificate> chain) {
        chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .ifPresent(end -> watched.compute(
                        owner, (same, before) -> before != null && before.end.equals(end) ? before : new Watched(end)));
    }

    void check(Instant now) {
        watched.forEach((owner, one) -> one.check(owner, now));
    }

    private final class Watched {
        private final Instant end;
        private int announced = Integer.MAX_VALUE;

        Watched(Instant end) {
            this.end = end;
        }

        void check(Owner owner, Instant now) {
            if (!now.isBefore(end)) {
                if (announced > 0) {
                    announced = 0;
                    announce.accept(owner.text + " expired at " + end + ": renew it");
                }
                return;
            }
            long left = Duration.between(now, end).toDays();
            for (int days : DAYS) {
                if (left <= days) {
                    if (announced > days) {
                        announced = days;
                        announce.accept(owner.text + " expires at " + end + ", "
                                + (left == 0 ? "within a day" : "in " + left + " days") + ": renew it");
                    }
                    return;
                }
            }
        }
    }
}
