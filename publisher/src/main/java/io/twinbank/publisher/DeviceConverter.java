// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.DeviceIdentity;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads who a device is from {@code VENDOR/MODEL/SERIAL}, each a name or a UUID. */
final class DeviceConverter implements ITypeConverter<DeviceIdentity> {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Override
    public DeviceIdentity convert(String text) {
        String[] parts = text.split("/", -1);
        boolean empty = parts.length == 0 || Arrays.asList(parts).contains("");
        if (empty || parts.length < 2 || parts.length > 3) {
            throw new TypeConversionException("'" + text + "': VENDOR/MODEL or VENDOR/MODEL/SERIAL is expected");
        }
        UUID vendor = id(parts[0], Uuids::vendorId);
        UUID model = id(parts[1], name -> Uuids.classId(vendor, name));
        UUID device = id(parts.length == 3 ? parts[2] : "", name -> Uuids.deviceId(model, name));
        return new DeviceIdentity(vendor, model, device, "device");
    }

    private static UUID id(String text, Function<String, UUID> ofName) {
        return UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : ofName.apply(text);
    }
}
