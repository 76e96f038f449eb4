// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.cose.CoseMac0;
import io.twinbank.core.cose.CoseSign1;
import io.twinbank.core.cose.SigningKey;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The shell of a SUIT envelope: what is needed to tell whether the manifest in it is authentic, and nothing of the
 * manifest itself. Immutable; it keeps its own copy of the bytes, so that what was verified is what is executed.
 */
public final class SuitEnvelope {
    static final int TAG = 107;
    static final int AUTHENTICATION = 2;
    static final int MANIFEST = 3;

    /** Arrays and maps that may be open at once within one byte string: more than any part of an envelope has. */
    static final int MAX_DEPTH = 8;

    private final byte[] bytes;
    private final Slice signedDigest;
    private final Digest manifestDigest;
    private final List<Slice> authenticationBlocks;
    private final Slice manifestItem;
    private final Map<Long, Slice> members = new TreeMap<>();
    private final Map<String, Slice> payloads = new TreeMap<>();

    private SuitEnvelope(byte[] given, Limits limits) throws RejectedException {
        require(given.length, limits.envelopeBytes(), "size of the envelope in bytes");
        bytes = given.clone();
        CborReader reader = new CborReader(bytes, MAX_DEPTH);
        long tag = reader.readTag();
        if (tag != TAG) {
            throw malformed("tag of the envelope", Long.toUnsignedString(tag), TAG);
        }
        int entries = reader.readMap();
        for (int i = 0; i < entries; i++) {
            if (reader.peek() == CborReader.Type.TEXT) {
                String name = reader.readText(limits.uriBytes());
                payloads.put(name, reader.readBytes(limits.integratedPayloadBytes()));
            } else {
                long key = reader.readUnsigned(Long.MAX_VALUE);
                Slice item = reader.readItem();
                content(item); // all are byte strings
                members.put(key, item);
            }
        }
        reader.end();

        manifestItem = member(MANIFEST).orElseThrow(() -> malformed("envelope", "no manifest (3)", "one"));
        require(content(manifestItem).length(), limits.manifestBytes(), "size of the manifest in bytes");
        List<Slice> wrapper = authenticationWrapper(limits);
        signedDigest = wrapper.get(0);
        authenticationBlocks = List.copyOf(wrapper.subList(1, wrapper.size()));
        CborReader digestReader = signedDigest.reader(MAX_DEPTH);
        manifestDigest = Digest.decode(digestReader);
        digestReader.end();
    }

    /**
     * Decodes the shell.
     *
     * @param bytes the envelope; copied
     * @param limits what it may cost
     * @return the envelope, not verified
     * @throws RejectedException {@link RejectReason#MALFORMED}, {@link RejectReason#LIMIT_EXCEEDED}, or {@link
     *     RejectReason#UNSUPPORTED_ALGORITHM} for the digest's
     */
    public static SuitEnvelope decode(byte[] bytes, Limits limits) throws RejectedException {
        return new SuitEnvelope(bytes, limits);
    }

    /**
     * Returns the envelope as it arrived.
     *
     * @return a fresh copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns the digest of the manifest that the envelope claims: what the signatures cover.
     *
     * @return the digest
     */
    public Digest manifestDigest() {
        return manifestDigest;
    }

    /**
     * Returns the integrated payloads.
     *
     * @return by name, in the names' order; only a digest in the manifest vouches for them
     */
    public Map<String, Slice> payloads() {
        return Collections.unmodifiableMap(payloads);
    }

    /**
     * Returns what a further signature covers, for a key that signs elsewhere.
     *
     * @param algorithm of that key
     * @return the encoded Sig_structure (RFC 9052, section 4.4), unhashed
     */
    public byte[] toBeSigned(CoseAlgorithm algorithm) {
        return CoseSign1.toBeSigned(algorithm, signedDigest.toByteArray());
    }

