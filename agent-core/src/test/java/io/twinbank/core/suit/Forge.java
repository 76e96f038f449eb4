// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Makes envelopes with one defect each, and signs them properly: what {@link EnvelopeBuilder} can't be made to do. */
final class Forge {
    private Consumer<CborWriter> version = w -> w.integer(1);
    private Consumer<CborWriter> sequence = w -> w.integer(7);
    private Consumer<CborWriter> components = w -> w.array(list -> list.array(id -> id.bytes("os".getBytes())));
    private Consumer<CborWriter> shared = Forge::identityAndImage;
    private Consumer<CborWriter> install =
            w -> w.integer(21).integer(2).integer(3).integer(15);
    private Consumer<CborWriter> validate = w -> w.integer(3).integer(15);
    private Consumer<CborWriter.MapWriter> manifestEntries = m -> {};
    private Consumer<CborWriter.MapWriter> commonEntries = m -> {};
    private Consumer<CborWriter.MapWriter> members = m -> {};

    static void identityAndImage(CborWriter w) {
        identity(w);
        w.integer(20).map(Forge::image);
    }

    static void identity(CborWriter w) {
        w.integer(20)
                .map(p -> {
                    p.entry(1).bytes(uuid(Fixtures.VENDOR));
                    p.entry(2).bytes(uuid(Fixtures.CLASS));
                })
                .integer(1)
                .integer(15)
                .integer(2)
                .integer(15);
    }

    static void image(CborWriter.MapWriter p) {
        digest(p);
        p.entry(14).integer(Fixtures.PAYLOAD.length);
        p.entry(21).text("https://updates.example/os.img");
    }

    static void digest(CborWriter.MapWriter p) {
        p.entry(3).embedded(w -> Digest.sha256Of(Fixtures.PAYLOAD).encode(w));
    }

    static byte[] uuid(UUID uuid) {
        return Uuids.toBytes(uuid);
    }

    Forge version(Consumer<CborWriter> value) {
        version = value;
        return this;
    }

    Forge sequence(Consumer<CborWriter> value) {
        sequence = value;
        return this;
    }

    Forge components(Consumer<CborWriter> value) {
        components = value;
        return this;
    }

    Forge shared(Consumer<CborWriter> commands) {
        shared = commands;
        return this;
    }

    Forge install(Consumer<CborWriter> commands) {
        install = commands;
        return this;
    }

    Forge validate(Consumer<CborWriter> commands) {
        validate = commands;
        return this;
    }

    Forge manifestEntry(long key, Consumer<CborWriter> value) {
        Consumer<CborWriter.MapWriter> before = manifestEntries;
        manifestEntries = m -> {
            before.accept(m);
            value.accept(m.entry(key));
        };
        return this;
    }

    Forge commonEntry(long key, Consumer<CborWriter> value) {
        commonEntries = m -> value.accept(m.entry(key));
        return this;
    }

    Forge member(long key, Consumer<CborWriter> value) {
        members = m -> value.accept(m.entry(key));
        return this;
    }

    Forge payload(String name, byte[] bytes) {
        members = m -> m.entry(name).bytes(bytes);
        return this;
    }

    byte[] manifest() {
        return new CborWriter()
                .map(m -> {
                    version.accept(m.entry(1));
                    sequence.accept(m.entry(2));
                    m.entry(3)
                            .embedded(w -> w.map(common -> {
                                components.accept(common.entry(2));
                                common.entry(4).embedded(s -> s.array(shared));
                                commonEntries.accept(common);
                            }));
                    m.entry(7).embedded(w -> w.array(validate));
                    m.entry(20).embedded(w -> w.array(install));
                    manifestEntries.accept(m);
                })
                .toByteArray();
    }

    byte[] sign(SigningKey... keys) {
        return sign(manifest(), keys);
    }

    byte[] sign(byte[] manifest, SigningKey... keys) {
        byte[] item = new CborWriter().bytes(manifest).toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);
        return sign(digest.toByteArray(), item, keys);
    }

    byte[] sign(byte[] digest, byte[] manifestItem, SigningKey... keys) {
        List<byte[]> signatures = new ArrayList<>();
        try {
            for (SigningKey key : keys.length == 0 ? new SigningKey[] {Fixtures.KEY} : keys) {
                signatures.add(CoseSign1.signDetached(key, digest));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return wrap(digest, manifestItem, signatures);
    }

    byte[] wrap(byte[] digest, byte[] manifestItem, List<byte[]> signatures) {
        return SuitEnvelope.encode(digest, signatures, m -> {
            m.entry(3).encoded(manifestItem);
            members.accept(m);
        });
    }

    /** An envelope whose only authentication is this message. */
    byte[] authenticatedBy(byte[] message) {
        byte[] item = new CborWriter().bytes(manifest()).toByteArray();
        CborWriter digest = new CborWriter();
        Digest.sha256Of(item).encode(digest);
        return wrap(digest.toByteArray(), item, List.of(message));
    }
}
