// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An image, from its blocks in the banks and from ranges that another source has: to a download it is a source like others, and its
 * offsets are the image's. A group of blocks is handed on when it has its signed hash. One that hasn't, because a bank changed since it was
 * looked through, is fetched whole: that wasn't planned, and counts as transferred like all else. For one download, on the fetch lane.
 */
public final class IndexedSource implements PayloadSource {
    /** A group may have been damaged on its way: so often it is fetched. */
    private static final int ATTEMPTS = 3;

    private final PayloadSource source;
    private final URI uri;
    private final BlockIndex index;
    private final Holdings holdings;
    private final FetchPlan plan;
    private final BlockCodec.Unpacker unpacker = new BlockCodec.Unpacker();
    private final MessageDigest sha256 = Digest.sha256(new byte[32]).newMessageDigest();
    private final byte[] packed;
    /** The group in hand: blocks up to {@link #ready} are there, and from {@link #group}'s position on are to be handed on. */
    private final ByteBuffer group;

    private int groupIndex;
    private int ready;
    private boolean checked;
    /** Nothing of this group is taken from the banks. */
    private boolean whole;

    private int attempts;
    private final AtomicLong repairedBytes = new AtomicLong();
    private volatile long handedOnBytes;

    /**
     * Makes a source.
     *
     * @param source has what is fetched
     * @param uri where: the store's address, or the image's if the index has no store
     * @param index the image's blocks
     * @param holdings which of them are here
     * @param plan for the rest
     */
    public IndexedSource(PayloadSource source, URI uri, BlockIndex index, Holdings holdings, FetchPlan plan) {
        this.source = source;
        this.uri = uri;
        this.index = index;
        this.holdings = holdings;
        this.plan = plan;
        this.packed = new byte[index.blockBytes()];
        this.group = ByteBuffer.allocate((int) Math.min(index.groupBytes(), index.imageBytes()));
        begin(0);
    }

    /** By the image's address, under which the manifest has it. */
    @Override
    public boolean serves(URI address) {
        return source.serves(address);
    }

    @Override
    public Stream open(Request request) {
        seek(request.offset());
        return new Assembled(request.validator());
    }

    /**
     * Returns how large the groups were that were fetched whole, because a bank didn't hold any more what it had held.
     *
     * @return in bytes as they are fetched; at most that much wasn't planned. Any thread
     */
    public long repairedBytes() {
        return repairedBytes.get();
    }

    /**
     * Returns how far the image was handed on, in any opening: a writer erases no further than its erase-ahead behind that. Any thread.
     *
     * @return an offset of the image
     */
    public long handedOnBytes() {
        return handedOnBytes;
    }

    private void seek(long imageOffset) {
        int wanted = (int) (imageOffset / index.groupBytes());
        if (wanted != groupIndex) {
            begin(wanted);
        }
        group.position((int) (imageOffset - (long) groupIndex * index.groupBytes()));
    }

    private void begin(int which) {
        groupIndex = which;
        attempts = 0;
        whole = false;
        again();
        long left = index.imageBytes() - (long) which * index.groupBytes();
        group.clear().limit((int) Math.max(0, Math.min(group.capacity(), left)));
    }

    private void again() {
        ready = firstBlock();
        checked = false;
    }

    private int firstBlock() {
        return groupIndex * BlockIndex.GROUP_BLOCKS;
    }

    private int endBlock() {
        return Math.min(index.blocks(), firstBlock() + BlockIndex.GROUP_BLOCKS);
    }

    private boolean isFetched(int block) {
        return whole || !holdings.isFound(block);
    }

    private int at(int block) {
        return (block - firstBlock()) * index.blockBytes();
    }

    /** Takes a block from a bank; where it can't be read, the hash tells. */
    private void take(int block) {
        try {
            holdings.read(block, ByteBuffer.wrap(group.array(), at(block), index.imageBytes(block)));
        } catch (HalException unreadable) {
            wantWhole();
            return;
        }
        ready++;
    }

    private void wantWhole() {
        whole = true;
        again();
        repairedBytes.addAndGet(fetchedEnd() - index.fetchedOffset(firstBlock()));
    }

    private long fetchedEnd() {
        int last = endBlock() - 1;
        return index.fetchedOffset(last) + index.fetchedBytes(last);
    }

    private void check() throws IOException {
        sha256.update(group.array(), 0, group.limit());
        Optional<Digest> expected = index.differs(groupIndex, sha256);
        if (expected.isEmpty()) {
            checked = true;
            return;
        }
        wrong("a hash other than " + expected.get());
    }

