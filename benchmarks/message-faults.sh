#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Messages lost, and messages seen twice, while so many faults strike: the shipped agent and MQTT transport against a broker and a server in virtual
# time. Prints how often each kind of fault struck, and the figures. Usage: message-faults.sh [FAULTS [SEED]]     after: mvn -B -ntp -DskipTests package
set -eu
jar=$(cd "$(dirname "$0")/.." && pwd)/simulator/target/otasim.jar
[ -f "$jar" ] || { echo "$jar is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
"${JAVA:-java}" -jar "$jar" network --faults "${1:-10000}" --seeds "${2:-1}..${2:-1}"
