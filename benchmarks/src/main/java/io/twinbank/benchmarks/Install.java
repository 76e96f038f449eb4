// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.linux.FileFlashBank;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Installs one image by the agent: envelope verified, payload by HTTP into the other bank, synced, and read back whole. The
 * gate is shut, so it ends where the reset would come.
 *
 * <pre>
 * prepare FOLDER IMAGE URL   makes the banks and the signed envelope
 * run FOLDER                 installs
 * </pre>
 */
public final class Install {
    private static final String ENVELOPE = "envelope";
    private static final String KEY = "key";

    private Install() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        if ("prepare".equals(args[0])) {
            prepare(folder, Path.of(args[2]), args[3]);
        } else {
            run(folder);
        }
    }

    private static void prepare(Path folder, Path image, String url) throws IOException, GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        long size;
        try (InputStream in = new DigestInputStream(Files.newInputStream(image), sha256)) {
            size = in.transferTo(OutputStream.nullOutputStream());
        }
        long capacity = (size + 0xffff) / 0x10000 * 0x10000;
        for (BankId id : BankId.values()) {
            Path file = FileBoard.bankFile(folder, id);
            if (!Files.exists(file)) {
                FileFlashBank.create(file, capacity);
            }
        }
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] envelope = new EnvelopeBuilder(
                        FileBoard.OS, 2, FileBoard.IDENTITY.vendorId(), FileBoard.IDENTITY.classId())
                .securityVersion(0)
                .image(new EnvelopeBuilder.Image(Digest.sha256(sha256.digest()), size, url))
                .sign(SigningKey.of(pair.getPrivate(), pair.getPublic()));
        Files.write(folder.resolve(ENVELOPE), envelope);
        Files.write(folder.resolve(KEY), pair.getPublic().getEncoded());
    }

    private static void run(Path folder) throws Exception {
        TrustAnchor anchor =
                new TrustAnchor("benchmark", Files.readAllBytes(folder.resolve(KEY)), Set.of(Role.FIRMWARE));
        CompletableFuture<String> end = new CompletableFuture<>();
        try (OtaAgent agent = OtaAgent.builder()
                .platform(new FileBoard(folder, TrustPolicy.anyOf(anchor)))
                .payloadSource(HttpPayloads.builder().allowHttp(true).build())
                .installGate(() -> false)
                .onEvent(event -> tell(event, end))
                .build()) {
            agent.start();
            agent.offer(new Offer.Envelope(Files.readAllBytes(folder.resolve(ENVELOPE))));
            String how = end.get();
            if (!"staged".equals(how)) {
                throw new IllegalStateException(how);
            }
        }
    }

    private static void tell(AgentEvent event, CompletableFuture<String> end) {
        if (Boolean.getBoolean("events") && !(event instanceof AgentEvent.Progress)) {
            System.err.println(System.currentTimeMillis() + " ms: " + event);
        }
        if (event instanceof AgentEvent.StateChanged change && change.to() == UpdateState.STAGED) {
            end.complete("staged");
        } else if (event instanceof AgentEvent.Ended ended) {
            end.complete(ended.outcome().toString());
        }
    }
}
