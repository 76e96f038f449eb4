// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "pack",
        description =
                "Writes a SUIT envelope for an image and signs it. The image itself isn't changed, and may have any size.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class PackCommand implements Callable<Integer> {
    private static final String INTEGRATED = "#firmware";
    private static final String INTEGRATED_COMPONENT = "#component/";
    private static final String DEFAULT_COMPONENT = "os";
    private static final int MANIFEST_DESCRIPTION = 1;

    /** How much a device fetches again for one wrong byte, and holds in memory. */
    static final int HASHED_CHUNK_BYTES = 64 << 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--image",
            paramLabel = "[NAME=]FILE",
            description =
                    "what the bank will hold; several times, each with the NAME of a component (segments joined by slashes),"
                            + " where a bank has several: then all of them are needed. Without NAME: os. Without an image"
                            + " nothing is reset, and each --component is NAME=FILE")
    private List<String> imageFiles = List.of();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Signers who;

    @Option(names = "--vendor-domain", paramLabel = "DOMAIN", required = true, description = "such as acme.example")
    private String vendorDomain;

    @Option(names = "--model", paramLabel = "MODEL", required = true, description = "the class of devices")
    private String model;

    @Option(names = "--device-serial", paramLabel = "SERIAL", description = "for this one device only")
    private @Nullable String deviceSerial;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            required = true,
            description = "the manifest's number: higher than that of every earlier one")
    private long sequence;

    @Option(
            names = "--security-version",
            paramLabel = "N",
            description = "the images' anti-rollback number; once installed, a device refuses lower ones for ever")
    private @Nullable Long securityVersion;

    @Option(
            names = "--rollout",
            paramLabel = "PERCENT",
            converter = Share.Converter.class,
            description =
                    "how many of the devices may have it at first, such as 2.5; default all of them. 'otapub command"
                            + " rollout' raises it")
    private @Nullable Share rollout;

    @Option(names = "--emergency", description = "an update that passes what a site's policy lets an emergency pass")
    private boolean emergency;

    @Option(
            names = "--component",
            paramLabel = "NAME[=FILE]",
            description =
                    "NAME=FILE, any number of times: what a component beside the banks is to hold, installed together with"
                            + " the image, or without one alone; put into the envelope, unless it has a --component-uri. NAME"
                            + " alone is the NAME of an --image FILE without one")
    private List<String> components = List.of();

    @Option(
            names = "--component-uri",
            paramLabel = "NAME=URI",
            description = "where devices fetch what the component NAME is to hold")
    private Map<String, String> componentUris = Map.of();

    @ArgGroup(exclusive = true)
    private @Nullable Source source;

    @ArgGroup(exclusive = true)
    private @Nullable VersionSource version;

    @Option(
            names = "--one-block",
            description = "put all signatures into one COSE_Sign, MACs apart; devices judge both alike")
    private boolean oneBlock;

    @Option(names = "--text", paramLabel = "TEXT", description = "a description, for people")
    private @Nullable String text;

    @Option(names = "--severed", description = "put install and text beside the manifest, so that they can be cut off")
    private boolean severed;

    @Mixin
    private CompressOptions compression;

    @Mixin
    private EncryptOptions encryption;

    @Mixin
    private RouteOptions routes;

    @Option(names = "--out", paramLabel = "ENVELOPE", required = true, description = "where to write the envelope")
    private Path out;

    @Option(
            names = "--chunk-hashes",
            description =
                    "sign the hash of each chunk of the payload as well (64 KiB, larger for more than 128 MiB): a wrong"
                            + " one is then noticed at once, and only it is fetched again")
    private boolean chunkHashes;

    static final class Signers {
        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "private key that signs, a PEM file or one in a token: pkcs11:token=TOKEN;object=KEY,"
                        + " or a shared key, which makes a MAC; several times for several signatures")
        private List<String> keys = List.of();

        @Option(names = "--unsigned", description = "sign later: with sign, or elsewhere (digest, attach)")
        private boolean unsigned;
    }

    static final class VersionSource {
        @Option(
                names = "--image-version",
                paramLabel = "VERSION",
                description = "the image's version, such as 1.4.2 or 1.5-rc.1")
        private @Nullable String typed;

        @Option(
                names = "--provenance",
                paramLabel = "FILE",
                description =
                        "how the image was built, as an in-toto statement with SLSA provenance (v1): must be about"
                                + " the image; its digest goes into the manifest, and so does its version")
        private @Nullable Path provenance;
    }

    static final class Source {
        @Option(
                names = "--uri",
                paramLabel = "[NAME=]URI",
                description = "where devices fetch the image; with several images one for each NAME")
        private List<String> uris = List.of();

        @Option(names = "--integrated", description = "put the image into the envelope; for small ones")
        private boolean integrated;

        @ArgGroup(exclusive = false)
        private @Nullable PerBank perBank;
    }

    static final class PerBank {
        @Option(names = "--uri-a", paramLabel = "[NAME=]URI", description = "where to fetch it for bank A")
        private List<String> urisA = List.of();

        @Option(names = "--uri-b", paramLabel = "[NAME=]URI", description = "where to fetch it for bank B")
        private List<String> urisB = List.of();
    }

    /** A component of the bank, and the file that it is to be. */
    private record Image(String name, Path file) {
        ComponentId component() {
            return componentId(name);
        }
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        UUID vendorId = Uuids.vendorId(vendorDomain);
        UUID classId = Uuids.classId(vendorId, model);
        List<Image> images = images();
        EnvelopeBuilder builder = new EnvelopeBuilder(first(images), number("--sequence", sequence), vendorId, classId);
        if (deviceSerial != null) {
            builder.deviceId(Uuids.deviceId(classId, deviceSerial));
        }
        if (rollout != null) {
            builder.rollout(rollout.perTenThousand());
        }
        if (emergency) {
            builder.emergency();
        }
        if (text != null) {
            builder.text(new SuitManifest.Text("en", Optional.empty(), MANIFEST_DESCRIPTION, text));
        }
        if (severed) {
            builder.severInstall().severText();
        }
        if (oneBlock) {
            builder.oneBlock();
        }
        List<SigningKey> signers = new ArrayList<>();
        for (String key : who.keys) {
            signers.add(Keys.signingKey(key));
        }
        PrintWriter err = spec.commandLine().getErr();
        Places places = places(images);
        Map<Image, MeasuredImage> measured = new LinkedHashMap<>();
        for (Image image : images) {
            measured.put(image, MeasuredImage.of(image.file(), err));
        }
        Optional<Provenance> provenance = setVersion(builder, measured);
        PayloadEncoding encoding = PayloadEncoding.IDENTITY;
        List<MadeRoute> ways = List.of();
        if (images.size() == 1) {
            Path image = images.get(0).file();
            encoding = encode(builder, image);
            MeasuredImage content = Objects.requireNonNull(measured.get(images.get(0)));
            ways = routes.make(image, content, encoding.encodedBytes(content.sizeBytes()), encryption, err);
            for (int i = 0; i < ways.size(); i++) {
                Optional<ChunkHashes> hashes = ways.get(i).hashes();
                if (hashes.isPresent()) {
                    builder.integratedPayload(
                            ChunkHashes.name(i + 1), hashes.get().bytes());
                }
            }
        }
        if (!images.isEmpty()) {
            setImages(builder, measured, places, encoding, ways);
        }
        Map<String, MeasuredImage> others = addComponents(builder);
        byte[] envelope = builder.sign(signers.toArray(SigningKey[]::new));
        Envelopes.write(out, envelope);
        PrintWriter answer = spec.commandLine().getOut();
        answer.println("envelope    " + out + ", " + envelope.length + " bytes");
        if (images.isEmpty()) {
            answer.println("no image    no reset: components alone");
        }
        for (Map.Entry<Image, MeasuredImage> each : measured.entrySet()) {
            MeasuredImage content = each.getValue();
            answer.println(
                    "image       " + (images.size() == 1 ? "" : each.getKey().name() + ", ")
                            + Progress.size(content.sizeBytes()) + ", " + content.digest());
            if (encryption.isWanted() || compression.isWanted()) {
                answer.println("payload     " + payload(each.getKey().file()) + ", "
                        + Progress.size(encoding.encodedBytes(content.sizeBytes())) + ", " + encoding);
            }
            for (MadeRoute way : ways) {
                answer.println(way.words(encoding.encodedBytes(content.sizeBytes())));
            }
        }
        others.forEach((name, content) ->
                answer.println("component   " + name + ", " + content.sizeBytes() + " bytes, " + content.digest()));
        answer.println("vendor      " + vendorId + " (" + vendorDomain + ")");
        answer.println("class       " + classId + " (" + model + ")");
        provenance.ifPresent(p -> answer.println("provenance  " + p.digest() + ", version " + p.version()));
        signers.forEach(signer -> answer.println("signed by   " + signer));
        if (who.unsigned) {
            answer.println("signed by   nobody yet");
        }
        if (envelope.length > Envelopes.LIMITS.envelopeBytes()) {
            err.println("warning: devices take " + Envelopes.LIMITS.envelopeBytes()
                    + " bytes of envelope unless they are configured otherwise (maxEnvelopeBytes)");
        }
        return 0;
    }

    /** What devices fetch for an image: itself, or what it is compressed and encrypted to. */
    private Path payload(Path image) {
        return encryption.payload(compression.payload(image));
    }

    private PayloadEncoding encode(EnvelopeBuilder builder, Path image) throws IOException, GeneralSecurityException {
        if ((chunkHashes || compression.isWanted() || routes.hasDelta()) && encryption.authenticates()) {
            throw wrong((chunkHashes ? "--chunk-hashes" : compression.isWanted() ? "--compress" : "--delta-from")
                    + " goes with --encrypt-as ctr only: the other methods authenticate by themselves");
        }
        Optional<Frames> frames = compress(image);
        Path plain = compression.payload(image);
        PayloadEncoding encoding = encryption.encrypt(plain, Files.size(plain), encryption.payload(plain));
        if (chunkHashes || frames.isPresent()) {
            encoding = hashChunks(builder, image, encoding);
        }
        return frames.isPresent() ? encoding.with(frames.get()) : encoding;
    }

    private Optional<Frames> compress(Path image) throws IOException {
        long bytes = Files.size(image);
        Progress progress = new Progress(
                spec.commandLine().getErr(), Terminal.isPresent(), "compressing " + image.getFileName(), bytes);
        Optional<Frames> frames = compression.compress(image, bytes, progress::at);
        progress.close();
        return frames;
    }

    private PayloadEncoding hashChunks(EnvelopeBuilder builder, Path image, PayloadEncoding encoding)
            throws IOException {
        Path payload = payload(image);
        try (InputStream in = Files.newInputStream(payload)) {
            ChunkHashes hashes = ChunkHashes.of(in, ChunkHashes.chunkBytesFor(Files.size(payload), HASHED_CHUNK_BYTES));
            builder.integratedPayload(ChunkHashes.NAME, hashes.bytes());
            return encoding.with(hashes);
        } catch (IllegalArgumentException e) {
            throw new IOException(payload + ": " + e.getMessage(), e);
        }
    }

    private List<Image> images() {
        List<String> names =
                components.stream().filter(each -> !each.contains("=")).toList();
        if (names.size() > 1) {
            throw wrong("--component: the image is for one component, not for " + names);
        }
        String unnamed = names.isEmpty() ? DEFAULT_COMPONENT : names.get(0);
        List<Image> images = imageFiles.stream()
                .map(text -> named(text).orElse(new Image(unnamed, Path.of(text))))
                .toList();
        if (!names.isEmpty() && images.stream().noneMatch(image -> image.name().equals(unnamed))) {
            throw wrong("--component " + unnamed
                    + ": no --image FILE without a name that it could be for; did you mean --component " + unnamed
                    + "=FILE?");
        }
        List<String> twice = new ArrayList<>(images.stream().map(Image::name).toList());
        images.stream().map(Image::name).distinct().forEach(twice::remove);
        if (!twice.isEmpty()) {
            throw wrong("--image: one for each component, and there is more than one for " + twice);
        }
        if (images.size() > 1
                && (compression.isWanted()
                        || encryption.isWanted()
                        || chunkHashes
                        || routes.isWanted()
                        || (version != null && version.provenance != null))) {
            throw wrong("--compress, --encrypt-for, --chunk-hashes, --delta-from, --index and --provenance go with one"
                    + " --image, not with " + images.size());
        }
        return images;
    }

    /** Of the images; without one, of what is first beside the banks. */
    private ComponentId first(List<Image> images) {
        if (!images.isEmpty()) {
            return images.get(0).component();
        }
        if (securityVersion != null
                || source != null
                || version != null
                || chunkHashes
                || compression.isWanted()
                || encryption.isWanted()
                || routes.isWanted()
                || components.isEmpty()) {
            throw wrong(
                    "without --image there are --component NAME=FILE, at least one, and --component-uri; what is about"
                            + " an image (--security-version, --uri, --integrated, --image-version, --provenance, --compress,"
                            + " --encrypt-for, --chunk-hashes, --delta-from, --index) goes with --image only");
        }
        return componentId(name(components.get(0)));
    }

    private static String name(String component) {
        return component.substring(0, component.indexOf('='));
    }

    private static Optional<Image> named(String text) {
        int end = text.indexOf('=');
        return end < 1
                ? Optional.empty()
                : Optional.of(new Image(text.substring(0, end), Path.of(text.substring(end + 1))));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static ComponentId componentId(String name) {
        return ComponentId.of(name.split("/", -1));
    }

    private Map<String, MeasuredImage> addComponents(EnvelopeBuilder builder) throws IOException {
        Map<String, MeasuredImage> others = new LinkedHashMap<>();
        for (String each : components.stream().filter(any -> any.contains("=")).toList()) {
            String name = name(each);
            Path file = Path.of(each.substring(name.length() + 1));
            MeasuredImage content = MeasuredImage.of(file, done -> {});
            String uri = componentUris.get(name);
            try {
                builder.component(componentId(name), content.at(uri == null ? INTEGRATED_COMPONENT + name : uri(uri)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--component: " + e.getMessage(), e);
            }
            if (uri == null) {
                builder.integratedPayload(INTEGRATED_COMPONENT + name, Files.readAllBytes(file));
            }
            others.put(name, content);
        }
        for (String name : componentUris.keySet()) {
            if (!others.containsKey(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--component-uri: no --component " + name + "=FILE; there are " + others.keySet());
            }
        }
        return others;
    }

    private Optional<Provenance> setVersion(EnvelopeBuilder builder, Map<Image, MeasuredImage> measured)
            throws IOException {
        if (version != null && version.typed != null) {
            try {
                builder.version(SuitVersion.parse(version.typed));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--image-version: " + e.getMessage(), e);
            }
        }
        if (version == null || version.provenance == null) {
            return Optional.empty();
        }
        Map.Entry<Image, MeasuredImage> only = measured.entrySet().iterator().next();
        Provenance provenance =
                Provenance.read(version.provenance, only.getValue().digest());
        builder.version(provenance.version()).text(provenance.text(only.getKey().component()));
        return Optional.of(provenance);
    }

    private long number(String option, long value) {
        if (value < 0) {
            throw new ParameterException(spec.commandLine(), option + " must not be negative: " + value);
        }
        return value;
    }

    /** Where the images' payloads are, as far as it is said: for both banks, for one, or in the envelope. */
    private record Places(
            Map<Image, String> everywhere, Map<Image, String> inA, Map<Image, String> inB, boolean integrated) {
        List<URI> uris() {
            return Stream.of(everywhere, inA, inB)
                    .flatMap(each -> each.values().stream())
                    .map(URI::create)
                    .toList();
        }
    }

    private Places places(List<Image> images) {
        if (images.isEmpty()) {
            return new Places(Map.of(), Map.of(), Map.of(), false);
        }
        if (securityVersion == null || source == null) {
            throw wrong("--image takes --security-version, and one of --uri, --integrated, --uri-a and --uri-b");
        }
        PerBank perBank = source.perBank == null ? new PerBank() : source.perBank;
        Places places = new Places(
                uris("--uri", source.uris, images),
                uris("--uri-a", perBank.urisA, images),
                uris("--uri-b", perBank.urisB, images),
                source.integrated);
        routes.complaint(places.uris(), source.integrated, encryption.isWanted())
                .ifPresent(complaint -> {
                    throw wrong(complaint);
                });
        return places;
    }

    private void setImages(
            EnvelopeBuilder builder,
            Map<Image, MeasuredImage> measured,
            Places places,
            PayloadEncoding encoding,
            List<MadeRoute> ways)
            throws IOException {
        builder.securityVersion(number("--security-version", Objects.requireNonNull(securityVersion)));
        for (Map.Entry<Image, MeasuredImage> each : measured.entrySet()) {
            Image image = each.getKey();
            MeasuredImage content = each.getValue();
            ComponentId component = image.component();
            String everywhere = places.everywhere().get(image);
            String inA = places.inA().get(image);
            String inB = places.inB().get(image);
            if (places.integrated()) {
                String name = measured.size() == 1 ? INTEGRATED : INTEGRATED + "/" + image.name();
                builder.integratedPayload(name, Files.readAllBytes(payload(image.file())));
                builder.component(component, content.at(name, encoding));
            } else if (everywhere == null && inA == null && inB == null) {
                throw wrong("no URI for the image of " + image.name() + ": say " + image.name() + "=URI as well");
            }
            if (everywhere != null) {
                builder.component(component, content.at(everywhere, encoding, ways));
            }
            if (inA != null) {
                builder.component(component, BankId.A, content.at(inA, encoding, ways));
            }
            if (inB != null) {
                builder.component(component, BankId.B, content.at(inB, encoding, ways));
            }
        }
    }

    /** A name of an image has no colon, and a URI has one before anything else that could be taken for its end. */
    private Map<Image, String> uris(String option, List<String> given, List<Image> images) {
        Map<Image, String> uris = new LinkedHashMap<>();
        for (String text : given) {
            int end = text.indexOf('=');
            boolean named = end > 0 && text.indexOf(':') > end;
            List<Image> meant = images.stream()
                    .filter(image -> named ? image.name().equals(text.substring(0, end)) : images.size() == 1)
                    .toList();
            if (meant.isEmpty()) {
                throw wrong(option + " " + text + ": which image is it for? Say NAME=URI; there are "
                        + images.stream().map(Image::name).toList());
            }
            if (uris.put(meant.get(0), uri(text.substring(named ? end + 1 : 0))) != null) {
                throw wrong(option + " " + text + ": one URI for each image");
            }
        }
        return uris;
    }

    private String uri(String text) {
        try {
            if (new URI(text).isAbsolute()) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw new ParameterException(spec.commandLine(), "not a URI: " + e.getMessage(), e);
        }
        throw new ParameterException(spec.commandLine(), "not an absolute URI such as https://...: " + text);
    }
}
