// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace behind a link of two ends: the near one is here, the far one in there. */
final class NetNamespace implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String id = ProcessHandle.current().pid() + "n" + MADE.incrementAndGet();
    private final String name = "twinbank-" + id;
    private final String near = "tb" + id;
    private final String far = near + "f";
    /** Somewhere in 10.200.0.0/13, four addresses to each link. */
    private final String network = "10." + ThreadLocalRandom.current().nextInt(200, 208) + "."
            + ThreadLocalRandom.current().nextInt(256) + ".";

    NetNamespace() throws IOException {
        ip("netns", "add", name);
        ip("link", "add", near, "type", "veth", "peer", "name", far);
        ip("link", "set", far, "netns", name);
        addNearAddress();
        ip("link", "set", near, "up");
        ip("-n", name, "addr", "add", farAddress() + "/30", "dev", far);
        ip("-n", name, "link", "set", far, "up");
        ip("-n", name, "link", "set", "lo", "up");
    }

    String farAddress() {
        return network + "2";
    }

    private String nearAddress() {
        return network + "1";
    }

    /** What goes before a command that is to run in there. */
    List<String> inside() {
        return List.of(Part.NETNS.path().toString(), "netns", "exec", name);
    }

    /** As when a modem loses its lease. */
    void removeNearAddress() throws IOException {
        ip("addr", "del", nearAddress() + "/30", "dev", near);
    }

    void addNearAddress() throws IOException {
        ip("addr", "add", nearAddress() + "/30", "dev", near);
    }

    /** Loses some packets of one port, both ways. */
    void lose(int percent, int port) throws IOException {
        String rule = " numgen random mod 100 < " + percent + " drop\n";
        String rules = "table inet loss {\n chain in { type filter hook input priority 0;\n tcp dport " + port + rule
                + "}\n chain out { type filter hook output priority 0;\n tcp sport " + port + rule + "}\n}\n";
        Process nft = new ProcessBuilder(
                        Part.NETNS.path().toString(),
                        "netns",
                        "exec",
                        name,
                        Part.NFTABLES.path().toString(),
                        "-f",
                        "-")
                .redirectErrorStream(true)
                .start();
        try (var in = nft.getOutputStream()) {
            in.write(rules.getBytes(StandardCharsets.UTF_8));
        }
        end(nft, "nft");
    }

    /** Limits the rate in both directions. */
    void limit(String rate) throws IOException {
        String[] shape = {"qdisc", "add", "dev", near, "root", "tbf", "rate", rate, "burst", "4kb", "latency", "2s"};
        run("tc", shape);
        shape[3] = far;
        run("ip", concat(new String[] {"netns", "exec", name, "tc"}, shape));
    }

    @Override
    public void close() throws IOException {
        ip("link", "del", near); // both ends, now: with the namespace they would go some time later
        ip("netns", "del", name);
    }

    private static void ip(String... arguments) throws IOException {
        run("ip", arguments);
    }

    private static void run(String tool, String... arguments) throws IOException {
        String path = Part.NETNS.path().resolveSibling(tool).toString();
        end(
                new ProcessBuilder(concat(new String[] {path}, arguments))
                        .redirectErrorStream(true)
                        .start(),
                tool + " " + String.join(" ", arguments));
    }

    private static void end(Process process, String what) throws IOException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue();
        if (code != 0) {
            throw new IOException(what + ": " + said);
        }
    }

    private static String[] concat(String[] first, String[] second) {
        String[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
