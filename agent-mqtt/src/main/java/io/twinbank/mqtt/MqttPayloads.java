// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Payloads by MQTT, for sites that let nothing else through: {@code mqtt:NAME}. Chunks are asked for within a window, in which they may come
 * in any order, twice, or not at all; docs/wire-format.md, "Payload by MQTT". What came and wasn't read yet is kept when a stream breaks, for
 * the next one. One stream at a time: opening another ends the one before. Thread-safe.
 */
final class MqttPayloads implements PayloadSource {
    /** Reaches the server: fails if there is no connection. */
    interface Asking extends Function<MqttLink.Outgoing, CompletionStage<Void>> {}

    /** How much is asked for at a time, and how long to wait at most before asking again. */
    record Pace(int chunkBytes, int chunks, Duration patience) {
        /** 256 KiB on the heap; a chunk within the time takes 550 bytes a second. */
        static final Pace STANDARD = new Pace(16 << 10, 16, Duration.ofSeconds(30));
    }

    private static final Logger log = LoggerFactory.getLogger(MqttPayloads.class);
    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,256}");
    private static final int SILENCES = 3;

    private final Topics topics;
    private final Asking asking;
    private final LongSupplier random;
    private final LongSupplier nanos;
    private final Pace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // from here on under the lock
    private @Nullable ChunkWindow window;
    private @Nullable Chunks reader;
    private volatile boolean awaited;

    MqttPayloads(Topics topics, Asking asking, LongSupplier random, LongSupplier nanos, Pace pace) {
        this.topics = topics;
        this.asking = asking;
        this.random = random;
        this.nanos = nanos;
        this.pace = pace;
    }

    @Override
    public boolean serves(URI uri) {
        return "mqtt".equalsIgnoreCase(uri.getScheme());
    }

    @Override
    public Stream open(Request request) throws IOException {
        String name = request.uri().getSchemeSpecificPart();
        if (!NAME.matcher(name).matches()) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "a payload's name has 1 to 256 visible ASCII characters, not \"" + Printable.line(name) + "\"");
        }
        lock.lock();
        try {
            if (reader != null) {
                reader.fail(new IOException("another payload was opened: " + name));
            }
            ChunkWindow old = window;
            ChunkWindow next = old == null ? new ChunkWindow(pace.chunkBytes(), pace.chunks(), pace.patience()) : old;
            next.begin(name, request, random);
            window = next;
            Chunks opened = new Chunks(next, request);
            reader = opened;
            awaited = true;
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether a payload is being read. Any thread. */
    boolean isAwaited() {
        return awaited;
    }

    /** A message on the topic of payloads; acknowledged at once, for what is missing is asked for again. Any thread. */
    void arrived(MqttLink.Incoming message) {
        lock.lock();
        try {
            if (window == null) {
                log.debug("a message of {} bytes for a payload that nobody asked for", message.payload().length);
            } else {
                take(window, message);
            }
        } finally {
            lock.unlock();
        }
        message.acknowledge().run();
    }

    private void take(ChunkWindow asked, MqttLink.Incoming message) {
        OptionalInt request = asked.answered(message.correlation());
        if (request.isEmpty()) {
            asked.stranger();
        } else if (message.contentType().equals(Topics.PAYLOAD_REFUSAL)) {
            if (reader != null) {
                reader.fail(PayloadMessages.refusal(asked.name(), message.payload()));
            }
            asked.forget();
        } else if (!message.contentType().equals(Topics.PAYLOAD_CHUNK)) {
            asked.wrong("content type \"" + Printable.line(message.contentType()) + "\"");
        } else {
            try {
                if (asked.take(PayloadMessages.chunk(message.payload()), request.getAsInt(), nanos.getAsLong())) {
                    changed.signalAll();
                }
            } catch (PayloadException e) {
                if (reader != null) {
                    reader.fail(e);
                }
                asked.forget();
            } catch (IOException e) {
                asked.wrong(String.valueOf(e.getMessage()));
            }
        }
    }

    private void ask(ChunkWindow of) {
        byte[] body = PayloadMessages.request(of.name(), pace.chunkBytes(), of.nowAsked(nanos.getAsLong()));
        asking.apply(new MqttLink.Outgoing(
                        topics.payloadRequest(),
                        false,
                        Topics.PAYLOAD_REQUEST,
                        Optional.empty(),
                        body,
                        Optional.of(pace.patience()),
                        Optional.of(new MqttLink.Reply(Optional.of(topics.payloadData()), of.correlation()))))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        notAsked(of, failure);
                    }
                });
    }

    private void notAsked(ChunkWindow of, Throwable failure) {
        lock.lock();
        try {
            if (reader != null && window == of) {
                reader.fail(new IOException("can't ask for " + of.name() + ": " + failure.getMessage(), failure));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Blocks as a socket's read does. */
    private final class Chunks implements Stream {
        private final ChunkWindow chunks;
        private final Request request;
        private long offset;
        private @Nullable IOException failure;

        Chunks(ChunkWindow chunks, Request request) {
            this.chunks = chunks;
            this.request = request;
            this.offset = request.offset();
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            lock.lock();
            try {
                int read = 0;
                while (read == 0 && offset < end()) {
                    requireGood();
                    read = chunks.read(offset, dst);
                    boolean due = chunks.isRequestDue(nanos.getAsLong());
                    requireNotSilent();
                    if (due) {
                        ask(chunks);
                        requireGood();
                    }
                    if (read == 0) {
                        long unused = changed.awaitNanos(chunks.untilTimeOut(nanos.getAsLong()));
                    }
                }
                requireGood();
                offset += read;
                return read == 0 ? -1 : read;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                lock.unlock();
            }
        }

        private long end() {
            return Math.min(request.end(), chunks.sizeBytes().orElse(request.sizeBytes()));
        }

        private void requireNotSilent() throws IOException {
            Duration longest = pace.patience().multipliedBy(SILENCES);
            if (chunks.silence().compareTo(longest) >= 0) {
                throw new IOException("nothing came of " + chunks.name() + " within " + longest.toSeconds() + " s, "
                        + chunks.account());
            }
        }

        private void requireGood() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }

        void fail(IOException why) {
            if (failure == null) {
                failure = why;
                changed.signalAll();
            }
        }

        @Override
        public Optional<String> validator() {
            lock.lock();
            try {
                return chunks.version();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public OptionalLong sizeBytes() {
            lock.lock();
            try {
                return chunks.sizeBytes();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                fail(new IOException("closed"));
                if (reader == this) {
                    reader = null;
                    awaited = false;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
