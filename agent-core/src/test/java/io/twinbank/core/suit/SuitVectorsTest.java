// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Envelopes that others made: each is judged as its verdict says, and says what others read in it. */
@Needs(Part.VECTORS)
class SuitVectorsTest {
    private static final String MAC =
            "UNKNOWN_KEY: key of the signature (found a key for HMAC 256/256, expected one of 1 with role FIRMWARE: ["
                    + "ca9e35f23b2b525fb4fc83f512b0dcac4ac29e457e873a5d6a7313f71690b33c])";

    /** All that is refused of what others made: for what, and why that isn't in the profile. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            // nobody signed
            entry("suit/manifest-spec/example0.unsigned.cbor", "NO_SIGNATURE: the envelope has no signature"),
            entry("suit/manifest-spec/example1.unsigned.cbor", "NO_SIGNATURE: the envelope has no signature"),
            entry("suit/manifest-spec/example3.unsigned.cbor", "NO_SIGNATURE: the envelope has no signature"),
            entry("suit/manifest-spec/example5.unsigned.cbor", "NO_SIGNATURE: the envelope has no signature"),
            // a MAC takes a shared key, which a device has only where its factory gave it one: see below
            entry("suit/libcsuit/suit_manifest_expAF.cbor", MAC),
            entry("suit/libcsuit/suit_manifest_expAW.cbor", MAC),
            entry("suit/libcsuit/suit_manifest_expAFS.cbor", MAC),
            // TEEP's bare map: whose tag is missing could be something else
            entry("suit/libcsuit/suit_manifest_expU.cbor", "MALFORMED: CBOR at byte 0 (found MAP, expected TAG)"),
            // draft-ietf-suit-trust-domains: one manifest is one transaction here, and depends on no other
            entry(
                    "suit/libcsuit/suit_manifest_expS0.cbor",
                    "UNSUPPORTED: manifest-component-id (5) in the manifest at byte 138"),
            entry(
                    "suit/libcsuit/suit_manifest_expS2.cbor",
                    "UNSUPPORTED: dependencies (1) in the manifest at byte 133"),
            // draft-ietf-suit-update-management: a gateway has no battery; overrides of several components at once and
            // software identities are left to others
            entry(
                    "suit/libcsuit/suit_manifest_expU0.cbor",
                    "UNSUPPORTED: parameter minimum-battery (26) in install (20) at byte 154"),
            entry(
                    "suit/libcsuit/suit_manifest_expU1.cbor",
                    "UNSUPPORTED: directive override-multiple (34) in install (20) at byte 144"),
            entry("suit/libcsuit/suit_manifest_expU2.cbor", "UNSUPPORTED: coswid (14) in the manifest at byte 259"),
            // drafts before -23: install was 17, and a text had no language
            entry("suit/legacy/suit_manifest_exp1.cbor", "UNSUPPORTED: manifest entry 17 in the manifest at byte 232"),
            entry(
                    "suit/legacy/suit_manifest_exp2B.cbor",
                    "MALFORMED: CBOR at byte 379 (found UNSIGNED, expected TEXT)"));

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
    private final TrustPolicy policy = policy();

    private static CBORObject json(String name) {
        return CBORObject.FromJSONString(new String(Vectors.bytes("suit-cose/" + name), StandardCharsets.UTF_8));
    }

    /** The anchor of all signatures, and the key of all MACs. */
    private static TrustPolicy withSharedKey() {
        CoseKey shared = CoseKey.shared(HexFormat.of().parseHex("a3010403052058" + "20" + "61".repeat(32)));
        return TrustPolicy.anyOf(policy().anchors().get(0), shared.anchor("libcsuit", Role.FIRMWARE));
    }

    private static TrustPolicy policy() {
        String pem = new String(Vectors.bytes("suit-cose/keys/suit-ta-p256-public.pem"), StandardCharsets.US_ASCII);
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
        return TrustPolicy.anyOf(new TrustAnchor("suit-ta", der, Set.of(Role.FIRMWARE)));
    }

    private static byte[] envelope(String name) {
        return Vectors.bytes("suit-cose/" + name);
    }

    private Judgement judge(byte[] envelope) {
        return verifier.judge(envelope, policy, Role.FIRMWARE);
    }

    static Stream<String> maced() {
        return all().filter(name -> MAC.equals(REFUSED.get(name)));
    }

    static Stream<String> goodOrMaced() {
        return Stream.concat(good(), maced());
    }

    static Stream<String> all() {
        return Vectors.root().stream()
                .flatMap(root -> json("verdicts.json").getKeys().stream()
                        .map(CBORObject::AsString)
                        .sorted());
    }

