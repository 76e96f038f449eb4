#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How small an agent is: its jars; what it takes to be ready beside a JVM that says hello; what it holds when it idles beside a JVM that
# does nothing. ROUNDS alternating runs, 7 unless said otherwise; medians. What is measured is the packaged daemon, by its launcher's flags.
# usage: benchmarks/footprint.sh [ROUNDS [jars] [ready] [idle]]     all three unless named; after: mvn -B -ntp -DskipTests package
set -eu
rounds=${1:-7}
[ $# -eq 0 ] || shift
parts=${*:-jars ready idle}
wanted() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac; }
. "$(dirname "$0")/gateway.sh"
version=$(sed -nE 's|^ *<version>([^<]*)</version>|\1|p' "$root/pom.xml" | head -n 1)
. "$root/benchmarks/flags.sh"
# shellcheck disable=SC2086 # flags are words
say() { "$java" $flags "$@"; }

column() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
verdict() { awk -v found="$1" -v most="$2" 'BEGIN { print found <= most ? "held" : "missed" }'; }

jars() {
  echo "jars that an embedder ships, without command line and post-quantum signatures:"
  local lib=$root/benchmarks/target/lib total=0 jar file size
  [ -d "$lib" ] || { echo "$lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
  for jar in agent-hal-"$version" agent-core-"$version" agent-mqtt-"$version" slf4j-api- org.eclipse.paho.mqttv5.client-; do
    file=$(ls "$lib"/$jar*.jar | grep -v -e -tests | head -n 1)
    size=$(stat -c %s "$file")
    total=$((total + size))
    printf '  %9d  %s\n' "$size" "$(basename "$file")"
  done
  printf '  %9d  in all, of at most 1900000: %s\n' "$total" "$(verdict "$total" 1900000)"
}

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
if wanted ready || wanted idle; then
  run_daemon $flags -XX:ArchiveClassesAtExit="$work/twinbank.jsa" >/dev/null 2>&1
  stop_daemon
fi

hello() { # milliseconds of the processor
  local TIMEFORMAT='%U %S'
  { time say -cp . Hello >/dev/null; } 2>&1 | awk '{ print int(($1 + $2) * 1000) }'
}
ready() {
  local one two three
  for _ in $(seq "$rounds"); do
    one=$(hello)
    run_daemon $flags
    two=$ready
    stop_daemon
    run_daemon $flags -XX:SharedArchiveFile="$work/twinbank.jsa"
    three=$ready
    stop_daemon
    echo "$one $two $three" | awk '{ print $1, $2, $3, $2 / $1, $3 / $1 }'
  done >starts
  three=$(awk '{ print $5 }' starts | column)
  echo "start to online, milliseconds of the processor (hello, daemon, daemon with a class data archive) and ratios to hello; medians of $rounds:"
  printf '  %s, %s, %s; ratio %.2f, with the archive %.2f, of at most 3.0 (goal 2.0): %s\n' "$(awk '{ print $1 }' starts | column)" \
    "$(awk '{ print $2 }' starts | column)" "$(awk '{ print $3 }' starts | column)" "$(awk '{ print $4 }' starts | column)" "$three" "$(verdict "$three" 3.0)"
}

memory() { awk '/^(VmRSS|RssAnon)/ { printf "%s ", $2 }' "/proc/$1/status"; }
idle() {
  local bare ratio
  # shellcheck disable=SC2086 # flags are words
  "$java" $flags -cp . Hello wait >/dev/null &
  bare=$!
  pids="$pids $bare"
  run_daemon $flags -XX:SharedArchiveFile="$work/twinbank.jsa"
  sleep "${SETTLE:-20}"
  memory "$bare" >memory
  memory "$daemon" >>memory
  ratio=$(awk '{ printf "%.2f", $3 / $1 }' memory)
  echo "idle, one MQTT connection:"
  awk '{ printf "  bare JVM %.1f MiB (%.1f anonymous), daemon %.1f MiB (%.1f anonymous)", $1 / 1024, $2 / 1024, $3 / 1024, $4 / 1024 }' memory
  echo "; ratio $ratio, of at most 1.6 (goal 1.4): $(verdict "$ratio" 1.6)"
  stop_daemon
}

echo "by the launcher's flags: $flags"
for part in $parts; do $part; done
