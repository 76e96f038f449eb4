// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** When this agent was built, and as which version, as its own jar says. */
public final class BuildTime {
    private static final String RESOURCE = "/io/twinbank/core/build.properties";

    private BuildTime() {}

    /**
     * Reads when it was built.
     *
     * @return 1970 where the jar doesn't say, as in an IDE that copies resources as they are
     */
    public static Instant ofThisAgent() {
        try {
            return Instant.parse(property("time"));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /**
     * Reads its version.
     *
     * @return empty where the jar doesn't say
     */
    public static String versionOfThisAgent() {
        String version = property("version");
        return version.startsWith("$") ? "" : version;
    }

    private static String property(String name) {
        try (@Nullable InputStream in = BuildTime.class.getResourceAsStream(RESOURCE)) {
            Properties build = new Properties();
            if (in != null) {
                build.load(in);
            }
            return build.getProperty(name, "");
        } catch (IOException e) {
            return "";
        }
    }
}
