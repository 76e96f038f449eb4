#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How busy a site is when it is restarted: the quiet hour that is learnt, beside a fixed window at night. Two virtual years of four synthetic
# sites whose hours drift; the shipped policy. The same figures on every machine. Usage: quiet-hours.sh [SEED]
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp test -pl agent-core -am '-P!gates' -Dtest=QuietHoursTest -Dsurefire.failIfNoSpecifiedTests=false "-Dseed=${1:-1}" |
  grep '^quiet hours: '
