#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Threads, file descriptors and heap of the MQTT transport after so many reconnects to a real Mosquitto, beside those after the first fifty.
# About three reconnects a second. Usage: reconnects.sh [RECONNECTS]
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp verify -pl agent-mqtt -am '-P!gates' -Dtest=none -Dit.test=ReconnectsIT -Dgroups=slow -Dtests.excluded=fuzz -Dmaven.javadoc.skip \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false "-Dreconnects=${1:-1000}" | grep '^reconnects: '