    private void wrong(String what) throws IOException {
        if (!whole && takesSome()) {
            wantWhole();
            return;
        }
        attempts++;
        again();
        String where = "group " + (groupIndex + 1) + " of " + index.groups() + " of the image in " + uri + ": " + what;
        if (attempts < ATTEMPTS) {
            throw new IOException(where);
        }
        throw new PayloadException(PayloadException.Kind.FINAL, where + ", fetched " + attempts + " times");
    }

    private boolean takesSome() {
        for (int block = firstBlock(); block < endBlock(); block++) {
            if (holdings.isFound(block)) {
                return true;
            }
        }
        return false;
    }

    private final class Assembled implements Stream {
        private final AtomicLong transferred = new AtomicLong();
        private Optional<String> validator;
        private volatile @Nullable Stream range;
        private volatile boolean closed;
        /** Where in what is fetched the range goes on that was asked for last, and where it ends. */
        private long position;

        private long end;
        private int packedBytes;
        private long transferredBefore;

        Assembled(Optional<String> validator) {
            this.validator = validator;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            while (!checked || !group.hasRemaining()) {
                if (closed) {
                    throw new IOException("closed");
                }
                if (checked || groupIndex == index.groups()) {
                    if (groupIndex >= index.groups() - 1) {
                        return -1;
                    }
                    begin(groupIndex + 1);
                } else if (ready == endBlock()) {
                    check();
                } else if (isFetched(ready)) {
                    fetch(ready);
                } else {
                    take(ready);
                }
            }
            int length = Math.min(group.remaining(), dst.remaining());
            dst.put(group.slice().limit(length));
            group.position(group.position() + length);
            handedOnBytes = Math.max(handedOnBytes, (long) groupIndex * index.groupBytes() + group.position());
            return length;
        }

        /** Receives some of a block that has to be fetched, or passes over what was fetched along. */
        private void fetch(int block) throws IOException {
            long offset = index.fetchedOffset(block);
            int length = index.fetchedBytes(block);
            if (range == null || position > offset + packedBytes || offset >= end) {
                open(offset);
            }
            if (position < offset) {
                receive((int) Math.min(packed.length, offset - position), 0);
                return;
            }
            packedBytes += receive(length - packedBytes, packedBytes);
            if (packedBytes == length) {
                packedBytes = 0;
                unpack(block, length);
            }
        }

        private void unpack(int block, int fetchedBytes) throws IOException {
            int at = at(block);
            if (index.isPlain(block)) {
                System.arraycopy(packed, 0, group.array(), at, fetchedBytes);
            } else if (!unpacker.unpack(packed, fetchedBytes, group.array(), at, index.imageBytes(block))) {
                wrong("block " + block + " isn't a packed one");
                return;
            }
            ready = block + 1;
        }

        private void open(long offset) throws IOException {
            packedBytes = 0;
            FetchPlan.Range wanted =
                    whole ? new FetchPlan.Range(offset, fetchedEnd()) : plan.from(offset, fetchedEnd());
            position = wanted.begin();
            end = wanted.end();
            Stream before = range;
            if (before != null && before.turnTo(position, end)) {
                return;
            }
            closeRange();
            Stream opened = source.open(new Request(uri, position, end, index.fetchedTotal(), validator));
            range = opened;
            if (closed) {
                opened.close();
            }
        }

        private int receive(int length, int at) throws IOException {
            Stream open = range;
            if (open == null) {
                throw new IOException("closed");
            }
            long before = open.transferredBytes();
            int got = open.read(ByteBuffer.wrap(packed, at, length));
            long counted = open.transferredBytes();
            if (got == 0 && counted <= before) {
                throw new IOException(uri + ": gave nothing at byte " + position + ", and not the end");
            }
            position += Math.max(0, got);
            transferred.set(counted < 0 ? transferred.get() + Math.max(0, got) : transferredBefore + counted);
            validator = open.validator().or(() -> validator);
            long size = open.sizeBytes().orElse(index.fetchedTotal());
            if (size != index.fetchedTotal()) {
                throw new PayloadException(
                        PayloadException.Kind.FINAL,
                        uri + ": has " + size + " bytes, not the " + index.fetchedTotal() + " of its index");
            }
            if (got < 0) {
                throw new EOFException(uri + ": ended at byte " + position + " of " + index.fetchedTotal());
            }
            return got;
        }

        private void closeRange() {
            Stream open = range;
            if (open != null) {
                open.close();
                transferredBefore = transferred.get();
                range = null;
            }
        }

        @Override
        public Optional<String> validator() {
            return validator;
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.of(index.imageBytes());
        }

        @Override
        public long transferredBytes() {
            return transferred.get();
        }

        @Override
        public void abandon() {
            closed = true;
            Stream open = range;
            if (open != null) {
                open.abandon();
            }
        }

        @Override
        public void close() {
            closed = true;
            Stream open = range;
            if (open != null) {
                open.close();
            }
        }
    }
}