    static Stream<String> good() {
        return all().filter(name ->
                json("verdicts.json").get(name).get("verdict").AsString().equals("accept")
                        && json("verdicts.json").get(name).get("reasons").size() == 0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void judge_anEnvelopeOfOthers_asItsVerdictSays(String name) {
        CBORObject verdict = json("verdicts.json").get(name);
        String said = verdict.get("verdict").AsString();

        Judgement judgement = judge(envelope(name));

        assertEquals(verdict.get("authentic").AsBoolean(), judgement.authentic(), judgement.toString());
        assertEquals(
                Optional.ofNullable(REFUSED.get(name)),
                judgement.rejection().map(Rejection::toString),
                "what is in the profile is accepted, and what isn't is refused by its name");
        judgement.rejection().ifPresent(rejection -> {
            assertNotEquals("accept", said);
            assertTrue(
                    strings(verdict.get("reasons")).contains(rejection.reason().name()), rejection.toString());
        });
        assertFalse(judgement.accepted() && said.equals("refuse"));
    }

    @ParameterizedTest
    @MethodSource("maced")
    void judge_aMacByItsSharedKey_isAccepted(String name) {
        TrustPolicy both = withSharedKey();

        Judgement judgement = verifier.judge(envelope(name), both, Role.FIRMWARE);

        assertTrue(judgement.accepted(), judgement.toString());
        assertEquals(
                List.of(new Signer(CoseKey.of(both.anchors().get(1)).toString(), "HMAC 256/256", true)),
                judgement.signers());
        assertEquals(
                json("expected.json")
                        .get(name)
                        .get("manifest_digest")
                        .AsString()
                        .replace("-16:", "sha-256:"),
                judgement.manifestDigest().orElseThrow().toString());
    }

    @Test
    void maced_vectors_areThree() {
        assertEquals(3, maced().count());
    }

    @Test
    void refused_each_isAVector() {
        assertEquals(
                Set.of(),
                REFUSED.keySet().stream()
                        .filter(name -> all().noneMatch(name::equals))
                        .collect(toSet()));
    }

    @ParameterizedTest
    @MethodSource("good")
    void verify_aGoodEnvelope_readsWhatOthersRead(String name) throws Exception {
        CBORObject expected = json("expected.json").get(name);

        Authentic authentic = verifier.authenticate(envelope(name), policy, Role.FIRMWARE);

        assertEquals(
                expected.get("manifest_digest").AsString().replace("-16:", "sha-256:"),
                authentic.manifestDigest().toString());
        SuitManifest manifest = authentic.manifest();
        assertEquals(expected.get("sequence").AsInt64Value(), manifest.sequence());
        assertEquals(expected.get("components").size(), manifest.components().size());
        assertEquals("h'00'", manifest.components().get(0).toString());
        assertEquals(1, authentic.signers().size());
        assertTrue(authentic.signers().get(0).valid());
        Facts facts = new Facts(manifest);
        assertEquals(strings(expected.get("commands")), facts.commands());
        assertEquals(strings(expected.get("parameters")), facts.parameters());
    }

    private static List<String> strings(CBORObject array) {
        return array.getValues().stream().map(CBORObject::AsString).toList();
    }

    @ParameterizedTest
    @MethodSource("goodOrMaced")
    void judge_aFlippedByte_isRefusedForWhatItSpoils(String name) throws Exception {
        judgeEachFlipped(name, 7);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("goodOrMaced")
    void judge_aFlippedByteAnywhere_isRefusedForWhatItSpoils(String name) throws Exception {
        judgeEachFlipped(name, 1);
    }

    private void judgeEachFlipped(String name, int distance) throws Exception {
        byte[] good = envelope(name);
        SuitEnvelope shell = SuitEnvelope.decode(good, Limits.standard());
        Slice digest = shell.signedDigest();
        Slice block = shell.authenticationBlocks().get(0);
        TrustPolicy withSharedKey = withSharedKey();
        Map<Integer, RejectReason> reasons = new HashMap<>();
        last(32, digest).forEach(i -> reasons.put(i, RejectReason.BAD_SIGNATURE));
        last(MAC.equals(REFUSED.get(name)) ? 32 : 64, block).forEach(i -> reasons.put(i, RejectReason.BAD_SIGNATURE));
        whole(shell.manifest()).forEach(i -> reasons.put(i, RejectReason.DIGEST_MISMATCH));
        Set<Integer> severed = new HashSet<>();
        for (long key : shell.severedKeys()) {
            Slice content = SuitEnvelope.content(shell.member(key).orElseThrow());
            whole(content).forEach(severed::add);
        }

        for (int i = 0; i < good.length; i += distance) {
            Judgement judgement = verifier.judge(flipped(good, i), withSharedKey, Role.FIRMWARE);

            String text = name + ", byte " + i + ": " + judgement;
            RejectReason reason = judgement.rejection().orElseThrow().reason();
            if (severed.contains(i)) { // the manifest is as it was signed, and its digest tells
                assertTrue(judgement.authentic(), text);
                assertEquals(RejectReason.DIGEST_MISMATCH, reason, text);
            } else if (i < shell.manifestItem().offset() + shell.manifestItem().length()) {
                assertFalse(judgement.authentic(), text);
                assertEquals(reasons.getOrDefault(i, reason), reason, text);
            }
        }
    }

    private static IntStream whole(Slice slice) {
        return IntStream.range(slice.offset(), slice.offset() + slice.length());
    }

    private static IntStream last(int count, Slice slice) {
        return whole(slice).skip(slice.length() - count);
    }

    private static byte[] flipped(byte[] good, int offset) {
        byte[] bad = good.clone();
        bad[offset] ^= 0x20;
        return bad;
    }

    @Test
    void plan_theAbExample_choosesTheSlotsImage() throws Exception {
        Authentic authentic =
                verifier.authenticate(envelope("suit/manifest-spec/example3.signed.cbor"), policy, Role.FIRMWARE);

        InstallPlan planA = verifier.plan(authentic, target(BankId.A));
        InstallPlan planB = verifier.plan(authentic, target(BankId.B));

        assertEquals("Remote[uri=http://example.com/file1.bin]", planA.payload().toString());
        assertEquals(34768, planA.sizeBytes());
        assertEquals("Remote[uri=http://example.com/file2.bin]", planB.payload().toString());
        assertEquals(76834, planB.sizeBytes());
        assertEquals(3, planB.sequence());
    }

    private static Target target(BankId bank) {
        DeviceIdentity identity = new DeviceIdentity(
                Uuids.vendorId("arm.com"),
                UUID.fromString("1492af14-2569-5e48-bf42-9b2d51f2ab45"),
                UUID.fromString("00000000-0000-5000-8000-000000000001"),
                "gateway");
        return new Target(identity, List.of(ComponentId.ofBytes(List.of(new byte[1]))), bank);
    }
}
