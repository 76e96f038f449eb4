#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast the two decoders of zstd decode frames of 1 MiB, and how much larger a file becomes in frames than as one.
# usage: benchmarks/zstd.sh [PASSES]     after: mvn -B -ntp -DskipTests package
# FILE=...: another file than 64 MiB of this machine's libraries; JAVA=...: another java; TMPDIR=...: another disk
set -eu
target=$(cd "$(dirname "$0")" && pwd)/target
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT
file=${FILE:-$work/file}
if [ ! -f "$file" ]; then
  # What is cut off ends the tar early.
  (tar --sort=name --mtime=@0 --owner=0 --group=0 -C /usr/lib -cf - "$(uname -m)-linux-gnu" 2> /dev/null || true) \
    | head -c $((64 << 20)) > "$file"
fi
for level in 3 19; do
  "${JAVA:-java}" -Xmx512m -XX:+UseSerialGC -cp "$target/classes:$target/lib/*" io.twinbank.benchmarks.ZstdSpeed \
    "$file" "$level" "${1:-5}"
done
