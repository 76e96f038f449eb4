#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs an image by the agent, encrypted by AES-CTR and in sealed chunks (AES-GCM, ChaCha20-Poly1305), in turns with the same
# image as it is; then what the ciphers alone take for as much.
# usage: benchmarks/decrypt.sh [ROUNDS]     after: mvn -B -ntp -DskipTests package
# IMAGE=FILE: another image than 256 MiB of random bytes; JAVA=...: another java; TMPDIR=...: another disk
. "$(dirname "$0")/common.sh"
rounds=${1:-9}
encodings="plain ctr gcm chacha"
for encoding in $encodings; do
  mkdir "$work/$encoding"
  if [ "$encoding" != plain ]; then
    "$java" -cp "$jars" io.twinbank.benchmarks.Install encrypt "$work" "$image" "$encoding" "$work/$encoding/payload"
    serve "$work/$encoding/payload"
  fi
  "$java" -cp "$jars" io.twinbank.benchmarks.Install prepare "$work/$encoding" "$image" "$encoding" "$url"
done

agent() { # ENCODING
  rm -rf "$work/$1/state"
  "$java" -Xmx32m -XX:+UseSerialGC -cp "$jars" io.twinbank.benchmarks.Install run "$work/$1" > "$work/agent" 2>&1 \
    || { cat "$work/agent" >&2; exit 1; }
  awk '/VmHWM/ { print int($2 / 1024) }' "$work/agent" >> "$work/memory-$1"
}

printf '%5s %9s %9s %6s %9s %6s %9s %6s\n' round plain ctr ratio gcm ratio chacha ratio
for round in 0 $(seq "$rounds"); do # round 0 only warms the page cache
  times=
  for encoding in $encodings; do
    times="$times $(milliseconds agent "$encoding")"
  done
  [ "$round" = 0 ] && continue
  echo "$times" | tee -a "$work/rounds" | awk -v r="$round" \
    '{ printf "%5d %6d ms %6d ms %6.2f %6d ms %6.2f %6d ms %6.2f\n", r, $1, $2, $2 / $1, $3, $3 / $1, $4, $4 / $1 }'
done
printf 'median ratio: ctr %.2f, gcm %.2f, chacha %.2f\n' "$(median '$2 / $1')" "$(median '$3 / $1')" "$(median '$4 / $1')"
for encoding in $encodings; do
  printf 'most memory, %s: %d MiB\n' "$encoding" "$(sort -n "$work/memory-$encoding" | tail -1)"
done
for encoding in ctr gcm chacha; do
  "$java" -cp "$jars" io.twinbank.benchmarks.CipherSpeed "$encoding"
done
