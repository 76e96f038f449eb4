// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** When this agent was built, as its own jar says. */
public final class BuildTime {
    private static final String RESOURCE = "/io/twinbank/core/build.properties";

    private BuildTime() {}

    /**
     * Reads it.
     *
     * @return 1970 where the jar doesn't say, as in an IDE that copies resources as they are
     */
    public static Instant ofThisAgent() {
        try (@Nullable InputStream in = BuildTime.class.getResourceAsStream(RESOURCE)) {
            Properties build = new Properties();
            if (in != null) {
                build.load(in);
            }
            return Instant.parse(build.getProperty("time", ""));
        } catch (IOException | DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
