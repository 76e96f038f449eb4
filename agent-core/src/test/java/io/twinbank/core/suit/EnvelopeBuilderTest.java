// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.Role;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvelopeBuilderTest {
    private static final ComponentId CONFIG = ComponentId.of("config");
    private static final ComponentId MODEM = ComponentId.of("modem");

    private final ManifestVerifier verifier = new ManifestVerifier(Limits.standard());

    private Authentic authenticate(byte[] envelope) throws RejectedException {
        return verifier.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE);
    }

    @Test
    void sign_oneImage_isPlannedForEitherBank() throws Exception {
        Authentic authentic = authenticate(Fixtures.sign(
                Fixtures.builder().image(Fixtures.IMAGE).securityVersion(3).deviceId(Fixtures.DEVICE)));

        for (BankId bank : BankId.values()) {
            InstallPlan plan = verifier.plan(authentic, Fixtures.target(bank));

            assertEquals(
                    new InstallPlan(
                            List.of(new InstallStep(
                                    Fixtures.OS,
                                    new PayloadLocation.Remote(URI.create("https://updates.example/os.img")),
                                    Fixtures.PAYLOAD.length,
                                    Digest.sha256Of(Fixtures.PAYLOAD),
                                    3,
                                    PayloadEncoding.IDENTITY)),
                            List.of(),
                            List.of(),
                            bank,
                            Optional.empty(),
                            InstallPlan.ALL_DEVICES,
                            false,
                            7,
                            authentic.manifestDigest()),
                    plan);
        }
    }

    @Test
    void sign_rolloutAndEmergency_areInThePlan() throws Exception {
        Authentic authentic = authenticate(Fixtures.sign(
                Fixtures.builder().image(Fixtures.IMAGE).rollout(250).emergency()));

        InstallPlan plan = verifier.plan(authentic, Fixtures.target(BankId.B));

        assertEquals(250, plan.rollout());
        assertTrue(plan.emergency());
    }

    @Test
    void sign_severalComponents_areStepsInTheirOrder() throws Exception {
        EnvelopeBuilder.Image config = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[3]), 3, "#config");
        EnvelopeBuilder.Image modem = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[4]), 4, "https://x.example/m");
        Authentic authentic = authenticate(Fixtures.sign(Fixtures.builder()
                .image(Fixtures.IMAGE)
                .component(MODEM, modem)
                .component(CONFIG, config)
                .integratedPayload("#config", new byte[3])
                .severInstall()));
        Target one = Fixtures.target(BankId.B);

        InstallPlan plan = verifier.plan(
                authentic, new Target(one.identity(), one.components(), List.of(CONFIG, MODEM), one.bank()));

        assertEquals(
                List.of(Fixtures.OS, MODEM, CONFIG),
                plan.steps().stream().map(InstallStep::component).toList());
        assertEquals(Fixtures.OS, plan.image().component());
        assertEquals(
                List.of(modem.digest(), config.digest()),
                plan.others().stream().map(InstallStep::digest).toList());
        PayloadLocation.Integrated payload = assertInstanceOf(
                PayloadLocation.Integrated.class, plan.others().get(1).payload());
        assertArrayEquals(new byte[3], payload.bytes());
    }

    @Test
    void component_twice_isRefused() {
        EnvelopeBuilder builder = Fixtures.builder().image(Fixtures.IMAGE).component(MODEM, Fixtures.IMAGE);

        assertThrows(IllegalArgumentException.class, () -> builder.component(MODEM, Fixtures.IMAGE));
        assertThrows(IllegalArgumentException.class, () -> builder.component(Fixtures.OS, Fixtures.IMAGE));
    }

    @Test
    void sign_noSecurityVersion_isZero() throws Exception {
        assertEquals(
                0,
                verifier.plan(authenticate(Fixtures.good()), Fixtures.target(BankId.A))
                        .securityVersion());
    }

    @Test
    void sign_anImagePerBank_isPlannedBySlot() throws Exception {
        EnvelopeBuilder.Image a = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[1]), 1, "https://x.example/a");
        EnvelopeBuilder.Image b = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[2]), 2, "https://x.example/b");
        Authentic authentic =
                authenticate(Fixtures.sign(Fixtures.builder().image(BankId.A, a).image(BankId.B, b)));

        InstallPlan planA = verifier.plan(authentic, Fixtures.target(BankId.A));
        InstallPlan planB = verifier.plan(authentic, Fixtures.target(BankId.B));

        assertEquals(a.digest(), planA.imageDigest());
        assertEquals(1, planA.sizeBytes());
        assertEquals(new PayloadLocation.Remote(URI.create("https://x.example/a")), planA.payload());
        assertEquals(b.digest(), planB.imageDigest());
        assertEquals(2, planB.sizeBytes());
        assertEquals(new PayloadLocation.Remote(URI.create("https://x.example/b")), planB.payload());
    }

    @Test
    void sign_twoComponentsWithAnImagePerBank_arePlannedBySlot() throws Exception {
        ComponentId kernel = ComponentId.of("kernel");
        EnvelopeBuilder.Image a = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[1]), 1, "https://x.example/a");
        EnvelopeBuilder.Image b = new EnvelopeBuilder.Image(Digest.sha256Of(new byte[2]), 2, "https://x.example/b");
        EnvelopeBuilder builder = Fixtures.builder()
                .image(Fixtures.IMAGE)
                .securityVersion(4)
                .component(kernel, BankId.A, a)
                .component(kernel, BankId.B, b);
        Target target = new Target(Fixtures.target(BankId.B).identity(), List.of(Fixtures.OS, kernel), BankId.B);

        InstallPlan plan = verifier.plan(authenticate(Fixtures.sign(builder)), target);

        assertEquals(
                List.of(Fixtures.OS, kernel),
                plan.images().stream().map(InstallStep::component).toList());
        assertEquals(b.digest(), plan.images().get(1).digest());
        assertEquals(
                List.of(4L, 4L),
                plan.images().stream().map(InstallStep::securityVersion).toList());
        assertThrows(IllegalArgumentException.class, () -> builder.component(kernel, BankId.B, b));
    }

    @Test
    void sign_anImageForOneBank_isRefusedForTheOther() throws Exception {
        Authentic authentic = authenticate(Fixtures.sign(Fixtures.builder().image(BankId.B, Fixtures.IMAGE)));

        assertEquals(
                BankId.B, verifier.plan(authentic, Fixtures.target(BankId.B)).bank());
        RejectedException e =
                assertThrows(RejectedException.class, () -> verifier.plan(authentic, Fixtures.target(BankId.A)));
        assertEquals(RejectReason.CONDITION_FAILED, e.reason());
        assertTrue(e.rejection().detail().startsWith("condition component-slot (5)"), e.getMessage());
        assertEquals("1", e.rejection().found());
        assertEquals("0, bank A", e.rejection().expected());
    }

    @Test
    void sign_integratedPayload_isPlannedWithItsBytes() throws Exception {
        EnvelopeBuilder.Image image =
                new EnvelopeBuilder.Image(Digest.sha256Of(Fixtures.PAYLOAD), Fixtures.PAYLOAD.length, "#os");
        Authentic authentic =
                authenticate(Fixtures.sign(Fixtures.builder().image(image).integratedPayload("#os", Fixtures.PAYLOAD)));

        PayloadLocation payload =
                verifier.plan(authentic, Fixtures.target(BankId.A)).payload();

        PayloadLocation.Integrated integrated = (PayloadLocation.Integrated) payload;
        assertEquals("#os", integrated.name());
        assertArrayEquals(Fixtures.PAYLOAD, integrated.bytes());
    }

    @Test
    void sign_severedInstallAndText_areReadFromTheEnvelope() throws Exception {
        SuitManifest.Text description = new SuitManifest.Text("en", Optional.empty(), 1, "Fixes the clock");
        SuitManifest.Text version = new SuitManifest.Text("en", Optional.of(Fixtures.OS), 6, "1.2.3");
        byte[] envelope = Fixtures.sign(Fixtures.builder()
                .image(Fixtures.IMAGE)
                .text(description)
                .text(version)
                .referenceUri("https://updates.example/os.suit")
                .severInstall()
                .severText());

        Authentic authentic = authenticate(envelope);

        assertEquals(List.of(description, version), authentic.manifest().text());
        assertEquals(Set.of(), authentic.manifest().missing());
        assertEquals(
                "https://updates.example/os.suit",
                authentic.manifest().referenceUri().orElseThrow());
        assertEquals(8, verifier.plan(authentic, Fixtures.target(BankId.A)).sizeBytes());
    }

    @Test
    void plan_installCutOff_isRefused() throws Exception {
        CBORObject envelope = CBORObject.DecodeFromBytes(
                Fixtures.sign(Fixtures.builder().image(Fixtures.IMAGE).severInstall()));
        envelope.Untag().Remove(CBORObject.FromObject(20));
        Authentic authentic = authenticate(envelope.EncodeToBytes());

        RejectedException e =
                assertThrows(RejectedException.class, () -> verifier.plan(authentic, Fixtures.target(BankId.A)));

        assertEquals(Set.of(SuitSection.INSTALL), authentic.manifest().missing());
        assertEquals(RejectReason.MALFORMED, e.reason());
        assertEquals("severed install (20)", e.rejection().detail());
    }

    @Test
    void withSignature_aSecondSigner_meetsTheThreshold() throws Exception {
        byte[] one = Fixtures.good();
        byte[] two = SuitEnvelope.decode(one, Limits.standard()).withSignature(Fixtures.SECOND_KEY);

        Authentic authentic = verifier.authenticate(two, Fixtures.twoOfTwo(), Role.FIRMWARE);

        assertEquals(
                List.of(
                        new Signer(Fixtures.KEY.publicKey().toString(), "ESP256", true),
                        new Signer(Fixtures.SECOND_KEY.publicKey().toString(), "Ed25519", true)),
                authentic.signers());
    }

    @Test
    void builder_misuse_isTheCallersBug() {
        EnvelopeBuilder empty = Fixtures.builder();
        EnvelopeBuilder both = Fixtures.builder().image(Fixtures.IMAGE).image(BankId.A, Fixtures.IMAGE);
        SuitManifest.Text other = new SuitManifest.Text("en", Optional.of(ComponentId.of("x")), 1, "");

        assertThrows(IllegalStateException.class, empty::sign);
        assertThrows(IllegalStateException.class, both::sign);
        assertThrows(IllegalArgumentException.class, () -> empty.integratedPayload("os", new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> empty.securityVersion(-1));
        assertThrows(IllegalArgumentException.class, () -> empty.text(other));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EnvelopeBuilder(Fixtures.OS, -1, Fixtures.VENDOR, Fixtures.CLASS));
    }
}
