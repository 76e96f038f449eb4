// SPDX-License-Identifier: Apache-2.0
/** The Twinbank update agent. */
module io.twinbank.core {
    requires transitive io.twinbank.hal;
    requires org.slf4j;
    requires static org.bouncycastle.provider; // only for post-quantum signatures
    requires static aircompressor; // only for compressed payloads, this or the next
    requires static com.github.luben.zstd_jni;

    exports io.twinbank.core;
    exports io.twinbank.core.cbor;
    exports io.twinbank.core.command;
    exports io.twinbank.core.cose;
    exports io.twinbank.core.json;
    exports io.twinbank.core.policy;
    exports io.twinbank.core.spi;
    exports io.twinbank.core.suit;
}
