// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** One request and its answer; connects at the first read, on the fetch thread. */
final class HttpStream implements PayloadSource.Stream {
    private static final int MAX_REDIRECTS = 3;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
    private static final Pattern UNSATISFIED_RANGE = Pattern.compile("bytes \\*/(\\d{1,18})");
    /** A weak entity tag (W/...) doesn't promise the same bytes. */
    private static final Pattern STRONG_ENTITY_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{0,200}\"");

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,64}");

    private final HttpSource source;
    private final PayloadSource.Request request;
    private URI uri;
    private @Nullable InputStream body;
    private Optional<String> validator = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private Optional<Instant> date = Optional.empty();
    private volatile @Nullable Socket socket;
    private boolean chunked;
    private long toSkip;
    private final AtomicLong transferred = new AtomicLong();
    private volatile boolean closed;

    HttpStream(HttpSource source, PayloadSource.Request request) {
        this.source = source;
        this.request = request;
        this.uri = request.uri();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        InputStream open = body == null ? connect() : body;
        body = open;
        if (toSkip > 0) {
            return skip(open, dst.remaining());
        }
        if (dst.hasArray()) {
            int got = counted(open.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining()));
            dst.position(dst.position() + Math.max(0, got));
            return got;
        }
        byte[] bytes = new byte[Math.min(dst.remaining(), CHUNK_BYTES)];
        int got = counted(open.read(bytes));
        dst.put(bytes, 0, Math.max(0, got));
        return got;
    }

    /** Passes over no more bytes than were asked for, so that who asks may limit what comes. */
    private int skip(InputStream open, int most) throws IOException {
        int got = counted(open.read(new byte[(int) Math.min(toSkip, Math.min(most, CHUNK_BYTES))]));
        if (got < 0) {
            throw new EOFException("GET " + uri + ": ended " + toSkip + " bytes before byte " + request.offset());
        }
        toSkip -= got;
        return 0;
    }

    private int counted(int got) {
        transferred.addAndGet(Math.max(0, got));
        return got;
    }

    @Override
    public Optional<String> validator() {
        return validator;
    }

    @Override
    public OptionalLong sizeBytes() {
        return sizeBytes;
    }

    @Override
    public Optional<Instant> date() {
        return date;
    }

    @Override
    public long transferredBytes() {
        return transferred.get();
    }

    /**
     * Closes the socket under TLS. A plain stream only ends at its next read, at the latest by the read timeout: {@link
     * HttpURLConnection} hands out no socket, and its own disconnect would wait for the read that is to be ended.
     */
    @Override
    public void close() {
        closed = true;
        Socket secure = socket;
        if (secure != null) {
            Quietly.close(secure);
        }
    }

    private InputStream connect() throws IOException {
        for (int redirects = 0; ; redirects++) {
            HttpURLConnection answer = send();
            int status = answer.getResponseCode();
            readDate(answer);
            chunked = !header(answer, "Transfer-Encoding").isEmpty();
            switch (status) {
                case 200 -> {
                    return whole(answer);
                }
                case 206 -> {
                    return part(answer);
                }
                case 416 -> {
                    return beyondTheEnd(answer);
                }
                case 301, 302, 303, 307, 308 -> uri = redirected(answer, status, redirects);
                default -> throw refused(status);
            }
        }
    }

    private HttpURLConnection send() throws IOException {
        HttpURLConnection prepared = source.prepare(uri, plain -> {
            socket = plain;
            if (closed) {
                Quietly.close(plain);
            }
        });
        if (request.offset() > 0) {
            prepared.setRequestProperty("Range", "bytes=" + request.offset() + "-");
            request.validator().ifPresent(tag -> prepared.setRequestProperty("If-Range", tag));
        }
        return prepared;
    }

    private InputStream whole(HttpURLConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        long length = chunked ? -1 : answer.getContentLengthLong();
        sizeBytes = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        if (request.offset() == 0) {
            return answer.getInputStream();
        }
        if (request.validator().isEmpty() || !request.validator().equals(validator)) {
            throw changed(validator.orElse("no validator"));
        }
        // The same payload, from a server that doesn't do ranges.
        toSkip = request.offset();
        return answer.getInputStream();
    }

    private InputStream part(HttpURLConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        String range = header(answer, "Content-Range");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != request.offset()) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": asked for bytes from " + request.offset() + ", got range '" + printable(range)
                            + "'");
        }
        if (request.validator().isPresent()
                && validator.isPresent()
                && !request.validator().equals(validator)) {
            throw changed(validator.get());
        }
        String total = matcher.group(2);
        sizeBytes = "*".equals(total) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total));
        return answer.getInputStream();
    }

    /** The payload ends where we wanted to go on: what it has in all is the answer. */
    private InputStream beyondTheEnd(HttpURLConnection answer) throws PayloadException {
        Matcher matcher = UNSATISFIED_RANGE.matcher(header(answer, "Content-Range"));
        if (!matcher.matches() || request.offset() == 0) {
            throw refused(416);
        }
        sizeBytes = OptionalLong.of(Long.parseLong(matcher.group(1)));
        return InputStream.nullInputStream();
    }

    private URI redirected(HttpURLConnection answer, int status, int redirects) throws PayloadException {
        String location = header(answer, "Location");
        URI target;
        try {
            target = uri.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL, "GET " + uri + ": " + status + " to '" + printable(location) + "'", e);
        }
        source.check(target);
        boolean downgraded = HttpSource.isHttps(uri) && !HttpSource.isHttps(target);
        if (downgraded || !target.getHost().equalsIgnoreCase(uri.getHost()) || redirects == MAX_REDIRECTS) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": " + status + " to " + target + "; at most " + MAX_REDIRECTS
                            + " redirects are followed, on the same host and never from https to http");
        }
        return target;
    }

    private void checkCoding(HttpURLConnection answer) throws PayloadException {
        String coding = header(answer, "Content-Encoding");
        if (!coding.isEmpty() && !"identity".equalsIgnoreCase(coding)) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": content coding '" + printable(coding) + "' though none was accepted");
        }
    }

    private PayloadException refused(int status) {
        boolean passes = status < 200 || status >= 500 || status == 408 || status == 425 || status == 429;
        return new PayloadException(
                passes ? PayloadException.Kind.RETRY : PayloadException.Kind.FINAL,
                "GET " + uri + ": status " + status);
    }

    private PayloadException changed(String now) {
        return new PayloadException(
                PayloadException.Kind.CHANGED,
                "GET " + uri + ": the payload is " + now + ", was "
                        + request.validator().orElse("without a validator"));
    }

    /** Only of a server whose certificate was checked: what an answer by plain HTTP says anybody may have written. */
    private void readDate(HttpURLConnection answer) {
        if (answer instanceof HttpsURLConnection && answer.getDate() > 0) {
            date = Optional.of(Instant.ofEpochMilli(answer.getDate()));
        }
    }

    /** RFC 9110, sections 8.8 and 13.1.5: a date is a validator only if nothing could change within its second. */
    private void readValidator(HttpURLConnection answer) {
        String tag = header(answer, "ETag");
        String modified = header(answer, "Last-Modified");
        long age = answer.getDate() - answer.getLastModified();
        if (STRONG_ENTITY_TAG.matcher(tag).matches()) {
            validator = Optional.of(tag);
        } else if (answer.getLastModified() != 0
                && age >= 1000
                && PRINTABLE.matcher(modified).matches()) {
            validator = Optional.of(modified);
        }
    }

    private static String header(HttpURLConnection answer, String name) {
        String value = answer.getHeaderField(name);
        return value == null ? "" : value;
    }

    private static String printable(String text) {
        return PRINTABLE.matcher(text).matches() ? text : "not printable, " + text.length() + " characters";
    }
}
