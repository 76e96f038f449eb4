// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.suit.Digest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrderTest {
    private static final Recipient GATEWAY = Recipient.device("gateway-0001");
    private static final long YEAR_2030 = 1_893_456_000;

    static Stream<Order> orders() {
        return Stream.of(
                new Order(1, 0, GATEWAY, new Command.Pause()),
                new Order(2, YEAR_2030, Recipient.group("paint-shop"), new Command.Resume()),
                new Order(3, YEAR_2030, GATEWAY, new Command.Cancel(Digest.sha256Of(new byte[1]))),
                new Order(-1L, 253_402_300_799L, GATEWAY, new Command.Report()),
                new Order(5, YEAR_2030, GATEWAY, new Command.Settings(Map.of())),
                new Order(6, YEAR_2030, GATEWAY, new Command.Settings(settings(16, 32, 128))),
                new Order(7, YEAR_2030, GATEWAY, new Command.Rollout(Digest.sha256Of(new byte[1]), 0)),
                new Order(8, YEAR_2030, GATEWAY, new Command.Rollout(Digest.sha256Of(new byte[2]), 10_000)));
    }

    private static Map<String, String> settings(int count, int nameBytes, int valueBytes) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            values.put(String.format("%0" + nameBytes + "d", i), "v".repeat(valueBytes));
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decode_whatWasEncoded_isTheSame(Order order) throws Exception {
        assertEquals(order, Order.decode(order.encode()));
    }

    @Test
    void encode_pause_isAsDocumented() {
        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "a4" + "0107" + "021a70dbd880" + "0382" + "01" + "6c676174657761792d30303031" + "0401"),
                new Order(7, YEAR_2030, GATEWAY, new Command.Pause()).encode());
    }

    private static byte[] order(Consumer<CborWriter.MapWriter> entries) {
        return new CborWriter()
                .map(m -> {
                    m.entry(1).integer(7);
                    m.entry(2).integer(YEAR_2030);
                    entries.accept(m);
                })
                .toByteArray();
    }

    private static byte[] command(Consumer<CborWriter.MapWriter> entries) {
        return order(m -> {
            m.entry(3).array(a -> a.integer(1).text("gateway-0001"));
            entries.accept(m);
        });
    }

    private static void assertRefused(RejectReason reason, String found, String expected, byte[] order) {
        Rejection rejection =
                assertThrows(RejectedException.class, () -> Order.decode(order)).rejection();
        assertEquals(
                reason + " " + found + " " + expected,
                rejection.reason() + " " + rejection.found() + " " + rejection.expected());
    }

    @Test
    void decode_entryMissing_isMalformed() {
        assertRefused(
                RejectReason.MALFORMED,
                "3 entries",
                "4, or 5 with an argument",
                order(m -> m.entry(3).array(a -> a.integer(1).text("gateway-0001"))));
    }

    @Test
    void decode_unknownEntry_isUnsupported() {
        assertRefused(
                RejectReason.UNSUPPORTED, "9", "4", command(m -> m.entry(9).integer(1)));
    }

    @Test
    void decode_sequence0_isMalformed() {
        byte[] order = new CborWriter()
                .map(m -> {
                    m.entry(1).integer(0);
                    m.entry(2).integer(YEAR_2030);
                    m.entry(3).array(a -> a.integer(1).text("gateway-0001"));
                    m.entry(4).integer(1);
                })
                .toByteArray();

        assertRefused(RejectReason.MALFORMED, "0", "at least 1", order);
    }

    @Test
    void decode_kindOfRecipientUnknown_isUnsupported() {
        assertRefused(RejectReason.UNSUPPORTED, "3", "1 (device) or 2 (group)", order(m -> {
            m.entry(3).array(a -> a.integer(3).text("all"));
            m.entry(4).integer(1);
        }));
    }

    @Test
    void decode_nameThatCouldBeATopic_isMalformed() {
        byte[] order = order(m -> {
            m.entry(3).array(a -> a.integer(1).text("a/#"));
            m.entry(4).integer(1);
        });

        Rejection rejection =
                assertThrows(RejectedException.class, () -> Order.decode(order)).rejection();

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("recipient at byte 10: name: 1 to 64 of [A-Za-z0-9._-], not 'a/#'", rejection.detail());
    }

    @Test
    void decode_decommission_isReserved() {
        assertRefused(
                RejectReason.UNSUPPORTED,
                "6 (decommission), which is reserved",
                "1 (pause), 2 (resume), 3 (cancel), 4 (report), 5 (settings) or 7 (rollout)",
                command(m -> m.entry(4).integer(6)));
    }

    @Test
    void decode_pauseWithArgument_isMalformed() {
        assertRefused(RejectReason.MALFORMED, "an argument (5)", "none", command(m -> {
            m.entry(4).integer(1);
            m.entry(5).integer(1);
        }));
    }

    @Test
    void decode_cancelWithoutManifest_isMalformed() {
        assertRefused(
                RejectReason.MALFORMED,
                "no argument (5)",
                "one",
                command(m -> m.entry(4).integer(3)));
    }

    @Test
    void decode_rolloutToMoreThanAll_isTooMuch() {
        assertRefused(RejectReason.LIMIT_EXCEEDED, "10001", "at most 10000", command(m -> {
            m.entry(4).integer(7);
            m.entry(5).array(a -> {
                Digest.sha256Of(new byte[1]).encode(a);
                a.integer(10_001);
            });
        }));
    }

    @Test
    void decode_rolloutWithoutShare_isMalformed() {
        assertRefused(RejectReason.MALFORMED, "1 items", "2 items: digest, share", command(m -> {
            m.entry(4).integer(7);
            m.entry(5).array(a -> Digest.sha256Of(new byte[1]).encode(a));
        }));
    }

    @Test
    void decode_rolloutWithoutArgument_isMalformed() {
        assertRefused(
                RejectReason.MALFORMED,
                "no argument (5)",
                "one",
                command(m -> m.entry(4).integer(7)));
    }

    @Test
    void decode_17Settings_isTooMany() {
        assertRefused(
                RejectReason.LIMIT_EXCEEDED,
                "17",
                "at most 16",
                new Order(6, YEAR_2030, GATEWAY, new Command.Settings(settings(17, 2, 1))).encode());
    }

    @Test
    void decode_settingOf129Bytes_isTooLong() {
        byte[] order = new Order(6, YEAR_2030, GATEWAY, new Command.Settings(settings(1, 2, 129))).encode();

        assertEquals(
                RejectReason.LIMIT_EXCEEDED,
                assertThrows(RejectedException.class, () -> Order.decode(order)).reason());
    }

    @Test
    void decode_tooLarge_isRefusedByItsSize() {
        assertRefused(RejectReason.LIMIT_EXCEEDED, "4097", "at most 4096", new byte[4097]);
    }

    @Test
    void toString_settings_doesNotTellTheirValues() {
        String text = new Order(5, 0, GATEWAY, new Command.Settings(Map.of("apn.password", "secret"))).toString();

        assertEquals("Settings[apn.password] for device gateway-0001, sequence 5, until 1970-01-01T00:00:00Z", text);
    }
}
