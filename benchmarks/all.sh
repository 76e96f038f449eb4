#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All rows of docs/figures.md, "What must hold": found, must, goal, and held or MISSED. Rows alone: benchmarks/all.sh ROW...
# usage: benchmarks/all.sh [install] [zstd] [https] [memory] [delta] [index] [ready] [idle] [jars]     after: mvn -B -ntp -DskipTests package
# ROUNDS=7: of what is timed; INPUTS=FOLDER: where delta.sh keeps its pairs, and makes them; what else the scripts take: peers.sh, delta.sh,
# index.sh, footprint.sh. Takes half an hour; delta and index want the pairs, which delta.sh fetches. Peers that aren't installed are skipped, and said so.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-7}
rows=${*:-install zstd https memory delta index ready idle jars}
export INPUTS=${INPUTS:-${TMPDIR:-/tmp}/twinbank-delta}
for row in $rows; do
  printf '\n-- %s\n' "$row"
  case $row in
    install) ROUNDS=$rounds "$here/peers.sh" rauc swupdate ;;
    zstd | https | memory) ROUNDS=$rounds "$here/peers.sh" "$row" ;;
    delta) "$here/delta.sh" "$rounds" ;;
    index)
      if [ -s "$INPUTS/bcprov.old" ] && [ -s "$INPUTS/kernel.old" ]; then
        "$here/index.sh" "$INPUTS" bcprov kernel
      else
        echo "skipped: $INPUTS has no pairs, the row delta fetches them"
      fi
      ;;
    ready | idle | jars) "$here/footprint.sh" "$rounds" "$row" ;;
    *) echo "no row $row" >&2; exit 2 ;;
  esac
done
