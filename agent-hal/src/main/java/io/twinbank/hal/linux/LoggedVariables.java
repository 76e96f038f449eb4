// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Variables of a boot loader that takes them one by one, and has no room for the agent's own. Those, whose names begin with
 * {@code twinbank_}, are in a record.
 *
 * <p>A change is whole all the same: what is to be is in the record before the boot loader gets any of it, and the record is settled
 * when it has got all. A call that finds an unsettled record, because of a power cut or a fault, finishes it first. What was given
 * before the cut may have been used up by then, so that such a trial can get its attempts twice.
 */
abstract class LoggedVariables implements BootVariables {
    private static final String OWN = "twinbank_";

    /** A value that the boot loader is to get; an empty one takes it away. */
    private record Gift(String name, String value) {}

    /** The agent's own variables, and what the boot loader hasn't got for certain. */
    private record Log(SortedMap<String, String> own, List<Gift> gifts) {}

    /** Returns what the boot loader has now. */
    abstract SortedMap<String, String> observe() throws HalException;

    /** Gives it a value, durably; an empty one takes it away. Idempotent. */
    abstract void give(String name, String value) throws HalException;

    /** Returns the record; empty if there was never one. */
    abstract Optional<byte[]> loadRecord() throws HalException;

    /** Keeps the record: a power cut leaves the one before or this one. */
    abstract void storeRecord(byte[] record) throws HalException;

    /** Adds what is known once all is given. */
    void settle(SortedMap<String, String> own) throws HalException {}

    @Override
    public Contents read() throws HalException {
        SortedMap<String, String> all = observe();
        all.putAll(finish(all).own());
        return new Contents(all, true, Optional.empty());
    }

    /**
     * {@inheritDoc} The boot loader gets what differs from what it has.
     *
     * @throws HalException as {@link #read()}
     */
    @Override
    public Contents change(Change change) throws HalException {
        SortedMap<String, String> before = new TreeMap<>(read().variables());
        SortedMap<String, String> next = new TreeMap<>(before);
        change.on(next);
        if (!next.equals(before)) {
            SortedMap<String, String> own = new TreeMap<>();
            List<Gift> gifts = new ArrayList<>();
            next.forEach((name, value) -> {
                if (name.startsWith(OWN)) {
                    own.put(name, value);
                } else if (!value.equals(before.get(name))) {
                    gifts.add(new Gift(name, value));
                }
            });
            before.keySet().stream()
                    .filter(name -> !name.startsWith(OWN) && !next.containsKey(name))
                    .forEach(name -> gifts.add(new Gift(name, "")));
            Log log = new Log(own, gifts);
            storeRecord(encode(log));
            give(log, Collections.emptySortedMap());
        }
        return read();
    }

    private Log finish(SortedMap<String, String> observed) throws HalException {
        Optional<byte[]> record = loadRecord();
        if (record.isEmpty()) {
            return new Log(new TreeMap<>(), List.of());
        }
        Log log = decode(record.get());
        if (log.gifts().isEmpty()) {
            return log;
        }
        Log settled = give(log, observed);
        observed.clear();
        observed.putAll(observe());
        return settled;
    }

    private Log give(Log log, Map<String, String> observed) throws HalException {
        for (Gift gift : log.gifts()) {
            if (!gift.value().equals(observed.get(gift.name()))) {
                give(gift.name(), gift.value());
            }
        }
        SortedMap<String, String> own = new TreeMap<>(log.own());
        settle(own);
        Log settled = new Log(own, List.of());
        storeRecord(encode(settled));
        return settled;
    }

    /** A line for each: {@code =NAME=VALUE} of the agent, {@code >NAME=VALUE} for the boot loader. */
    private static byte[] encode(Log log) {
        StringBuilder text = new StringBuilder();
        log.own()
                .forEach((name, value) ->
                        text.append('=').append(name).append('=').append(value).append('\n'));
        log.gifts()
                .forEach(gift -> text.append('>')
                        .append(gift.name())
                        .append('=')
                        .append(gift.value())
                        .append('\n'));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Log decode(byte[] record) throws HalException {
        SortedMap<String, String> own = new TreeMap<>();
        List<Gift> gifts = new ArrayList<>();
        for (String line :
                new String(record, StandardCharsets.ISO_8859_1).lines().toList()) {
            int equals = line.indexOf('=', 1);
            if (equals < 0 || (line.charAt(0) != '=' && line.charAt(0) != '>')) {
                throw new HalException(
                        HalException.Kind.IO,
                        "the record of the boot loader's variables has a line \"" + line
                                + "\", expected =NAME=VALUE or >NAME=VALUE: delete the record, which ends a trial");
            }
            String name = line.substring(1, equals);
            String value = line.substring(equals + 1);
            if (line.charAt(0) == '=') {
                own.put(name, value);
            } else {
                gifts.add(new Gift(name, value));
            }
        }
        return new Log(own, gifts);
    }
}
