// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static io.twinbank.hal.contract.Part.GRUB;
import static io.twinbank.hal.contract.Part.LIBUBOOTENV;
import static io.twinbank.hal.contract.Part.UBOOT_TOOLS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/gateway.md}, as somebody types them, on the packaged jars. */
@Tag("slow")
@Needs({LIBUBOOTENV, UBOOT_TOOLS, GRUB})
class GatewayGuideIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private static List<String> commands() throws IOException {
        return COMMANDS.matcher(Files.readString(ROOT.resolve("docs/gateway.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private String type(String commands) throws IOException, InterruptedException {
        String script = "set -eu\nPATH=$PATH:/sbin:/usr/sbin\n"
                + "otapub() { " + java() + " -jar " + ROOT.resolve("publisher/target/otapub.jar") + " \"$@\"; }\n"
                + "twinbank() { " + java() + " -jar " + ROOT.resolve("agentd/target/twinbank.jar") + " \"$@\"; }\n"
                + commands;
        Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, shell.waitFor(), printed);
        return printed;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:TieredStopAtLevel=1";
    }

    @Test
    void commands_typedOneAfterTheOther_doWhatThePageSays() throws Exception {
        List<String> blocks = commands();
        assertEquals(5, blocks.size());

        String doctor = type(blocks.get(0));
        assertTrue(doctor.endsWith("an update would succeed\n"), doctor);

        String installed = type(blocks.get(1));
        assertTrue(installed.contains("BOOT_ORDER=B A\n"), installed);
        assertTrue(installed.contains("BOOT_B_LEFT=3\n"), installed);
        assertTrue(installed.contains("armed: bank B is tried next, 3 attempts"), installed);
        assertTrue(Files.exists(folder.resolve("restarting")), "the restart was asked for");

        String confirmed = type(blocks.get(2));
        assertTrue(confirmed.contains("\ninstalled\n"), confirmed);
        assertTrue(confirmed.contains("\"running\":{\"bank\":\"B\",\"version\":\"1.1\",\"sequence\":1,"), confirmed);
        assertTrue(confirmed.contains("\"rollbackFloor\":1"), confirmed);
        assertTrue(confirmed.endsWith("BOOT_ORDER=B\n"), confirmed);

        String refused = type(blocks.get(3));
        assertTrue(refused.contains("SECURITY_VERSION_TOO_LOW"), refused);
        assertTrue(refused.endsWith("refused, as it should be\n"), refused);

        String grub = type(blocks.get(4));
        assertTrue(grub.contains("ORDER=A B\n"), grub);
        assertTrue(grub.contains("A_OK=1\n"), grub);
        assertTrue(grub.contains("twinbank_trial=A\n"), grub);
    }
}
