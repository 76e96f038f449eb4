#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the first verification costs a JVM that has just started, beside the JDK's own.
# usage: benchmarks/first-verification.sh [ROUNDS]     after: mvn -B -ntp -DskipTests package
set -eu
target=$(cd "$(dirname "$0")" && pwd)/target
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${JAVA:-java}" -cp "$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)" \
  io.twinbank.benchmarks.FirstVerification "$work" "${1:-9}"
