// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import io.twinbank.core.spi.PayloadException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request, with its redirects, and the answer's body. Belongs to the fetch thread. */
final class HttpAnswer {
    /**
     * What is asked for.
     *
     * @param uri where
     * @param offset from which byte on
     * @param end before which byte; {@link Long#MAX_VALUE} for all there is
     * @param part whether nothing else is wanted: a server that sends all instead is no use
     * @param last whether no other question follows
     * @param validator the version that it must be
     */
    record Question(URI uri, long offset, long end, boolean part, boolean last, Optional<String> validator) {
        private List<String> headers() {
            List<String> headers = new ArrayList<>();
            if (last) {
                headers.add("Connection: close");
            }
            if (offset > 0 || end < Long.MAX_VALUE) {
                headers.add("Range: bytes=" + offset + "-" + (end < Long.MAX_VALUE ? Long.toString(end - 1) : ""));
                validator.filter(HttpConnection::isPrintable).ifPresent(tag -> headers.add("If-Range: " + tag));
            }
            return headers;
        }
    }

    private static final int MAX_REDIRECTS = 3;
    private static final int SKIPPED_BYTES = 64 << 10;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern UNSATISFIED_RANGE = Pattern.compile("bytes \\*/(\\d{1,18})");
    /** A weak entity tag (W/...) doesn't promise the same bytes. */
    private static final Pattern STRONG_ENTITY_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{0,200}\"");

    private final HttpSource source;
    private final HttpConnections connections;
    private final Question question;
    private URI uri;
    private Optional<String> validator = Optional.empty();
    private OptionalLong sizeBytes = OptionalLong.empty();
    private Optional<Instant> date = Optional.empty();
    private long end = Long.MAX_VALUE;
    private long toSkip;
    private @Nullable HttpConnection body;

    HttpAnswer(HttpSource source, HttpConnections connections, Question question) {
        this.source = source;
        this.connections = connections;
        this.question = question;
        this.uri = question.uri();
    }

    /** Asks, and reads the answer's head. */
    void connect() throws IOException {
        for (int redirects = 0; ; redirects++) {
            HttpConnection answer = connections.ask(uri, question.headers());
            readDate(answer);
            switch (answer.status()) {
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
                case 301, 302, 303, 307, 308 -> uri = redirected(answer, redirects);
                default -> throw refused(answer);
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
        HttpConnection from = body;
        if (from == null) {
            return -1;
        }
        byte[] into = toSkip > 0 ? new byte[(int) Math.min(toSkip, Math.min(most, SKIPPED_BYTES))] : bytes;
        int got = toSkip > 0 ? from.read(into, 0, into.length) : from.read(bytes, offset, most);
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

    private void whole(HttpConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        sizeBytes = answer.bodyBytes();
        boolean sameVersion =
                question.validator().isPresent() && question.validator().equals(validator);
        if (question.part() && (sameVersion || question.validator().isEmpty()) && !isAllAsked()) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": asked for bytes from " + question.offset() + " to " + (question.end() - 1)
                            + ", got all of it; the server must serve ranges");
        }
        if (question.offset() > 0 && !sameVersion) {
            throw changed(validator.orElse("no validator"));
        }
        // The same payload, from a server that doesn't do ranges.
        toSkip = question.offset();
        body = answer;
    }

    private boolean isAllAsked() {
        return question.offset() == 0 && sizeBytes.orElse(Long.MAX_VALUE) <= question.end();
    }

    private void part(HttpConnection answer) throws IOException {
        checkCoding(answer);
        readValidator(answer);
        String range = answer.header("Content-Range");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || !isAsked(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": asked for bytes from " + question.offset()
                            + (question.end() == Long.MAX_VALUE ? "" : " to " + (question.end() - 1)) + ", got range '"
                            + HttpConnection.printable(range) + "'");
        }
        if (question.validator().isPresent()
                && validator.isPresent()
                && !question.validator().equals(validator)) {
            throw changed(validator.get());
        }
        String total = matcher.group(3);
        sizeBytes = "*".equals(total) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total));
        end = Long.parseLong(matcher.group(2)) + 1;
        body = answer;
    }

    private boolean isAsked(long first, long last) {
        return first == question.offset() && last >= first && last < question.end();
    }

    /** The payload ends where we wanted to go on: what it has in all is the answer. */
    private void beyondTheEnd(HttpConnection answer) throws PayloadException {
        Matcher matcher = UNSATISFIED_RANGE.matcher(answer.header("Content-Range"));
        if (!matcher.matches() || question.offset() == 0) {
            throw refused(answer);
        }
        sizeBytes = OptionalLong.of(Long.parseLong(matcher.group(1)));
    }

    private URI redirected(HttpConnection answer, int redirects) throws PayloadException {
        String location = answer.header("Location");
        URI target;
        try {
            target = uri.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": " + answer.status() + " to '" + HttpConnection.printable(location) + "'",
                    e);
        }
        source.check(target);
        boolean downgraded = HttpSource.isHttps(uri) && !HttpSource.isHttps(target);
        if (downgraded || !source.mayBeSentTo(target.getHost(), uri) || redirects == MAX_REDIRECTS) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": " + answer.status() + " to " + target + "; at most " + MAX_REDIRECTS
                            + " redirects are followed, on the same host or to those of HttpPayloads.allowHost,"
                            + " and never from https to http");
        }
        return target;
    }

    private void checkCoding(HttpConnection answer) throws PayloadException {
        String coding = answer.header("Content-Encoding");
        if (!coding.isEmpty() && !"identity".equalsIgnoreCase(coding)) {
            throw new PayloadException(
                    PayloadException.Kind.FINAL,
                    "GET " + uri + ": content coding '" + HttpConnection.printable(coding)
                            + "' though none was accepted");
        }
    }

    private PayloadException refused(HttpConnection answer) {
        int status = answer.status();
        Optional<HttpProxy> proxy = answer.proxy();
        if (status == 407 && proxy.isPresent()) {
            String wants = answer.header("Proxy-Authenticate").split("[ ,]", 2)[0];
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
    private void readDate(HttpConnection answer) {
        date = answer.origin().secure() ? time(answer.header("Date")) : Optional.empty();
    }

    /** RFC 9110, sections 8.8 and 13.1.5: a date is a validator only if nothing could change within its second. */
    private void readValidator(HttpConnection answer) {
        String tag = answer.header("ETag");
        String modified = answer.header("Last-Modified");
        Optional<Instant> changed = time(modified);
        boolean old = changed.isPresent()
                && time(answer.header("Date"))
                        .filter(now -> !now.isBefore(changed.get().plusSeconds(1)))
                        .isPresent();
        if (STRONG_ENTITY_TAG.matcher(tag).matches()) {
            validator = Optional.of(tag);
        } else if (old) {
            validator = Optional.of(modified);
        }
    }

    /** RFC 9110, section 5.6.7; what was written before 1995 isn't read. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
