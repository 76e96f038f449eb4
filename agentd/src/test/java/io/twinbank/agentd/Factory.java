// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The maker of a gateway's images, as large as its banks, who knows all that were ever published. */
final class Factory {
    /** What becomes of an image that is tried. */
    enum Kind {
        /** It works. */
        GOOD,
        /** Its self-test says that it doesn't. */
        FAILS,
        /** Its agent never starts. */
        DEAD
    }

    /**
     * What was published.
     *
     * @param sequence of its manifest; 0 of what the gateway was made with
     * @param kind what becomes of it
     */
    record Release(int sequence, Kind kind) {}

    private final GatewayOnFiles gateway;
    private final Random random;
    private final Map<String, Release> byDigest = new HashMap<>();
    private int sequence;

    /** Adds what the gateway was made with, and its self-test: an image that fails says so in its first bytes. */
    Factory(GatewayOnFiles gateway, Random random) throws IOException {
        this.gateway = gateway;
        this.random = random;
        byDigest.put(digest(gateway.bank("A")), new Release(0, Kind.GOOD));
        Path check = Files.createDirectories(gateway.file("health.d/required")).resolve("image");
        Files.writeString(
                check,
                "#!/bin/sh\nbank=$(tr AB ab <'" + gateway.file("running") + "')\n" + "test \"$(head -c 5 '"
                        + gateway.folder + "'/bank-$bank.img)\" != FAILS\n");
        Files.setPosixFilePermissions(check, PosixFilePermissions.fromString("rwxr-xr-x"));
        gateway.with("health.dir = health.d");
    }

    /** Makes the next update. */
    Release publish(Kind kind) throws IOException {
        Release release = new Release(++sequence, kind);
        byte[] image = new byte[GatewayOnFiles.BANK_BYTES];
        random.nextBytes(image);
        byte[] mark = kind.name().getBytes(US_ASCII);
        System.arraycopy(mark, 0, image, 0, mark.length);
        gateway.update(sequence, image, "--uri", payload(release).toUri().toString(), "--security-version", "1");
        byDigest.put(digest(payload(release)), release);
        return release;
    }

    byte[] envelope(Release release) throws IOException {
        return Files.readAllBytes(gateway.file("update-" + release.sequence() + ".suit"));
    }

    /** Nobody fetches it any more. */
    void withdraw(Release release) throws IOException {
        Files.delete(payload(release));
    }

    /** Returns what exactly these bytes were published as; empty for a mixture. */
    Optional<Release> released(Path bank) throws IOException {
        return Optional.ofNullable(byDigest.get(digest(bank)));
    }

    private Path payload(Release release) {
        return gateway.file("image-" + release.sequence() + ".img");
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
