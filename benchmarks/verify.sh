#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What verifying and planning an envelope of 1 KiB costs, beside the bare check of its signature, for each algorithm.
# usage: benchmarks/verify.sh [ROUNDS]     after: mvn -B -ntp -DskipTests package
set -eu
target=$(cd "$(dirname "$0")" && pwd)/target
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
"${JAVA:-java}" -XX:+UseSerialGC -Xbatch -cp "$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)" \
  io.twinbank.benchmarks.VerifyAndPlan "${1:-9}"
