// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.command;

/**
 * Whom a command is for.
 *
 * @param kind one device, or each device of a group
 * @param name the device's or the group's, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 */
public record Recipient(Kind kind, String name) {
    /** One or many. */
    public enum Kind {
        /** One device, by the name in its identity. */
        DEVICE(1),
        /** All devices that were told that they belong to a group. */
        GROUP(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** Returns its number on the wire. */
        int code() {
            return code;
        }
    }

    static final int MAX_NAME = 64;

    public Recipient {
        if (!name.matches("[A-Za-z0-9._-]{1," + MAX_NAME + "}")) {
            throw new IllegalArgumentException("name: 1 to " + MAX_NAME + " of [A-Za-z0-9._-], not '" + name + "'");
        }
    }

    /**
     * Names a device.
     *
     * @param name the device's
     * @return the recipient
     */
    public static Recipient device(String name) {
        return new Recipient(Kind.DEVICE, name);
    }

    /**
     * Names a group.
     *
     * @param name the group's
     * @return the recipient
     */
    public static Recipient group(String name) {
        return new Recipient(Kind.GROUP, name);
    }

    /** Says it as in "group paint-shop". */
    @Override
    public String toString() {
        return (kind == Kind.DEVICE ? "device " : "group ") + name;
    }
}
