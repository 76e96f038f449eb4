#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How small an agent is: its jars; what it takes to be ready beside a JVM that says hello; what it holds when it idles beside a JVM that
# does nothing. ROUNDS alternating runs, 7 unless said otherwise; medians. What is measured is the packaged daemon, by its launcher's flags.
set -eu
rounds=${1:-7}
. "$(dirname "$0")/gateway.sh"
version=$(sed -nE 's|^ *<version>([^<]*)</version>|\1|p' "$root/pom.xml" | head -n 1)
flags=$(sed -nE 's|^ *FLAGS="([^"]*)"$|\1|p' "$root/agentd/src/main/package/twinbank")
[ -n "$flags" ] || { echo "agentd/src/main/package/twinbank names no flags" >&2; exit 2; }
# shellcheck disable=SC2086 # flags are words
say() { "$java" $flags "$@"; }

echo "jars that an embedder ships, without command line and post-quantum signatures:"
lib=$root/benchmarks/target/lib
[ -d "$lib" ] || { echo "$lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
total=0
for jar in agent-hal-"$version" agent-core-"$version" agent-mqtt-"$version" slf4j-api-* org.eclipse.paho.mqttv5.client-*; do
  file=$(ls "$lib"/$jar*.jar | grep -v -e -tests | head -n 1)
  size=$(stat -c %s "$file")
  total=$((total + size))
  printf '  %9d  %s\n' "$size" "$(basename "$file")"
done
printf '  %9d  in all, of at most 1900000: %s\n' "$total" "$([ "$total" -le 1900000 ] && echo held || echo missed)"

cat >Hello.java <<'J'
public class Hello {
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("hello");
        if (arguments.length > 0) {
            Thread.sleep(600_000);
        }
    }
}
J
"${java%java}javac" -d . Hello.java
run_daemon $flags -XX:ArchiveClassesAtExit="$work/twinbank.jsa" >/dev/null 2>&1
stop_daemon
hello() { # milliseconds of the processor
  TIMEFORMAT='%U %S'
  { time say -cp . Hello >/dev/null; } 2>&1 | awk '{ print int(($1 + $2) * 1000) }'
}
for _ in $(seq "$rounds"); do
  one=$(hello)
  run_daemon $flags
  two=$ready
  stop_daemon
  run_daemon $flags -XX:SharedArchiveFile="$work/twinbank.jsa"
  three=$ready
  stop_daemon
  echo "$one $two $three"
done >starts
column() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
one=$(awk '{ print $1 }' starts | column)
two=$(awk '{ print $2 }' starts | column)
three=$(awk '{ print $3 }' starts | column)
echo "start to online, milliseconds of the processor (hello, daemon, daemon with a class-data archive; medians of $rounds):"
awk -v a="$one" -v b="$two" -v c="$three" 'BEGIN {
  printf "  %d, %d, %d; ratio %.2f, with the archive %.2f, of at most 3.0 (goal 2.0): %s\n", a, b, c, b / a, c / a, c / a <= 3 ? "held" : "missed" }'

memory() { awk '/^(VmRSS|RssAnon)/ { printf "%s ", $2 }' "/proc/$1/status"; }
# shellcheck disable=SC2086 # flags are words
"$java" $flags -cp . Hello wait >/dev/null &
bare=$!
pids="$pids $bare"
run_daemon $flags -XX:SharedArchiveFile="$work/twinbank.jsa"
sleep 20
echo "idle, one MQTT connection, by the launcher's flags ($flags):"
echo "$(memory "$bare") $(memory "$daemon")" | awk '{
  printf "  bare JVM %.1f MiB (%.1f anonymous), daemon %.1f MiB (%.1f anonymous); ratio %.2f, of at most 1.6 (goal 1.4): %s\n",
    $1 / 1024, $2 / 1024, $3 / 1024, $4 / 1024, $3 / $1, $3 / $1 <= 1.6 ? "held" : "missed" }'
