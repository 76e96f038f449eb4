#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Messages lost, and messages seen twice, while so many faults strike: the shipped agent and MQTT transport against a broker and a server in virtual
# time. Prints one line, and how often each kind of fault struck. Usage: message-faults.sh [FAULTS [SEED]]
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp test -pl agent-mqtt -am '-P!gates' -Dtest=MessageFaultsTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dfaults=${1:-10000}" "-Dseed=${2:-1}" | grep '^seed '
