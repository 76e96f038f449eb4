// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.CoseSign;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes the envelopes that {@link ManifestVerifier} accepts: one or more components, each with either one image for both banks
 * or one for each; install fetches and matches, validate matches again. Which components are in banks, and which beside them,
 * the device decides. Not safe for concurrent use.
 */
public final class EnvelopeBuilder {
    private static final int REPORT_ALL = 15;
    private static final int REPORT_FAILURE = 2;
    private static final int COMMON = 3;
    private static final int SET_VERSION = 6;
    private static final int TEXT = 23;

    /**
     * An image of firmware.
     *
     * @param digest of its bytes
     * @param sizeBytes how many there are
     * @param uri where the payload is; {@code #name} for one in the envelope
     * @param encoding how the payload's bytes become the image's
     * @param routes other ways to the same bytes, at most {@value Route#MAX_ROUTES}; their hashes of chunks are integrated
     *     payloads called as {@link ChunkHashes#name} says
     */
    public record Image(Digest digest, long sizeBytes, String uri, PayloadEncoding encoding, List<Route> routes) {
        /** Checks how many routes there are. */
        public Image {
            routes = List.copyOf(routes);
            if (routes.size() > Route.MAX_ROUTES) {
                throw new IllegalArgumentException("routes: " + routes.size() + ", at most " + Route.MAX_ROUTES);
            }
        }

        /**
         * Makes an image with one way to it.
         *
         * @param digest of its bytes
         * @param sizeBytes how many there are
         * @param uri where the payload is; {@code #name} for one in the envelope
         * @param encoding how the payload's bytes become the image's
         */
        public Image(Digest digest, long sizeBytes, String uri, PayloadEncoding encoding) {
            this(digest, sizeBytes, uri, encoding, List.of());
        }

        /**
         * Makes an image whose bytes are the payload's.
         *
         * @param digest of its bytes
         * @param sizeBytes how many there are
         * @param uri where they are; {@code #name} for a payload in the envelope
         */
        public Image(Digest digest, long sizeBytes, String uri) {
            this(digest, sizeBytes, uri, PayloadEncoding.IDENTITY);
        }
    }

    /** What a component is to hold: the same in both banks, or something in each. */
    private static final class Images {
        Optional<Image> forBoth = Optional.empty();
        final Map<BankId, Image> forOne = new EnumMap<>(BankId.class);

        boolean isValid() {
            return forBoth.isPresent() == forOne.isEmpty();
        }
    }

    private final ComponentId component;
    private final long sequence;
    private final UUID vendorId;
    private final UUID classId;
    private Optional<UUID> deviceId = Optional.empty();
    private OptionalLong securityVersion = OptionalLong.empty();
    private OptionalInt rollout = OptionalInt.empty();
    private boolean emergency;
    private Optional<String> referenceUri = Optional.empty();
    private final Map<ComponentId, Images> images = new LinkedHashMap<>();
    private Optional<SuitVersion> version = Optional.empty();
    private final List<Requirement> requirements = new ArrayList<>();
    private final List<SuitManifest.Text> texts = new ArrayList<>();
    private final Map<String, byte[]> payloads = new TreeMap<>();
    private boolean severInstall;
    private boolean severText;
    private boolean oneBlock;

