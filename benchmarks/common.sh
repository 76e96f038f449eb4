# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks: an image, a server that serves it, and a folder that goes away with the script.
# Gives $java, $jars, $work, $image, $url, serve, milliseconds and median.
set -eu
target=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/target
java=${JAVA:-java}
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
# Jar by jar: a class data archive can't be used with directories or wildcards.
jars=$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-benchmark.XXXXXX")
servers=
cleanup() {
  # shellcheck disable=SC2086 # process ids are words
  [ -z "$servers" ] || kill $servers 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

serve() { # FILE: sets $url
  : > "$work/url" # what the server before this one said must not be read again
  "$java" -XX:+UseSerialGC -Xmx32m -cp "$jars" io.twinbank.benchmarks.FileServer "$1" < "$work/hold" > "$work/url" 9>&- &
  servers="$servers $!"
  url=
  for _ in $(seq 300); do
    url=$(cat "$work/url")
    [ -z "$url" ] || return 0
    sleep 0.1
  done
  echo "no server for $1 after 30 s" >&2
  exit 1
}
milliseconds() {
  local begun
  begun=$(date +%s%N)
  "$@"
  echo $((($(date +%s%N) - begun) / 1000000))
}
median() { # AWK EXPRESSION over $work/rounds
  awk "{ print $1 }" "$work/rounds" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# A server ends with its standard input, so this one stays open as long as the script.
mkfifo "$work/hold"
exec 9<> "$work/hold"
image=${IMAGE:-$work/image}
[ -f "$image" ] || head -c $((256 << 20)) /dev/urandom > "$image"
serve "$image"
