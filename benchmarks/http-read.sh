#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast the agent's HTTP client and the JDK's read a payload from a local server.
# usage: benchmarks/http-read.sh [ROUNDS]     after: mvn -B -ntp -DskipTests package
. "$(dirname "$0")/common.sh"
"$java" -XX:+UseSerialGC -Xmx64m -cp "$jars" io.twinbank.benchmarks.HttpRead "$url" "${1:-9}"
