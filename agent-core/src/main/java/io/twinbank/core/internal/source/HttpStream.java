// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.internal.source.HttpAnswer.Question;
import io.twinbank.core.internal.source.Mirrors.Place;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadException.Kind;
import io.twinbank.core.spi.PayloadSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One payload from the first place that has it: by one request, or by one for each range, of which one follows the other by the same
 * connection. Connects at the first read, on the fetch thread.
 */
final class HttpStream implements PayloadSource.Stream {
    private static final int CHUNK_BYTES = 64 << 10;

    private final HttpSource source;
    private final PayloadSource.Request request;
    private final HttpConnections connections;
    private final AtomicLong transferred = new AtomicLong();
    /** For buffers without an array, once. */
    private byte[] chunk = {};

    private long position;
    /** Before which byte the wanted range ends. */
    private long end;

    private Optional<String> validator = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private boolean found;
    private boolean turned;
    private boolean elsewhere;
    private volatile @Nullable Place place;
    private volatile @Nullable HttpAnswer answer;
    private volatile boolean closed;

    HttpStream(HttpSource source, PayloadSource.Request request) {
        this.source = source;
        this.request = request;
        this.connections = new HttpConnections(source);
        this.position = request.offset();
        this.end = request.end();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (!found) {
            find();
            found = true;
        }
        try {
            int got = readHere(dst);
            HttpAnswer open = answer;
            if (got < 0 && open != null && position < Math.min(open.end(), sizeBytes.orElse(0))) {
                // Of a body without a length nothing else says that it was cut.
                throw new EOFException(
                        "GET " + request.uri() + ": ended at byte " + position + " of " + sizeBytes.getAsLong());
            }
            if (got < 0 && position < Math.min(end, sizeBytes.orElse(0))) {
                fails();
            }
            return got;
        } catch (IOException e) {
            fails();
            boolean isFinal = e instanceof PayloadException refusal && refusal.kind() == Kind.FINAL;
            throw isFinal && elsewhere ? new PayloadException(Kind.RETRY, message(e), e) : e;
        }
    }

    @Override
    public boolean turnTo(long offset, long before) {
        position = offset;
        end = before;
        turned = true;
        return true;
    }

    @Override
    public Optional<String> validator() {
        Place here = place;
        return here == null ? Optional.empty() : here.marked(validator);
    }

    @Override
    public OptionalLong sizeBytes() {
        return sizeBytes;
    }

    @Override
    public Optional<Instant> date() {
        HttpAnswer open = answer;
        return open == null ? Optional.empty() : open.date();
    }

    @Override
    public long transferredBytes() {
        return transferred.get();
    }

    @Override
    public void close() {
        closed = true;
        connections.close();
    }

    @Override
    public void abandon() {
        fails();
        close();
    }

    private void fails() {
        Place here = place;
        if (here != null && !closed) {
            source.mirrors().fails(here);
        }
    }

    /** Asks one place after another. Only if every one has a final answer, that is the answer. */
    private void find() throws IOException {
        List<Place> places = source.mirrors().of(request.uri());
        Kind kind = Kind.FINAL;
        StringBuilder troubles = new StringBuilder();
        elsewhere = places.size() > 1;
        for (Place each : places) {
            place = each;
            try {
                ask(each, each.own(request.validator()));
                source.mirrors().works(each);
                return;
            } catch (IOException e) {
                boolean changed = e instanceof PayloadException refusal && refusal.kind() == Kind.CHANGED;
                if (changed || closed || !elsewhere) {
                    throw e;
                }
                boolean isFinal = e instanceof PayloadException refusal && refusal.kind() == Kind.FINAL;
                kind = isFinal ? kind : Kind.RETRY;
                troubles.append(troubles.isEmpty() ? "" : "; ")
                        .append(each.uri())
                        .append(": ")
                        .append(message(e));
            }
        }
        throw new PayloadException(kind, "none of " + places.size() + " places has the payload: " + troubles);
    }

    private void ask(Place where, Optional<String> version) throws IOException {
        source.check(where.uri());
        turned = false;
        long before = nextEnd();
        if (HttpSource.isHttps(where.uri())) {
            source.rehearse(Math.min(end, request.sizeBytes()) - position);
        }
        boolean last = end == Long.MAX_VALUE && before >= sizeBytes.orElse(request.sizeBytes());
        Question question = new Question(where.uri(), position, before, end < Long.MAX_VALUE, last, version);
        HttpAnswer asked = new HttpAnswer(source, connections, question);
        answer = asked;
        asked.connect();
        long size = sizeBytes.orElse(asked.sizeBytes().orElse(0));
        if (asked.sizeBytes().orElse(size) != size) {
            throw new PayloadException(
                    Kind.CHANGED,
                    "GET " + where.uri() + ": the payload has "
                            + asked.sizeBytes().getAsLong() + " bytes, had " + size);
        }
        validator = asked.validator().or(() -> version);
        sizeBytes = asked.sizeBytes().isPresent() ? asked.sizeBytes() : sizeBytes;
    }

    /** Before which byte the next request ends. */
    private long nextEnd() {
        if (!inRanges()) {
            return Long.MAX_VALUE;
        }
        long most = source.settings().rangeBytes();
        long until = Math.min(end, Math.max(request.sizeBytes(), position + 1));
        return until - position > most ? position + most : until;
    }

    private boolean inRanges() {
        return source.settings().inRanges() || end < Long.MAX_VALUE;
    }

    private int readHere(ByteBuffer dst) throws IOException {
        HttpAnswer open = answer;
        Place here = place;
        if (closed || open == null || here == null) {
            throw new IOException("closed");
        }
        if (position == end) {
            return -1;
        }
        if (turned || (position == open.end() && inRanges() && position != sizeBytes.orElse(-1))) {
            ask(here, validator);
            return readHere(dst);
        }
        int most = (int) Math.min(dst.remaining(), Math.min(end, open.end()) - position);
        if (most == 0) {
            return -1;
        }
        int got;
        if (dst.hasArray()) {
            got = open.read(dst.array(), dst.arrayOffset() + dst.position(), most, transferred::addAndGet);
            dst.position(dst.position() + Math.max(0, got));
        } else {
            if (chunk.length == 0) {
                chunk = new byte[CHUNK_BYTES];
            }
            got = open.read(chunk, 0, Math.min(most, CHUNK_BYTES), transferred::addAndGet);
            dst.put(chunk, 0, Math.max(0, got));
        }
        position += Math.max(0, got);
        return got;
    }

    private static String message(IOException trouble) {
        return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
    }
}
