#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a daemon that has nothing to do costs: memory, and bytes over its one connection. twinbank run with a heap of 16 MiB, a gateway of
# files, Mosquitto behind a proxy that counts. SECONDS of idling, 190 unless said otherwise: three keep-alives of a minute.
set -eu
seconds=${1:-190}
. "$(dirname "$0")/gateway.sh"

run_daemon -Xmx16m -XX:+UseSerialGC
sleep 10 # what is said at the connection isn't idling
before=$(cat count)
sleep "$seconds"
after=$(cat count)
resident=$(awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status")
threads=$(awk '/^Threads/ { print $2 }' "/proc/$daemon/status")
cpu=$(processor "$daemon")
echo "$before $after" | awk -v seconds="$seconds" -v resident="$resident" -v threads="$threads" -v cpu="$cpu" '{
  up = $3 - $1; down = $4 - $2
  printf "over %d s of idling: %d bytes sent, %d received, by MQTT without TLS and TCP\n", seconds, up, down
  printf "a day like that: %.1f kB; with 40 bytes of TCP/IP for each of four packets and 2 x 22 of TLS 1.3 a keep-alive: %.0f kB\n",
    (up + down) * 86400 / seconds / 1000, ((up + down) * 86400 / seconds + 1440 * (4 * 40 + 2 * 22)) / 1000
  printf "resident: %.1f MiB, %d threads, %d ms of the processor since its start\n", resident / 1024, threads, cpu
}'
