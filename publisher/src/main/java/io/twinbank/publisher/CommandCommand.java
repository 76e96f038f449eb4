// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.RejectedException;
import io.twinbank.core.command.Order;
import io.twinbank.core.command.Recipient;
import io.twinbank.core.command.SignedCommand;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.SuitEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "command",
        description =
                "Signs what an operator asks of devices in the field, to be published on their topic 'command'. Each device"
                        + " answers on its topic 'answer' whether it was accepted, repeated or refused, and why.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CommandCommand implements Callable<Integer> {
    /** What can be asked. */
    enum What {
        PAUSE,
        RESUME,
        CANCEL,
        REPORT,
        SETTINGS,
        ROLLOUT
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "WHAT",
            description = "pause: begin no update, go on with none, try none. resume: end the pause. cancel: cancel the"
                    + " update of --manifest. report: send the status now. settings: replace all settings of the update"
                    + " policy by those of --set. rollout: let --share of the devices have the update of --manifest")
    private What what;

    @ArgGroup(multiplicity = "1")
    private Whom whom;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description =
                    "private key that signs, which devices know with the role COMMAND: a PEM file or one in a token;"
                            + " several times for several, as many as the devices' rule takes")
    private List<String> keys;

    @Option(
            names = "--valid",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "for how long it counts, such as PT1H or P7D; default ${DEFAULT-VALUE}")
    private String valid;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            description = "higher than that of every earlier command to the device; default the seconds since 1970")
    private @Nullable Long sequence;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "cancel, rollout: the update's envelope, as it was offered")
    private @Nullable Path manifest;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "settings: one of them; several times for several, none for none")
    private Map<String, String> settings = new TreeMap<>();

    @Option(
            names = "--share",
            paramLabel = "PERCENT",
            converter = Share.Converter.class,
            description = "rollout: how many of the devices, such as 2.5; 100 for all. It only ever rises")
    private @Nullable Share share;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "the signed command's file")
    private Path out;

    static final class Whom {
        @Option(names = "--device", paramLabel = "NAME", description = "the device it is for")
        private @Nullable String device;

        @Option(names = "--group", paramLabel = "NAME", description = "the group of devices it is for")
        private @Nullable String group;

        Recipient recipient() {
            return device != null ? Recipient.device(device) : Recipient.group(String.valueOf(group));
        }
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Instant now = Instant.now();
        Order order;
        try {
            order = new Order(
                    sequence != null ? sequence : now.getEpochSecond(),
                    now.plus(Duration.parse(valid)).getEpochSecond(),
                    whom.recipient(),
                    command());
        } catch (IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), "can't be a command: " + e.getMessage(), e);
        }
        try {
            Order.decode(order.encode()); // a device would refuse what is beyond its limits
        } catch (RejectedException e) {
            throw new ParameterException(spec.commandLine(), "no device would take it: " + e.rejection(), e);
        }
        if (keys.size() > SignedCommand.MAX_SIGNATURES) {
            throw new ParameterException(
                    spec.commandLine(), "--key: at most " + SignedCommand.MAX_SIGNATURES + ", not " + keys.size());
        }
        SigningKey[] signers = new SigningKey[keys.size()];
        for (int i = 0; i < signers.length; i++) {
            signers[i] = Keys.privateKey(keys.get(i));
        }
        byte[] signed = SignedCommand.sign(order, signers);
        Envelopes.write(out, signed);
        spec.commandLine().getOut().println("command     " + out + ", " + Files.size(out) + " bytes");
        spec.commandLine().getOut().println("known as    " + Digest.sha256Of(signed) + " in the device's answer");
        spec.commandLine().getOut().println("says        " + order);
        for (SigningKey signer : signers) {
            spec.commandLine().getOut().println("signed by   " + signer);
        }
        return 0;
    }

    private io.twinbank.core.command.Command command() throws IOException {
        if ((what == What.CANCEL || what == What.ROLLOUT) != (manifest != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--manifest belongs to cancel and rollout, and they need it");
        }
        if ((what == What.ROLLOUT) != (share != null)) {
            throw new ParameterException(spec.commandLine(), "--share belongs to rollout, and rollout needs it");
        }
        if (what != What.SETTINGS && !settings.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--set belongs to settings");
        }
        return switch (what) {
            case PAUSE -> new io.twinbank.core.command.Command.Pause();
            case RESUME -> new io.twinbank.core.command.Command.Resume();
            case REPORT -> new io.twinbank.core.command.Command.Report();
            case SETTINGS -> new io.twinbank.core.command.Command.Settings(settings);
            case CANCEL -> new io.twinbank.core.command.Command.Cancel(digest(Objects.requireNonNull(manifest)));
            case ROLLOUT ->
                new io.twinbank.core.command.Command.Rollout(
                        digest(Objects.requireNonNull(manifest)),
                        Objects.requireNonNull(share).perTenThousand());
        };
    }

    private static Digest digest(Path envelope) throws IOException {
        try {
            return SuitEnvelope.decode(Envelopes.read(envelope), Envelopes.LIMITS)
                    .manifestDigest();
        } catch (RejectedException e) {
            throw new IOException(envelope + ": " + e.rejection(), e);
        }
    }
}