    /**
     * Makes a builder.
     *
     * @param component what the image is for
     * @param sequence the manifest's sequence number: higher than that of every earlier one
     * @param vendorId whose devices it is for, see {@link Uuids#vendorId}
     * @param classId which devices it is for, see {@link Uuids#classId}
     */
    public EnvelopeBuilder(ComponentId component, long sequence, UUID vendorId, UUID classId) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative: " + sequence);
        }
        this.component = component;
        this.images.put(component, new Images());
        this.sequence = sequence;
        this.vendorId = vendorId;
        this.classId = classId;
    }

    /**
     * Restricts the manifest to one device.
     *
     * @param id of the device
     * @return this
     */
    public EnvelopeBuilder deviceId(UUID id) {
        deviceId = Optional.of(id);
        return this;
    }

    /**
     * Sets the image's security version.
     *
     * @param version not negative
     * @return this
     */
    public EnvelopeBuilder securityVersion(long version) {
        if (version < 0) {
            throw new IllegalArgumentException("version must not be negative: " + version);
        }
        securityVersion = OptionalLong.of(version);
        return this;
    }

    /**
     * Sets how many devices may have the update at first; all, if it isn't set. A signed command raises it later.
     *
     * @param perTenThousand devices of ten thousand, 0 to 10000
     * @return this
     */
    public EnvelopeBuilder rollout(int perTenThousand) {
        if (perTenThousand < 0 || perTenThousand > InstallPlan.ALL_DEVICES) {
            throw new IllegalArgumentException(
                    "perTenThousand must be 0 to " + InstallPlan.ALL_DEVICES + ", not " + perTenThousand);
        }
        rollout = OptionalInt.of(perTenThousand);
        return this;
    }

    /**
     * Says that the update is an emergency: it passes what a site's policy lets an emergency pass, and nothing else.
     *
     * @return this
     */
    public EnvelopeBuilder emergency() {
        emergency = true;
        return this;
    }

    /**
     * Says which version the image is, for conditions of later manifests.
     *
     * @param ofImage the version
     * @return this
     */
    public EnvelopeBuilder version(SuitVersion ofImage) {
        version = Optional.of(ofImage);
        return this;
    }

    /**
     * Adds what the device must find to be so before it accepts the manifest.
     *
     * @param requirement a date, the installed version of the component, or an authorization
     * @return this
     */
    public EnvelopeBuilder require(Requirement requirement) {
        boolean other = requirement instanceof Requirement.InstalledVersion installed
                && !installed.component().equals(component);
        if (other || requirement instanceof Requirement.Image || requirement instanceof Requirement.Wait) {
            throw new IllegalArgumentException("requirement can't be demanded here: " + requirement);
        }
        requirements.add(requirement);
        return this;
    }

    /**
     * Says where the whole envelope is.
     *
     * @param uri of the envelope
     * @return this
     */
    public EnvelopeBuilder referenceUri(String uri) {
        referenceUri = Optional.of(uri);
        return this;
    }

    /**
     * Sets the image that runs from either bank.
     *
     * @param image the image
     * @return this
     */
    public EnvelopeBuilder image(Image image) {
        images(component).forBoth = Optional.of(image);
        return this;
    }

    /**
     * Sets the image that runs from one bank only.
     *
     * @param bank the bank
     * @param image the image
     * @return this
     */
    public EnvelopeBuilder image(BankId bank, Image image) {
        images(component).forOne.put(bank, image);
        return this;
    }

    /**
     * Adds a component: another one in the bank, or one beside it, for which devices need a handler. It is fetched and activated
     * behind those that were added earlier. The one that the builder was made for comes first, whenever its image is set.
     *
     * @param other the component
     * @param content what it is to hold
     * @return this
     */
    public EnvelopeBuilder component(ComponentId other, Image content) {
        if (images(other).isValid()) {
            throw new IllegalArgumentException("component " + other + " is there already");
        }
        images(other).forBoth = Optional.of(content);
        return this;
    }

    /**
     * Adds a component, or the second of its images, where it runs from one bank only.
     *
     * @param other the component
     * @param bank the bank
     * @param image the image
     * @return this
     */
    public EnvelopeBuilder component(ComponentId other, BankId bank, Image image) {
        Images of = images(other);
        if (of.forBoth.isPresent() || of.forOne.put(bank, image) != null) {
            throw new IllegalArgumentException("component " + other + " is there already for bank " + bank);
        }
        return this;
    }

    private Images images(ComponentId of) {
        return images.computeIfAbsent(of, absent -> new Images());
    }

    /**
     * Adds a text for people.
     *
     * @param text the text; devices don't need it
     * @return this
     */
    public EnvelopeBuilder text(SuitManifest.Text text) {
        if (!text.component().orElse(component).equals(component)) {
            throw new IllegalArgumentException("text must be about " + component + ", not " + text.component());
        }
        texts.add(text);
        return this;
    }

    /**
     * Adds a payload to the envelope.
     *
     * @param name what the image's URI says, beginning with {@code #}
     * @param bytes the payload; copied
     * @return this
     */
    public EnvelopeBuilder integratedPayload(String name, byte[] bytes) {
        if (!name.startsWith("#")) {
            throw new IllegalArgumentException("name must begin with #: " + name);
        }
        payloads.put(name, bytes.clone());
        return this;
    }

    /**
     * Moves the install section out of the manifest, so that it can be cut off later.
     *
     * @return this
     */
    public EnvelopeBuilder severInstall() {
        severInstall = true;
        return this;
    }

    /**
     * Moves the text out of the manifest, so that it can be cut off.
     *
     * @return this
     */
    public EnvelopeBuilder severText() {
        severText = true;
        return this;
    }

    /**
     * Puts all signatures into one COSE_Sign, instead of each into a COSE_Sign1; MACs have their own. Devices judge both alike.
     *
     * @return this
     */
    public EnvelopeBuilder oneBlock() {
        oneBlock = true;
        return this;
    }

    /**
     * Encodes and signs.
     *
     * @param keys who signs, or by a shared key makes a MAC; without any, every device refuses the envelope
     * @return the envelope
     * @throws GeneralSecurityException if a key can't sign
     * @throws IllegalStateException if a component hasn't either one image for both banks or some for single ones
     */
    public byte[] sign(SigningKey... keys) throws GeneralSecurityException {
        images.forEach((id, of) -> {
            if (!of.isValid()) {
                throw new IllegalStateException(
                        "component " + id + ": set either one image for both banks, or images for single banks");
            }
        });
        byte[] install = new CborWriter().embedded(this::install).toByteArray();
        byte[] text = new CborWriter().embedded(this::text).toByteArray();
        byte[] manifest = new CborWriter()
                .embedded(w -> w.map(m -> manifest(m, install, text)))
                .toByteArray();
        byte[] digest = encode(Digest.sha256Of(manifest));
        List<byte[]> signatures = new ArrayList<>();
        List<SigningKey> together = Arrays.stream(keys)
                .filter(key -> oneBlock && !key.algorithm().mac())
                .toList();
        if (!together.isEmpty()) {
            signatures.add(CoseSign.signDetached(together, digest));
        }
        for (SigningKey key : keys) {
            if (!together.contains(key)) {
                signatures.add(SuitEnvelope.authenticationBlock(key, digest));
            }
        }
        return SuitEnvelope.encode(digest, signatures, m -> {
            m.entry(SuitEnvelope.MANIFEST).encoded(manifest);
            if (severInstall) {
                m.entry(SuitSection.INSTALL.number()).encoded(install);
            }
            if (severText && !texts.isEmpty()) {
                m.entry(TEXT).encoded(text);
            }
            payloads.forEach((name, bytes) -> m.entry(name).bytes(bytes));
        });
    }

    private void manifest(CborWriter.MapWriter m, byte[] install, byte[] text) {
        m.entry(1).integer(1);
        m.entry(2).integer(sequence);
        m.entry(COMMON)
                .embedded(w -> w.map(common -> {
                    common.entry(2).array(components -> images.keySet().forEach(each -> componentId(components, each)));
                    common.entry(4).embedded(this::shared);
                }));
        referenceUri.ifPresent(uri -> m.entry(4).text(uri));
        version.ifPresent(v -> m.entry(SET_VERSION).embedded(v::encode));
        m.entry(SuitSection.VALIDATE.number()).embedded(w -> w.array(this::validate));
        m.entry(SuitSection.INSTALL.number()).encoded(severInstall ? encode(Digest.sha256Of(install)) : install);
        if (!texts.isEmpty()) {
            m.entry(TEXT).encoded(severText ? encode(Digest.sha256Of(text)) : text);
        }
    }

    private void shared(CborWriter w) {
        w.array(commands -> {
            selectAll(commands);
            set(commands, p -> {
                entry(p, ParameterCode.VENDOR_ID).bytes(Uuids.toBytes(vendorId));
                entry(p, ParameterCode.CLASS_ID).bytes(Uuids.toBytes(classId));
                deviceId.ifPresent(id -> entry(p, ParameterCode.DEVICE_ID).bytes(Uuids.toBytes(id)));
                securityVersion.ifPresent(
                        v -> entry(p, ParameterCode.SECURITY_VERSION).integer(v));
                rollout.ifPresent(share -> entry(p, ParameterCode.ROLLOUT).integer(share));
                if (emergency) {
                    entry(p, ParameterCode.URGENCY).integer(1);
                }
            });
            condition(commands, CommandCode.VENDOR_IDENTIFIER);
            condition(commands, CommandCode.CLASS_IDENTIFIER);
            deviceId.ifPresent(id -> condition(commands, CommandCode.DEVICE_IDENTIFIER));
            if (!requirements.isEmpty()) {
                select(commands, 0);
                requirements.forEach(requirement -> require(commands, requirement));
            }
            each(commands, of -> images(commands, of, EnvelopeBuilder::size));
        });
    }

    private static void size(CborWriter.MapWriter p, Image image) {
        entry(p, ParameterCode.IMAGE_DIGEST).bytes(encode(image.digest()));
        entry(p, ParameterCode.IMAGE_SIZE).integer(image.sizeBytes());
    }

    private static void require(CborWriter commands, Requirement requirement) {
        if (requirement instanceof Requirement.UseBefore limit) {
            set(commands, p -> entry(p, ParameterCode.USE_BEFORE).integer(limit.secondsSince1970()));
            condition(commands, CommandCode.USE_BEFORE);
        } else if (requirement instanceof Requirement.InstalledVersion installed) {
            set(commands, p -> entry(p, ParameterCode.VERSION).embedded(installed.match()::encode));
            condition(commands, CommandCode.VERSION);
        } else if (requirement instanceof Requirement.Authorization authorization) {
            set(commands, p -> entry(p, ParameterCode.UPDATE_PRIORITY).integer(authorization.priority()));
            condition(commands, CommandCode.UPDATE_AUTHORIZED);
        }
    }

    private void install(CborWriter w) {
        w.array(commands -> {
            each(commands, of -> {
                images(commands, of, EnvelopeBuilder::payload);
                commands.integer(CommandCode.FETCH.number()).integer(REPORT_FAILURE);
                imageMatch(commands);
            });
        });
    }

    private void validate(CborWriter commands) {
        selectAll(commands);
        imageMatch(commands);
    }

    /** The only component needn't be selected. */
    private void select(CborWriter commands, int index) {
        if (images.size() > 1) {
            commands.integer(CommandCode.SET_COMPONENT_INDEX.number()).integer(index);
        }
    }

    private void selectAll(CborWriter commands) {
        if (images.size() > 1) {
            commands.integer(CommandCode.SET_COMPONENT_INDEX.number()).bool(true);
        }
    }

    private void each(CborWriter commands, Consumer<Images> each) {
        int index = 0;
        for (Images of : images.values()) {
            select(commands, index++);
            each.accept(of);
        }
    }

    private static void payload(CborWriter.MapWriter p, Image image) {
        entry(p, ParameterCode.URI).text(image.uri());
        image.encoding()
                .encryption()
                .ifPresent(info -> entry(p, ParameterCode.ENCRYPTION_INFO).bytes(info.encode()));
        if (image.encoding().hasSteps()) {
            image.encoding().encodeSteps(entry(p, ParameterCode.PAYLOAD_ENCODING));
        }
        if (!image.routes().isEmpty()) {
            entry(p, ParameterCode.ROUTES).array(routes -> image.routes().forEach(route -> route.encode(routes)));
        }
    }

    private interface ImageParameters {
        void write(CborWriter.MapWriter parameters, Image image);
    }

    /** Sets parameters by the image: at once, or in the branch whose slot is the one to be written. */
    private static void images(CborWriter commands, Images of, ImageParameters parameters) {
        if (of.forBoth.isPresent()) {
            set(commands, p -> parameters.write(p, of.forBoth.get()));
        } else if (of.forOne.size() == 1) {
            of.forOne.forEach((bank, image) -> ofSlot(commands, bank, image, parameters));
        } else {
            commands.integer(CommandCode.TRY_EACH.number())
                    .array(branches -> of.forOne.forEach((bank, image) ->
                            branches.embedded(w -> w.array(branch -> ofSlot(branch, bank, image, parameters)))));
        }
    }

    private static void ofSlot(CborWriter commands, BankId bank, Image image, ImageParameters parameters) {
        set(commands, p -> entry(p, ParameterCode.COMPONENT_SLOT).integer(Target.slot(bank)));
        condition(commands, CommandCode.COMPONENT_SLOT);
        set(commands, p -> parameters.write(p, image));
    }

    private static void imageMatch(CborWriter commands) {
        condition(commands, CommandCode.IMAGE_MATCH);
    }

    private static void condition(CborWriter commands, CommandCode code) {
        commands.integer(code.number()).integer(REPORT_ALL);
    }

    private static void set(CborWriter commands, Consumer<CborWriter.MapWriter> parameters) {
        commands.integer(CommandCode.OVERRIDE_PARAMETERS.number()).map(parameters);
    }

    private static CborWriter entry(CborWriter.MapWriter parameters, ParameterCode code) {
        return parameters.entry(code.number());
    }

    private void text(CborWriter w) {
        Map<String, List<SuitManifest.Text>> byLanguage = new TreeMap<>();
        texts.forEach(text -> byLanguage
                .computeIfAbsent(text.language(), l -> new ArrayList<>())
                .add(text));
        w.map(languages -> byLanguage.forEach((language, entries) -> languages
                .entry(language)
                .map(m -> {
                    entries.stream()
                            .filter(text -> text.component().isEmpty())
                            .forEach(text -> m.entry(text.key()).text(text.value()));
                    List<SuitManifest.Text> ofComponent = entries.stream()
                            .filter(text -> text.component().isPresent())
                            .toList();
                    if (!ofComponent.isEmpty()) {
                        CborWriter key = new CborWriter();
                        componentId(key, component);
                        m.entryOf(key)
                                .map(c -> ofComponent.forEach(
                                        text -> c.entry(text.key()).text(text.value())));
                    }
                })));
    }

    static void componentId(CborWriter w, ComponentId id) {
        w.array(segments -> id.segments().forEach(segments::bytes));
    }

    private static byte[] encode(Digest digest) {
        CborWriter writer = new CborWriter();
        digest.encode(writer);
        return writer.toByteArray();
    }
}