    /**
     * Adds a signature, for signers who don't sit together; by a shared key a MAC.
     *
     * @param key who signs the manifest's digest, as the envelope has it: verify the envelope first
     * @return an encoded envelope with all the signatures that this has, and one more
     * @throws GeneralSecurityException if the key can't sign
     */
    public byte[] withSignature(SigningKey key) throws GeneralSecurityException {
        byte[] signed = signedDigest.toByteArray();
        List<byte[]> signatures = new ArrayList<>();
        authenticationBlocks.forEach(block -> signatures.add(block.toByteArray()));
        signatures.add(authenticationBlock(key, signed));
        return copy(signed, signatures, name -> true);
    }

    static byte[] authenticationBlock(SigningKey key, byte[] signedDigest) throws GeneralSecurityException {
        return key.algorithm().mac()
                ? CoseMac0.tagDetached(key, signedDigest)
                : CoseSign1.signDetached(key, signedDigest);
    }

    /** Leaves payloads out: no signature covers them. */
    byte[] withPayloads(Predicate<String> names) {
        List<byte[]> signatures =
                authenticationBlocks.stream().map(Slice::toByteArray).toList();
        return copy(signedDigest.toByteArray(), signatures, names);
    }

    private byte[] copy(byte[] signed, List<byte[]> signatures, Predicate<String> names) {
        return encode(signed, signatures, m -> {
            members.forEach((member, item) -> {
                if (member != AUTHENTICATION) {
                    m.entry(member).encoded(item.toByteArray());
                }
            });
            payloads.forEach((name, payload) -> {
                if (names.test(name)) {
                    m.entry(name).bytes(payload.toByteArray());
                }
            });
        });
    }

    static byte[] encode(byte[] signedDigest, List<byte[]> signatures, Consumer<CborWriter.MapWriter> members) {
        return new CborWriter()
                .tag(TAG)
                .map(m -> {
                    m.entry(AUTHENTICATION)
                            .embedded(wrapper -> wrapper.array(parts -> {
                                parts.bytes(signedDigest);
                                signatures.forEach(parts::bytes);
                            }));
                    members.accept(m);
                })
                .toByteArray();
    }

    /** The bytes that the signatures cover. */
    Slice signedDigest() {
        return signedDigest;
    }

    List<Slice> authenticationBlocks() {
        return authenticationBlocks;
    }

    /** The manifest with the head of its byte string: what the digest covers. */
    Slice manifestItem() {
        return manifestItem;
    }

    Slice manifest() throws RejectedException {
        return content(manifestItem);
    }

    /** The keys that an envelope may have. */
    static LongStream keys() {
        return LongStream.concat(
                LongStream.of(AUTHENTICATION, MANIFEST, ManifestDecoder.TEXT),
                SuitSection.keys(section -> section.supported() && section.severable()));
    }

    /** A member with the head of its byte string. */
    Optional<Slice> member(long key) {
        return Optional.ofNullable(members.get(key));
    }

    /** The keys of the severed members. */
    List<Long> severedKeys() {
        return members.keySet().stream()
                .filter(key -> key != AUTHENTICATION && key != MANIFEST)
                .toList();
    }

    static Slice content(Slice item) throws RejectedException {
        return item.reader(0).readBytes();
    }

    private List<Slice> authenticationWrapper(Limits limits) throws RejectedException {
        Slice item =
                member(AUTHENTICATION).orElseThrow(() -> malformed("envelope", "no authentication wrapper (2)", "one"));
        CborReader reader = content(item).reader(MAX_DEPTH);
        int count = reader.readArray();
        if (count == 0) {
            throw malformed("authentication wrapper", "nothing", "a digest");
        }
        require(count - 1, limits.authenticationBlocks(), "number of signatures");
        List<Slice> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(reader.readBytes(limits.authenticationBlockBytes()));
        }
        reader.end();
        return parts;
    }

    private static void require(int found, int most, String what) throws RejectedException {
        if (found > most) {
            throw new RejectedException(RejectReason.LIMIT_EXCEEDED, what, found, "at most " + most);
        }
    }

    private static RejectedException malformed(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what, found, expected);
    }
}
