// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, what is wrong is said, or a configuration is there with two banks for each component. */
@Tag("fuzz")
class ConfigFuzzTest {
    private static final Path FILE = Path.of("/etc/twinbank/twinbank.conf");

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "device.name = gw\ndevice.vendor-domain = example.com\ndevice.class = c\ndevice.serial = 1\n"
                                + "bank.a = /a\nbank.b = /b\nboot.kind = uboot\ntrust.anchors = /etc/hostname\n",
                        "# comment\nbank.a.kernel = a\nbank.b.kernel = b\nboot.kind = script\nboot.script = s\nboot.slot.a = x\n",
                        "bank.running = file:r\nboot.attempts = 3\ncounter.kind = tpm\ncounter.tpm.index = 0x01500010\n"
                                + "mqtt.uri = ssl://h:8883\nkey.kind = pkcs12\nkey.file = k\nhealth.dir = h\n")
                .map(text -> text.getBytes(UTF_8));
    }

    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void read_anyBytes_saysWhatIsWrongOrIsWhole(byte[] bytes) {
        try {
            GatewayConfig config = new ConfigReader(ConfigFile.parse(FILE, bytes)).read();
            assertFalse(config.banks().isEmpty());
            config.banks().values().forEach(paths -> assertTrue(paths.size() == 2, paths.toString()));
        } catch (ConfigException e) {
            assertFalse(e.problems().isEmpty());
        }
    }
}
