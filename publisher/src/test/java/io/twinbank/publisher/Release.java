// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder in which firmware is released: two people's keys, {@code ann} (P-256) and {@code bob} (Ed25519), an image. */
record Release(Path folder) {
    static Release in(Path folder) throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("ann.pem"), false);
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("bob.pem"), false);
        Files.write(folder.resolve("fw.img"), new byte[1000]);
        return new Release(folder);
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }

    Path envelope() {
        return folder.resolve("fw.suit");
    }

    /** Packs sequence 7, for devices of one model. */
    Run pack(String... more) {
        List<String> command = new ArrayList<>(List.of("pack", "--image", path("fw.img"), "--out", path("fw.suit")));
        command.addAll(List.of("--vendor-domain", "acme.example", "--model", "gw-1"));
        command.addAll(List.of("--sequence", "7", "--security-version", "2"));
        command.addAll(List.of("--uri", "https://acme.example/fw.img"));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    String manifestDigest() throws IOException {
        String inspected = Run.otapub("inspect", "--json", path("fw.suit")).out();
        return String.valueOf(Json.object(inspected).get("manifestDigest"));
    }

    /** Whether a device that believes this one key accepts the envelope. */
    boolean accepted(String name) {
        return Run.otapub("verify", path("fw.suit"), "--trust", path(name + ".pub.pem"))
                        .exit()
                == 0;
    }
}
