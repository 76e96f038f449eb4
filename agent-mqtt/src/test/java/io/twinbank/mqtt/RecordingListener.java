// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what it was told; settles offers at once, or when the test says so. */
final class RecordingListener implements UpdateTransport.Listener {
    final List<Offer> offers = new CopyOnWriteArrayList<>();
    final List<byte[]> commands = new CopyOnWriteArrayList<>();
    final List<Runnable> unsettled = new CopyOnWriteArrayList<>();
    final List<String> offline = new CopyOnWriteArrayList<>();
    final AtomicInteger online = new AtomicInteger();
    private final boolean settles;

    RecordingListener(boolean settles) {
        this.settles = settles;
    }

    @Override
    public void offered(Offer offer, Runnable settled) {
        offers.add(offer);
        if (settles) {
            settled.run();
        } else {
            unsettled.add(settled);
        }
    }

    @Override
    public void commanded(byte[] command, Runnable settled) {
        commands.add(command);
        if (settles) {
            settled.run();
        } else {
            unsettled.add(settled);
        }
    }

    @Override
    public void online() {
        online.incrementAndGet();
    }

    @Override
    public void offline(String why) {
        offline.add(why);
    }
}
