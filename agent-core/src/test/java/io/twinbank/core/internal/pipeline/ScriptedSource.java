// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A payload in memory whose openings misbehave one after another as a test says, and are good afterwards. */
class ScriptedSource implements PayloadSource {
    final List<Long> openings = new ArrayList<>();
    final List<Optional<String>> validatorsAsked = new ArrayList<>();
    long served;
    int open;
    Optional<String> validator = Optional.of("\"v1\"");
    boolean declares = true;
    boolean counts;
    private byte[] content;
    private final Deque<Trouble> troubles = new ArrayDeque<>();

    private record Trouble(long afterBytes, @Nullable IOException exception) {}

    ScriptedSource(byte[] content) {
        this.content = content;
    }

    /** The next opening gives so many bytes and then breaks. */
    ScriptedSource breaks(long afterBytes, IOException exception) {
        troubles.add(new Trouble(afterBytes, exception));
        return this;
    }

    /** The next opening gives so many bytes and then ends. */
    ScriptedSource ends(long afterBytes) {
        troubles.add(new Trouble(afterBytes, null));
        return this;
    }

    void change(byte[] newContent, String newValidator) {
        content = newContent;
        validator = Optional.of(newValidator);
    }

    @Override
    public boolean serves(URI uri) {
        return "test".equals(uri.getScheme());
    }

    @Override
    public Stream open(Request request) {
        openings.add(request.offset());
        validatorsAsked.add(request.validator());
        open++;
        @Nullable Trouble trouble = troubles.poll();
        return new Stream() {
            private int position = (int) request.offset();
            private boolean closed;

            @Override
            public int read(ByteBuffer dst) throws IOException {
                if (closed) {
                    throw new IOException("closed");
                }
                int most = content.length - position;
                if (trouble != null) {
                    most = (int) Math.min(most, trouble.afterBytes - (position - request.offset()));
                    if (most == 0 && trouble.exception != null) {
                        throw trouble.exception;
                    }
                }
                if (most == 0) {
                    return -1;
                }
                // An odd number, so that reads don't end where units do.
                int length = Math.min(Math.min(most, 1013), dst.remaining());
                dst.put(content, position, length);
                position += length;
                served += length;
                return length;
            }

            @Override
            public Optional<String> validator() {
                return validator;
            }

            @Override
            public OptionalLong sizeBytes() {
                return declares ? OptionalLong.of(content.length) : OptionalLong.empty();
            }

            @Override
            public long transferredBytes() {
                return counts ? position - request.offset() : -1;
            }

            @Override
            public void close() {
                open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }
}
