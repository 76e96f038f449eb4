// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockFinderTest {
    private static final int KIB = 1024;

    @Test
    void find_everyOffset_findsTheBlock() {
        byte[] image = Indexed.random(1, KIB);
        Indexed indexed = Indexed.plain(image, KIB);
        for (int offset : new int[] {0, 1, 1023, 1024, 65_535, 65_536, 65_537, 66_559, 66_560, 66_561}) {
            byte[] bank = Indexed.join(Indexed.random(2, offset), image);

            assertEquals(KIB, indexed.find(bank).foundBytes(), "at " + offset);
        }
    }

    @Test
    void find_bankThatEndsInTheBlock_findsNothing() {
        byte[] image = Indexed.random(1, KIB);
        for (int length : new int[] {0, 1, 1023}) {
            assertEquals(
                    0,
                    Indexed.plain(image, KIB)
                            .find(Indexed.part(image, 0, length))
                            .foundBytes());
        }
    }

    @Test
    void find_shortLastBlock_isFoundByTheBytesBeforeIt() {
        byte[] image = Indexed.random(1, 3 * KIB + 1);

        assertEquals(image.length, Indexed.plain(image, KIB).find(image).foundBytes());
    }

    @Test
    void find_sameKeyOtherBytes_isNotTaken() {
        byte[] image = Indexed.random(1, 2 * KIB);
        BlockIndex made = Indexed.plain(image, KIB).index();
        int[] weak = {made.weak(0), made.weak(1)};
        int[] strong = {made.strong(0), made.strong(1) + 1};
        BlockIndex index = new BlockIndex(2 * KIB, KIB, weak, strong, new char[0], new byte[32]);

        Holdings holdings = new BlockFinder(index).find(Indexed.held(image), Optional.empty(), done -> {});

        assertTrue(holdings.isFound(0));
        assertTrue(!holdings.isFound(1));
    }

    @Test
    void find_unreadablePlace_findsWhatIsAroundIt() {
        byte[] image = Indexed.random(1, 300 * KIB);
        Held held = new Held() {
            @Override
            public long sizeBytes() {
                return image.length;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                if (offset <= 100 * KIB && offset + dst.remaining() > 100 * KIB) {
                    throw new HalException(HalException.Kind.ECC, "at 102400");
                }
                dst.put(image, (int) offset, dst.remaining());
            }
        };

        Holdings holdings = new BlockFinder(Indexed.plain(image, KIB).index()).find(held, Optional.empty(), done -> {});

        assertTrue(holdings.isFound(0));
        assertTrue(!holdings.isFound(100));
        assertTrue(holdings.isFound(299));
        assertTrue(holdings.foundBytes() >= 170 * KIB, holdings.foundBytes() + " bytes");
    }

    @Test
    void find_sameBanks_findsTheSameAndTellsHowFarItIs() {
        byte[] image = Indexed.random(1, 200 * KIB);
        Indexed indexed = Indexed.plain(image, KIB);
        List<Long> progress = new ArrayList<>();
        Held.Target target = new Held.Target(Indexed.held(image), 0, 0);

        new BlockFinder(indexed.index()).find(Indexed.held(image), Optional.of(target), progress::add);

        assertEquals(progress.stream().sorted().toList(), progress);
        assertEquals(400L * KIB, progress.get(progress.size() - 1));
    }

    @Test
    void step_eachTime_readsAChunkAtMostAndAllOfThemFindTheSame() {
        byte[] image = Indexed.random(1, 500 * KIB);
        Indexed indexed = Indexed.plain(image, KIB);
        byte[] active = Indexed.join(Indexed.random(2, 77), Indexed.part(image, 0, 300 * KIB));
        List<Integer> reads = new ArrayList<>();
        Held counted = new Held() {
            @Override
            public long sizeBytes() {
                return active.length;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                reads.add(dst.remaining());
                Indexed.held(active).read(offset, dst);
            }
        };
        Held.Target target = new Held.Target(Indexed.held(image), 0, 0);
        BlockFinder.Search search = new BlockFinder(indexed.index()).search(counted, Optional.of(target));

        int steps = 0;
        for (boolean over = false; !over; steps++) {
            int before = reads.size();
            over = search.step();
            assertTrue(reads.size() - before <= 1);
        }

        assertTrue(search.step(), "it stays over");
        assertEquals(search.totalBytes(), search.doneBytes());
        assertEquals((long) active.length + image.length, search.totalBytes());
        assertTrue(reads.stream().allMatch(length -> length <= 64 * KIB), reads::toString);
        assertTrue(steps >= active.length / (64 * KIB) + image.length / (64 * KIB), steps + " steps");
        assertEquals(indexed.find(active, target).foundBytes(), search.found().foundBytes());
    }

    /** The rolling key is made up, so that it is the same at every position of a bank of zeros; the other key never is. What comes late isn't found. */
    @Test
    void find_bankMadeToBeSlow_comesToAnEnd() {
        int blocks = 64;
        byte[] image = new byte[blocks * KIB];
        BlockIndex made = Indexed.plain(image, KIB).index();
        int[] weak = new int[blocks];
        int[] strong = new int[blocks];
        for (int block = 0; block < blocks; block++) {
            weak[block] = made.weak(0);
            strong[block] = made.strong(0) + 1 + block;
        }
        byte[] last = Indexed.random(1, KIB);
        BlockIndex there = Indexed.plain(last, KIB).index();
        weak[blocks - 1] = there.weak(0);
        strong[blocks - 1] = there.strong(0);
        byte[] bank = Indexed.join(new byte[8 << 20], last);
        BlockIndex index = new BlockIndex(image.length, KIB, weak, strong, new char[0], new byte[32]);
        List<Long> progress = new ArrayList<>();

        Holdings holdings = new BlockFinder(index).find(Indexed.held(bank), Optional.empty(), progress::add);

        assertEquals(0, holdings.foundBytes(), "given up before");
        assertEquals((long) bank.length, progress.get(progress.size() - 1));
    }

    @Test
    void find_anyBank_isReadThroughOneSmallBuffer() {
        Set<byte[]> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
        Held zeros = new Held() {
            @Override
            public long sizeBytes() {
                return 64L << 20;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                buffers.add(dst.array());
                if (offset > 1 << 20 && offset < 63 << 20) {
                    throw new HalException(HalException.Kind.ECC, "so that it doesn't take long");
                }
            }
        };

        new BlockFinder(Indexed.plain(Indexed.random(1, 4 << 20), KIB).index())
                .find(zeros, Optional.empty(), done -> {});

        assertEquals(
                List.of(65 * KIB), buffers.stream().map(buffer -> buffer.length).toList());
    }
}
