# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks: an image, a server that serves it, and a folder that goes away with the script.
# Gives $java, $jars, $work, $image, $url.
set -eu
target=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/target
java=${JAVA:-java}
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
# Jar by jar: a class data archive can't be used with directories or wildcards.
jars=$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-benchmark.XXXXXX")
server=
cleanup() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

image=${IMAGE:-$work/image}
[ -f "$image" ] || head -c $((256 << 20)) /dev/urandom > "$image"
mkfifo "$work/hold"
"$java" -XX:+UseSerialGC -Xmx32m -cp "$jars" io.twinbank.benchmarks.FileServer "$image" < "$work/hold" > "$work/url" &
server=$!
exec 3> "$work/hold"
for _ in $(seq 100); do [ -s "$work/url" ] && break; sleep 0.1; done
url=$(cat "$work/url")
