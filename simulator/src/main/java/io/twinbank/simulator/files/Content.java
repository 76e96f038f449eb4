// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a file holds; immutable. On a medium it may have pages beyond its size, which nobody sees. */
final class Content implements Node {
    static final Content EMPTY = new Content(0, new Page[0]);

    private final long size;
    private final Page[] pages;
    private StateHash.@Nullable Key key;

    private Content(long size, Page[] pages) {
        this.size = size;
        this.pages = pages;
    }

    long size() {
        return size;
    }

    Page page(int index) {
        return index < pages.length ? pages[index] : Page.ZEROS;
    }

    /** Returns how many bytes were read; -1 at the end. */
    int read(long at, ByteBuffer dst) {
        if (at >= size) {
            return -1;
        }
        long end = Math.min(size, at + dst.remaining());
        for (long next = at; next < end; ) {
            int from = (int) (next % Page.SIZE);
            int length = (int) Math.min(Page.SIZE - from, end - next);
            page(indexOf(next)).read(from, length, dst);
            next += length;
        }
        return (int) (end - at);
    }

    Content write(long at, ByteBuffer src) {
        long end = at + src.remaining();
        Page[] changed = atLeast(indexOf(end + Page.SIZE - 1));
        for (long next = at; next < end; ) {
            int from = (int) (next % Page.SIZE);
            int length = (int) Math.min(Page.SIZE - from, end - next);
            int index = indexOf(next);
            changed[index] = changed[index].with(from, length, src);
            next += length;
        }
        return new Content(Math.max(size, end), changed);
    }

    Content grownTo(long to) {
        return new Content(to, pages);
    }

    /** Without what is beyond a size, be it visible or not. */
    Content cutTo(long to) {
        int whole = indexOf(to);
        int rest = (int) (to % Page.SIZE);
        int count = Math.min(pages.length, rest == 0 ? whole : whole + 1);
        boolean partly = rest != 0 && whole < count;
        if (to == size && count == pages.length && (!partly || pages[whole].isZeroFrom(rest))) {
            return this;
        }
        Page[] kept = Arrays.copyOf(pages, count);
        if (partly) {
            kept[whole] = kept[whole].cutAt(rest);
        }
        return new Content(to, kept);
    }

    /** With another page, whatever the size. */
    Content with(int index, Page page) {
        Page[] changed = atLeast(index + 1);
        changed[index] = page;
        return new Content(size, changed);
    }

    /** As it is found after a power cut. */
    Content withoutInvisible() {
        return cutTo(size);
    }

    private Page[] atLeast(int count) {
        Page[] more = Arrays.copyOf(pages, Math.max(pages.length, count));
        Arrays.fill(more, pages.length, more.length, Page.ZEROS);
        return more;
    }

    static int indexOf(long at) {
        return Math.toIntExact(at / Page.SIZE);
    }

    StateHash.Key key() {
        StateHash.Key known = key;
        if (known == null) {
            StateHash hash = new StateHash();
            hash.add(size);
            for (Page page : pages) {
                hash.add(page.key());
            }
            known = hash.key();
            key = known;
        }
        return known;
    }
}
