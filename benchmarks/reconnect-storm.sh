#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 2000 devices whose broker comes back: how many try in the worst second, and when 99 % are online, by the shipped pauses and by plain
# exponential ones. In virtual time: the same figures on every machine.
# usage: benchmarks/reconnect-storm.sh     after: mvn -B -ntp -DskipTests package
set -eu
target=$(cd "$(dirname "$0")" && pwd)/target
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
"${JAVA:-java}" -cp "$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)" io.twinbank.mqtt.ReconnectStorm
