// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.DeviceIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "trust",
        description = {
            "Writes a trust manifest: whose keys devices believe from now on, in place of all before.",
            "Root keys that aren't here sign it later, by sign, or by digest and attach."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrustCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--set", paramLabel = "FILE.json", required = true, description = "the new set (docs/release.md)")
    private Path setFile;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Signers who;

    @Option(names = "--vendor-domain", paramLabel = "DOMAIN", required = true, description = "such as acme.example")
    private String vendorDomain;

    @Option(names = "--model", paramLabel = "MODEL", required = true, description = "the class of devices")
    private String model;

    @Option(
            names = "--earlier",
            paramLabel = "ENVELOPE",
            description =
                    "an earlier trust manifest, to go along for devices that missed it; several times for several,"
                            + " which have to be those just before")
    private List<Path> earlierFiles = List.of();

    @Option(names = "--out", paramLabel = "ENVELOPE", required = true, description = "where to write the envelope")
    private Path out;

    static final class Signers {
        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "root key that signs, of the set before or of this one: a PEM file or one in a token;"
                        + " several times for several signatures")
        private List<String> keys = List.of();

        @Option(names = "--unsigned", description = "sign later: with sign, or elsewhere (digest, attach)")
        @SuppressWarnings("UnusedVariable") // it only has to be said, so that nobody forgets a key
        private boolean unsigned;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        if (earlierFiles.size() > TrustManifest.MAX_LINKS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--earlier: at most " + TrustManifest.MAX_LINKS + ", not " + earlierFiles.size());
        }
        TrustSet set = TrustSetFile.read(setFile);
        UUID vendorId = Uuids.vendorId(vendorDomain);
        UUID classId = Uuids.classId(vendorId, model);
        DeviceIdentity device = new DeviceIdentity(vendorId, classId, Uuids.deviceId(classId, "any"), "any");
        EarlierTrust earlier = EarlierTrust.read(earlierFiles, set.version(), device);
        List<SigningKey> signers = signers();
        byte[] envelope =
                TrustManifest.sign(set, vendorId, classId, earlier.envelopes(), signers.toArray(SigningKey[]::new));
        Authentic manifest;
        List<String> missing;
        try {
            manifest = new ManifestVerifier(Envelopes.LIMITS).reopen(envelope);
            missing = missing(manifest, device, set, earlier, signers);
        } catch (RejectedException e) {
            throw new IOException("no device would take it, whoever signed it: " + e.rejection(), e);
        }
        Envelopes.write(out, envelope);
        PrintWriter answer = spec.commandLine().getOut();
        answer.println("envelope    " + out + ", " + envelope.length + " bytes");
        answer.println("manifest    " + manifest.manifestDigest());
        answer.println("vendor      " + vendorId + " (" + vendorDomain + ")");
        answer.println("class       " + classId + " (" + model + ")");
        answer.print(TrustSetText.of(set));
        earlier.envelopes().keySet().forEach(version -> answer.println("earlier     trust set " + version));
        for (SigningKey signer : signers) {
            String name = RootSignatures.name(set, signer.publicKey());
            answer.println("signed by   " + signer + (name.isEmpty() ? ", not in this set" : " (" + name + ")"));
        }
        if (signers.isEmpty()) {
            answer.println("signed by   nobody yet");
        }
        missing.forEach(this::warn);
        warnOfTimes(set);
        return 0;
    }

    private List<SigningKey> signers() throws IOException, GeneralSecurityException {
        List<SigningKey> signers = new ArrayList<>();
        Set<String> thumbprints = new TreeSet<>();
        for (String key : who.keys) {
            SigningKey signer = Keys.privateKey(key);
            if (!thumbprints.add(signer.publicKey().toString())) {
                throw new ParameterException(
                        spec.commandLine(), "--key: " + signer.publicKey() + " is there twice, and counts once");
            }
            signers.add(signer);
        }
        return signers;
    }

    /**
     * Has the device's own code judge the manifest.
     *
     * @return which signatures are to be added before a device takes it; none if it is good already
     * @throws RejectedException if no signature can help
     */
    private static List<String> missing(
            Authentic manifest, DeviceIdentity device, TrustSet set, EarlierTrust earlier, List<SigningKey> signers)
            throws RejectedException {
        Set<String> signed = new TreeSet<>();
        signers.forEach(signer -> signed.add(signer.publicKey().toString()));
        List<String> words = new ArrayList<>();
        int more = 0;
        try {
            TrustManifest.read(manifest, device, new ManifestVerifier(Envelopes.LIMITS));
        } catch (RejectedException e) {
            if (e.reason() != RejectReason.THRESHOLD_NOT_MET) {
                throw e;
            }
            RootSignatures own = new RootSignatures(set, signed);
            words.add(own.words());
            more = own.missing();
        }
        if (!earlier.accept(manifest)) {
            RootSignatures before = new RootSignatures(earlier.last().orElseThrow(), signed);
            words.add(before.words());
            more = Math.max(more, before.missing()); // a key that is in both signs once
        }
        int most = Envelopes.LIMITS.authenticationBlocks();
        if (signers.size() + more > most) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "number of signatures when the rules are met (" + String.join("; ", words) + ")",
                    signers.size() + more,
                    "at most " + most);
        }
        return words.stream()
                .map(what -> "devices refuse it until otapub sign adds signatures: " + what)
                .toList();
    }

    /** Both may be meant, and neither can be taken back on a device that has the set. */
    private void warnOfTimes(TrustSet set) {
        Instant now = Instant.now();
        if (Instant.ofEpochSecond(set.issued()).isAfter(now)) {
            warn("it is issued in the future: devices that take it believe no earlier time any more");
        }
        if (Instant.ofEpochSecond(set.expires()).isBefore(now)) {
            warn("it has expired: devices that take it accept nothing but its successor");
        }
    }

    private void warn(String what) {
        spec.commandLine().getErr().println("warning: " + what);
    }
}
