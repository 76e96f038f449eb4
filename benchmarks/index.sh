#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rebuilds an image from an older one by its block index, and by casync's chunks: bytes (the index's among them), requests, connections, time, memory.
# usage: benchmarks/index.sh FOLDER [PAIR...]     after: mvn -B -ntp -DskipTests package
# FOLDER has PAIR.old and PAIR.new for each pair, bcprov-x and kernel unless named. BLOCK=1024: the size of a block; GAPS="512 2048": how
# far apart two ranges are to be two; JAVA=...: another java
set -eu
target=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/target
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
[ $# -gt 0 ] || { echo "usage: benchmarks/index.sh FOLDER [PAIR...]" >&2; exit 2; }
java=${JAVA:-java}
jars=$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)
folder=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- bcprov-x kernel
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

index() { "$java" -Xmx48m -XX:+UseSerialGC -cp "$jars" io.twinbank.benchmarks.IndexFetch "$@"; }
chunks() { (cd "$1" && find . -name '*.cacnk' | sort); }

for pair in "$@"; do
  old=$folder/$pair.old
  new=$folder/$pair.new
  echo "$pair, $(stat -c %s "$new") bytes"
  peer=
  if command -v casync > /dev/null; then
    casync make --store="$work/old" "$work/old.caibx" "$old" > /dev/null
    casync make --store="$work/new" "$work/new.caibx" "$new" > /dev/null
    chunks "$work/old" > "$work/have"
    chunks "$work/new" > "$work/want"
    comm -13 "$work/have" "$work/want" > "$work/missing"
    peer=$( (cd "$work/new" && xargs -r stat -c %s) < "$work/missing" | awk -v i="$(stat -c %s "$work/new.caibx")" '{ s += $1 } END { print s + i }')
    echo "  casync: $peer bytes, $(stat -c %s "$work/new.caibx") of them the index, $(wc -l < "$work/missing") chunks"
  else
    echo "  casync isn't installed: no ratio"
  fi
  index make "$new" "$work/index" "$work/store" "${BLOCK:-1024}" | sed 's/^/  /'
  index make "$new" "$work/plain" - "${BLOCK:-1024}" > /dev/null
  for gap in ${GAPS:-0 512 2048}; do
    for form in store image; do
      if [ "$form" = store ]; then
        index fetch "$old" "$work/index" "$work/store" "$(stat -c %s "$new")" "$work/out" "$gap" > "$work/said"
      else
        index fetch "$old" "$work/plain" "$new" "$(stat -c %s "$new")" "$work/out" "$gap" > "$work/said"
      fi
      cmp "$work/out" "$new"
      awk -v form="$form" -v gap="$gap" -v peer="$peer" '
        /^index/ { line = $0; bytes = $2 + $4 }
        /VmHWM/ { printf "  ranges of the %s, gap %d: %d bytes", form, gap, bytes
          if (peer) printf ", %.2f of casync", bytes / peer
          printf "; %s; %d MiB\n", line, $2 / 1024 }' "$work/said"
    done
  done
  rm -rf "$work/old" "$work/new"
done
