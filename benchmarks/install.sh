#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs an image by the agent, in turns with the floor: openssl dgst -sha256, then dd conv=fsync.
# usage: benchmarks/install.sh [ROUNDS]     after: mvn -B -ntp -DskipTests package
# IMAGE=FILE: another image than 256 MiB of random bytes; JAVA=...: another java; TMPDIR=...: another disk
. "$(dirname "$0")/common.sh"
rounds=${1:-9}
options="-Xmx32m -XX:+UseSerialGC"
cp "$image" "$work/copy"
"$java" -cp "$jars" io.twinbank.benchmarks.Install prepare "$work" "$image" plain "$url"

floor() {
  openssl dgst -sha256 "$image" > "$work/dgst"
  dd if="$image" of="$work/copy" bs=1M conv=notrunc,fsync 2> "$work/dd"
}
agent() {
  rm -rf "$work/state"
  # shellcheck disable=SC2086 # the options are words
  "$java" $options "$@" -cp "$jars" io.twinbank.benchmarks.Install run "$work" > "$work/agent" 2>&1 \
    || { cat "$work/agent" >&2; exit 1; }
}

archive="-XX:SharedArchiveFile=$work/agent.jsa"
agent -XX:ArchiveClassesAtExit="$work/agent.jsa"
floor
printf '%5s %9s %9s %6s %9s %6s\n' round floor agent ratio archive ratio
for round in $(seq "$rounds"); do
  f=$(milliseconds floor)
  a=$(milliseconds agent)
  c=$(milliseconds agent "$archive")
  echo "$f $a $c" >> "$work/rounds"
  echo "$f $a $c" | awk -v r="$round" '{ printf "%5d %6d ms %6d ms %6.2f %6d ms %6.2f\n", r, $1, $2, $2 / $1, $3, $3 / $1 }'
done
printf 'median ratio: %.2f, with a class data archive %.2f\n' "$(median '$2 / $1')" "$(median '$3 / $1')"
