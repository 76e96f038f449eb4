// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.util.Map;
import java.util.Optional;

/** The algorithms that the agent checks signatures and MACs by (RFC 9053 and 9864), and the names of those that it doesn't do. */
public enum CoseAlgorithm {
    /** ECDSA on P-256 with SHA-256, under its old number. */
    ES256(-7, "ES256", CoseKey.Type.P256),
    /** Ed25519, under its old number. */
    EDDSA(-8, "EdDSA", CoseKey.Type.ED25519),
    /** ECDSA on P-256 with SHA-256, fully specified. */
    ESP256(-9, "ESP256", CoseKey.Type.P256),
    /** Ed25519, fully specified. */
    ED25519(-19, "Ed25519", CoseKey.Type.ED25519),
    /** ECDSA on P-384 with SHA-384, under its old number. */
    ES384(-35, "ES384", CoseKey.Type.P384),
    /** ECDSA on P-384 with SHA-384, fully specified. */
    ESP384(-51, "ESP384", CoseKey.Type.P384),
    /** Stateful hash-based signatures (RFC 8778). */
    HSS_LMS(-46, "HSS-LMS", CoseKey.Type.HSS_LMS),
    /** Lattice signatures (RFC 9964) of category 2. */
    ML_DSA_44(-48, "ML-DSA-44", CoseKey.Type.ML_DSA_44),
    /** Lattice signatures (RFC 9964) of category 3. */
    ML_DSA_65(-49, "ML-DSA-65", CoseKey.Type.ML_DSA_65),
    /** Lattice signatures (RFC 9964) of category 5. */
    ML_DSA_87(-50, "ML-DSA-87", CoseKey.Type.ML_DSA_87),
    /** HMAC with SHA-256, not truncated: a MAC, not a signature. */
    HMAC_256(5, "HMAC 256/256", CoseKey.Type.HMAC_256);

    private static final Map<Long, String> UNSUPPORTED = Map.ofEntries(
            Map.entry(-36L, "ES512"),
            Map.entry(-37L, "PS256"),
            Map.entry(-38L, "PS384"),
            Map.entry(-39L, "PS512"),
            Map.entry(-47L, "ES256K"),
            Map.entry(-52L, "ESP512"),
            Map.entry(-53L, "Ed448"),
            Map.entry(-257L, "RS256"),
            Map.entry(4L, "HMAC 256/64"),
            Map.entry(6L, "HMAC 384/384"),
            Map.entry(7L, "HMAC 512/512"));

    private final long id;
    private final String label;
    private final CoseKey.Type keyType;

    CoseAlgorithm(long id, String label, CoseKey.Type keyType) {
        this.id = id;
        this.label = label;
        this.keyType = keyType;
    }

    /**
     * Returns the number in the COSE registry.
     *
     * @return the number
     */
    public long id() {
        return id;
    }

    /**
     * Returns the name in the COSE registry.
     *
     * @return the name
     */
    public String label() {
        return label;
    }

    /**
     * Returns what keys the algorithm takes.
     *
     * @return their type
     */
    public CoseKey.Type keyType() {
        return keyType;
    }

    /**
     * Tells whether it makes MACs, by shared keys, instead of signatures.
     *
     * @return whether whoever can check can make as well
     */
    public boolean mac() {
        return keyType.shared();
    }

    /**
     * Finds an algorithm.
     *
     * @param id the number in the COSE registry
     * @return empty if the agent doesn't do it
     */
    public static Optional<CoseAlgorithm> find(long id) {
        for (CoseAlgorithm algorithm : values()) {
            if (algorithm.id == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the fully specified algorithm of a type of keys (RFC 9864): what new signatures and MACs are labelled with.
     *
     * @param type of the key
     * @return the algorithm
     */
    public static CoseAlgorithm of(CoseKey.Type type) {
        return switch (type) {
            case P256 -> ESP256;
            case P384 -> ESP384;
            case ED25519 -> ED25519;
            case HSS_LMS -> HSS_LMS;
            case ML_DSA_44 -> ML_DSA_44;
            case ML_DSA_65 -> ML_DSA_65;
            case ML_DSA_87 -> ML_DSA_87;
            case HMAC_256 -> HMAC_256;
        };
    }

    /**
     * Names any algorithm, for people.
     *
     * @param id the number in the COSE registry
     * @return such as {@code ES512 (-36)}
     */
    public static String describe(long id) {
        return find(id).map(CoseAlgorithm::label).orElseGet(() -> UNSUPPORTED.getOrDefault(id, "algorithm")) + " (" + id
                + ")";
    }
}
