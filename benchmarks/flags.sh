# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks: $flags, those that the packaged launcher gives the JVM, so that what is measured is what is shipped.
# JAVA_OPTIONS=...: others.
flags=${JAVA_OPTIONS:-$(TWINBANK_JAVA=echo TWINBANK_JAR=- TWINBANK_ARCHIVE=- \
  sh "$(dirname "${BASH_SOURCE[0]}")/../agentd/src/main/package/twinbank" | sed 's/ -jar -$//')}
