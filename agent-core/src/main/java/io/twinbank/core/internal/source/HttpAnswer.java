// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** One request, with its redirects, and the answer's body. Belongs to the fetch thread, but for {@link #close}. */
final class HttpAnswer {
    /**
     * What is asked for.
     *
     * @param uri where
     * @param offset from which byte on
     * @param end before which byte; {@link Long#MAX_VALUE} for all there is
     * @param validator the version that it must be
     */
    record Question(URI uri, long offset, long end, Optional<String> validator) {
        private Optional<String> range() {
            if (end < Long.MAX_VALUE) {
                return Optional.of("bytes=" + offset + "-" + (end - 1));
            }
            return offset > 0 ? Optional.of("bytes=" + offset + "-") : Optional.empty();
        }
    }

    private static final int MAX_REDIRECTS = 3;
    private static final int SKIPPED_BYTES = 64 << 10;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern UNSATISFIED_RANGE = Pattern.compile("bytes \\*/(\\d{1,18})");
    /** A weak entity tag (W/...) doesn't promise the same bytes. */
    private static final Pattern STRONG_ENTITY_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{0,200}\"");

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,64}");

    private final HttpSource source;
    private final Question question;
    private URI uri;
    private InputStream body = InputStream.nullInputStream();
    private Optional<String> validator = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private Optional<Instant> date = Optional.empty();
    private long end = Long.MAX_VALUE;
    private long toSkip;
    private boolean chunked;
    private volatile @Nullable Socket socket;
    private volatile @Nullable HttpURLConnection unanswered;
    private volatile boolean closed;

    HttpAnswer(HttpSource source, Question question) {
        this.source = source;
        this.question = question;
        this.uri = question.uri();
    }

    /** Asks, and reads the answer's head. */
    void connect() throws IOException {
        for (int redirects = 0; ; redirects++) {
            HttpURLConnection answer = prepare();
            int status = status(answer);
            readDate(answer);
            chunked = !header(answer, "Transfer-Encoding").isEmpty();
            switch (status) {
                case 200 -> {
                    whole(answer);
                    return;
                }
                case 206 -> {
                    part(answer);
                    return;
                }
                case 416 -> {
                    beyondTheEnd(answer);
                    return;
                }
                case 301, 302, 303, 307, 308 -> uri = redirected(answer, status, redirects);
                default -> throw refused(answer, status);
            }
        }
    }

    /**
     * Reads on.
     *
     * @param transferred is told how many bytes came
     * @return how many bytes are for the caller: 0 while what lies before the offset is passed over; -1 at the body's end
     */
    int read(byte[] bytes, int offset, int most, LongConsumer transferred) throws IOException {
        // No more than were asked for, also where they are passed over, so that who asks may limit what comes.
        int got = toSkip > 0
                ? body.read(new byte[(int) Math.min(toSkip, Math.min(most, SKIPPED_BYTES))])
                : body.read(bytes, offset, most);
        transferred.accept(Math.max(0, got));
        if (toSkip == 0) {
            return got;
        }
        if (got < 0) {
            throw new EOFException("GET " + uri + ": ended " + toSkip + " bytes before byte " + question.offset());
        }
        toSkip -= got;
        return 0;
    }

    Optional<String> validator() {
        return validator;
    }

    OptionalLong sizeBytes() {
        return sizeBytes;
    }

    Optional<Instant> date() {
        return date;
    }

    /** Before which byte of the payload the body ends, if it is a range. */
    long end() {
        return end;
    }

    /**
     * Closes the socket under TLS. A plain stream only ends at its next read, at the latest by the read timeout: {@link
     * HttpURLConnection} hands out no socket, and once the body is read its disconnect would wait for the read that is to be ended.
     */
    void close() {
        closed = true;
        Socket secure = socket;
        HttpURLConnection plain = unanswered;
        if (secure != null) {
            Quietly.close(secure);
        } else if (plain != null) {
            plain.disconnect();
        }
    }

    private HttpURLConnection prepare() throws IOException {
        HttpURLConnection prepared = source.prepare(uri, plain -> {
            socket = plain;
            if (closed) {
                Quietly.close(plain);
            }
        });
        Optional<String> range = question.range();
        range.ifPresent(bytes -> prepared.setRequestProperty("Range", bytes));
        if (range.isPresent()) {
            question.validator().ifPresent(tag -> prepared.setRequestProperty("If-Range", tag));
        }
        return prepared;
    }

    private int status(HttpURLConnection asked) throws IOException {
        unanswered = asked;
        if (closed) {
            throw new IOException("closed");
        }
        try {
            return asked.getResponseCode();
        } catch (StackOverflowError endless) {
            // Java 17 reads each interim answer (1xx) one call deeper.
            throw new PayloadException(
                    PayloadException.Kind.RETRY, "GET " + uri + ": interim answers without an end", endless);
        } finally {
            unanswered = null;
        }
    }

    private void whole(HttpURLConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        long length = chunked ? -1 : answer.getContentLengthLong();
        sizeBytes = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
        if (question.offset() > 0
                && (question.validator().isEmpty() || !question.validator().equals(validator))) {
            throw changed(validator.orElse("no validator"));
        }
        // The same payload, from a server that doesn't do ranges.
        toSkip = question.offset();
        body = answer.getInputStream();
    }

    private void part(HttpURLConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        String range = header(answer, "Content-Range");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || !isAsked(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": asked for bytes from " + question.offset()
                            + (question.end() == Long.MAX_VALUE ? "" : " to " + (question.end() - 1)) + ", got range '"
                            + printable(range) + "'");
        }
        if (question.validator().isPresent()
                && validator.isPresent()
                && !question.validator().equals(validator)) {
            throw changed(validator.get());
        }
        String total = matcher.group(3);
        sizeBytes = "*".equals(total) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total));
        end = Long.parseLong(matcher.group(2)) + 1;
        body = answer.getInputStream();
    }

    private boolean isAsked(long first, long last) {
        return first == question.offset() && last >= first && last < question.end();
    }

    /** The payload ends where we wanted to go on: what it has in all is the answer. */
    private void beyondTheEnd(HttpURLConnection answer) throws PayloadException {
        Matcher matcher = UNSATISFIED_RANGE.matcher(header(answer, "Content-Range"));
        if (!matcher.matches() || question.offset() == 0) {
            throw refused(answer, 416);
        }
        sizeBytes = OptionalLong.of(Long.parseLong(matcher.group(1)));
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
        if (downgraded || !source.mayBeSentTo(target.getHost(), uri) || redirects == MAX_REDIRECTS) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": " + status + " to " + target + "; at most " + MAX_REDIRECTS
                            + " redirects are followed, on the same host or to those of HttpPayloads.allowHost,"
                            + " and never from https to http");
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

    private PayloadException refused(HttpURLConnection answer, int status) {
        Optional<HttpProxy> proxy = source.settings().proxy();
        if (status == 407 && proxy.isPresent()) {
            String wants = header(answer, "Proxy-Authenticate").split("[ ,]", 2)[0];
            return proxy.get().refused(status, uri.getAuthority(), Optional.of(wants));
        }
        boolean passes = status < 200 || status >= 500 || status == 408 || status == 425 || status == 429;
        return new PayloadException(
                passes ? PayloadException.Kind.RETRY : PayloadException.Kind.FINAL,
                "GET " + uri + ": status " + status);
    }

    private PayloadException changed(String now) {
        return new PayloadException(
                PayloadException.Kind.CHANGED,
                "GET " + uri + ": the payload is " + now + ", was "
                        + question.validator().orElse("without a validator"));
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
