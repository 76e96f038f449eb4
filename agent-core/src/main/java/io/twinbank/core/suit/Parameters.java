// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cbor.Slice;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The parameters of one component (draft-ietf-suit-manifest-37, section 8.4.8), as the commands so far have set them. */
final class Parameters {
    private final Map<ParameterCode, SuitParameter.Known> values = new EnumMap<>(ParameterCode.class);

    void put(SuitParameter.Known parameter) {
        values.put(parameter.code(), parameter);
    }

    <T extends SuitParameter.Known> Optional<T> find(ParameterCode code, Class<T> form) {
        return Optional.ofNullable(values.get(code)).filter(form::isInstance).map(form::cast);
    }

    Optional<Long> number(ParameterCode code) {
        return find(code, SuitParameter.Numeric.class).map(SuitParameter.Numeric::value);
    }

    Optional<Digest> digest() {
        return find(ParameterCode.IMAGE_DIGEST, SuitParameter.Hash.class).map(SuitParameter.Hash::value);
    }

    Optional<Slice> bytes(ParameterCode code) {
        return find(code, SuitParameter.Bytes.class).map(SuitParameter.Bytes::value);
    }
}
