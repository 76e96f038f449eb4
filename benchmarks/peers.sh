#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs an image by the agent, in turns with RAUC, SWUpdate and curl on the same machine; and what memory the agent takes as images grow.
# usage: benchmarks/peers.sh [rauc] [swupdate] [zstd] [https] [memory]     all rows if none is named; after: mvn -B -ntp -DskipTests package
# ROUNDS=7: how many turns; IMAGE=FILE: another image than 256 MiB of this machine's libraries; SIZES="16 256 1024 4096": images of the
# memory row, in MiB; JAVA=...: another java; JAVA_OPTIONS=...: others than these; TMPDIR=...: another disk
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$here/target
java=${JAVA:-java}
rounds=${ROUNDS:-7}
rows=${*:-rauc swupdate zstd https memory}
[ -d "$target/lib" ] || { echo "$target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
command -v python3 > /dev/null || { echo "python3 is missing, which measures" >&2; exit 2; }
PATH=$PATH:/usr/sbin
# Jar by jar: a class data archive can't be used with directories or wildcards.
jars=$(ls "$target"/benchmarks-*.jar "$target"/lib/*.jar | paste -sd:)
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-peers.XXXXXX")
services=
cleanup() {
  # shellcheck disable=SC2086 # process ids are words
  [ -z "$services" ] || kill $services 2> /dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
cases=$work/cases
mkdir "$cases"

wanted() { case " $rows " in *" $1 "*) ;; *) return 1 ;; esac; }
missing() { # WHAT PROGRAM...: says what is skipped
  local what=$1 program
  shift
  for program in "$@"; do
    command -v "$program" > /dev/null || { echo "skipped: $what, $program isn't installed" && return 0; }
  done
  return 1
}
wait_for() { # COMMAND...: until it succeeds
  for _ in $(seq 300); do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.1
  done
  echo "after 30 s still not: $*" >&2
  exit 1
}
add() { # CASE: its script is the standard input
  echo "$1" >> "$work/chosen"
  cat > "$cases/$1"
}
describe() {
  awk -F': ' '/^model name/ { n++; model = $2 } END { printf "%d x %s", n, model }' /proc/cpuinfo
  awk '/^MemTotal/ { printf ", %.0f GiB, ", $2 / 1048576 }' /proc/meminfo
  df --output=fstype "$work" | tail -1 | tr -d '\n'
  "$java" -version 2>&1 | awk -F'"' 'NR == 1 { printf ", Java %s, ", $2 }'
  uname -sr | tr -d '\n'
  cut -d' ' -f1 /proc/loadavg | sed 's/^/, load before: /'
}

image=${IMAGE:-$work/image}
make_image() { # what is on a gateway: programs, jars, data; never zeros
  [ -f "$image" ] || (tar --sort=name -C /usr/lib -cf - . 2> /dev/null || true) | head -c $((256 << 20)) > "$image"
}
. "$here/flags.sh"
jvm() { # ARCHIVE COMMAND ARGUMENT [PROPERTIES [JARS]]: prints the command, with a class data archive as a gateway would have it
  local archive="$work/$1.jsa"
  local command="$java $flags ${4-} -cp ${5-$jars}"
  [ -f "$archive" ] || $command -XX:ArchiveClassesAtExit="$archive" io.twinbank.benchmarks.Install "$2" "$3" > "$work/dump" 2>&1 ||
    { cat "$work/dump" >&2; exit 1; }
  echo "$command -XX:SharedArchiveFile=$archive io.twinbank.benchmarks.Install $2 $3"
}
agent() { # CASE BANK FOLDER [PROPERTIES [JARS [ARCHIVE]]]: an install by the agent
  printf 'rm -rf %s/state\n' "$3" > "$cases/$1.before"
  sh "$cases/$1.before"
  local command
  command=$(jvm "${6-$1}" run "$3" "-Dbank=$2 ${4-}" "${5-$jars}")
  sh "$cases/$1.before"
  echo "exec $command" | add "$1"
}
prepare() { "$java" -cp "$jars" io.twinbank.benchmarks.Install prepare "$@"; } # FOLDER IMAGE ENCODING URL

keys() { # a maker's key and certificate for the peers
  [ -f "$work/cert.pem" ] || openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days 30 -keyout "$work/key.pem" -out "$work/cert.pem" \
    -subj /CN=maker -addext extendedKeyUsage=emailProtection,codeSigning -addext keyUsage=digitalSignature 2> /dev/null
}

rauc_service() {
  [ ! -d "$work/rauc" ] || return 0
  mkdir "$work/rauc" "$work/rauc/mnt"
  keys
  cd "$work/rauc"
  local slot format
  for slot in a b; do truncate -s "$(((($(stat -c %s "$image") + 0xfffff) >> 20) + 1))M" "slot-$slot"; done
  cat > system.conf <<X
[system]
compatible=board
bootloader=custom
bundle-formats=plain
mountprefix=$PWD/mnt
statusfile=$PWD/status
[handlers]
bootloader-custom-backend=$PWD/boot
[keyring]
path=$work/cert.pem
[slot.rootfs.0]
device=$PWD/slot-a
type=raw
bootname=A
[slot.rootfs.1]
device=$PWD/slot-b
type=raw
bootname=B
X
  cat > boot <<'X'
#!/bin/sh
case "$1" in get-primary | get-current) echo A ;; get-state) echo good ;; esac
X
  chmod +x boot
  mkdir in
  cp "$image" in/rootfs.img
  printf '[update]\ncompatible=board\nversion=1\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=rootfs.img\n' > in/manifest.raucm
  rauc --cert="$work/cert.pem" --key="$work/key.pem" --mksquashfs-args="-noI -noD -noF -noX" bundle in plain.raucb > bundle.log 2>&1
  ! wanted zstd || rauc --cert="$work/cert.pem" --key="$work/key.pem" bundle in gzip.raucb > bundle.log 2>&1
  rm -r in
  cat > bus.conf <<X
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=$PWD/bus</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
X
  dbus-daemon --config-file=bus.conf --nofork > bus.log 2>&1 &
  services="$services $!"
  wait_for test -S bus
  DBUS_SYSTEM_BUS_ADDRESS=unix:path=$PWD/bus rauc --conf=system.conf --override-boot-slot=A service > service.log 2>&1 &
  services="$services $!"
  echo $! > service
  wait_for env "DBUS_SYSTEM_BUS_ADDRESS=unix:path=$PWD/bus" rauc status
  cd "$here"
}
rauc_case() { # CASE BUNDLE
  cp "$work/rauc/service" "$cases/$1.service"
  echo "DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/rauc/bus exec rauc install $work/rauc/$2.raucb" | add "$1"
}

swupdate_case() {
  keys
  mkdir "$work/swu"
  cd "$work/swu"
  truncate -s "$(((($(stat -c %s "$image") + 0xfffff) >> 20) + 1))M" slot
  cp "$image" image.bin
  cat > sw-description <<X
software = {
  version = "1.0";
  hardware-compatibility: [ "1.0" ];
  images: ( { filename = "image.bin"; device = "$PWD/slot"; type = "raw"; sha256 = "$(sha256sum image.bin | cut -d' ' -f1)"; installed-directly = true; } );
};
X
  openssl cms -sign -in sw-description -out sw-description.sig -signer "$work/cert.pem" -inkey "$work/key.pem" -outform DER -nosmimecap -binary
  printf 'sw-description\nsw-description.sig\nimage.bin\n' | cpio -o -H crc > image.swu 2> cpio.log
  rm image.bin
  # It makes nothing durable by itself.
  echo "swupdate -k $work/cert.pem -H board:1.0 -i $PWD/image.swu && exec sync -d $PWD/slot" | add swupdate
  cd "$here"
}

https_cases() {
  mkdir "$work/tls"
  cd "$work/tls"
  local port name
  for name in server device; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout "$name.key" -out "$name.crt" -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost 2> /dev/null
  done
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  ln -s "$image" image
  cat > nginx.conf <<X
$([ "$(id -u)" != 0 ] || echo 'user root;') daemon off; worker_processes 1; pid $PWD/pid; error_log $PWD/error;
events { worker_connections 64; }
http { access_log off; sendfile on; client_body_temp_path $PWD/1; proxy_temp_path $PWD/2; fastcgi_temp_path $PWD/3; uwsgi_temp_path $PWD/4;
scgi_temp_path $PWD/5; server { listen 127.0.0.1:$port ssl; root $PWD; ssl_protocols TLSv1.3; ssl_certificate $PWD/server.crt;
ssl_certificate_key $PWD/server.key; ssl_client_certificate $PWD/device.crt; ssl_verify_client on; } }
X
  nginx -c "$PWD/nginx.conf" > nginx.log 2>&1 &
  services="$services $!"
  local curl="curl -sf --http1.1 --cacert $PWD/server.crt --cert $PWD/device.crt --key $PWD/device.key"
  wait_for $curl -I "https://localhost:$port/image"
  echo "$curl -o /dev/null https://localhost:$port/image && exec dd if=$image of=$PWD/copy bs=1M conv=notrunc,fsync" | add curl-dd
  cp "$image" copy
  cd "$here"
  mkdir "$work/agent-https"
  prepare "$work/agent-https" "$image" plain "https://localhost:$port/image"
  agent agent-https direct "$work/agent-https" "-Dtls=$work/tls"
  # What the JDK alone takes for the same bytes, by the same flags, and the same dd.
  local read
  read=$(jvm jdk-dd read "https://localhost:$port/image" "-Dtls=$work/tls")
  echo "$read && exec dd if=$image of=$work/tls/copy bs=1M conv=notrunc,fsync" | add jdk-dd
}

zstd_cases() { # the image in frames of 1 MiB by level 3, read back; once by the decoder in Java, once by the native one
  local otapub=$here/../publisher/target/otapub.jar folder=$work/agent-zstd
  [ -f "$otapub" ] || { echo "skipped: zstd, $otapub is missing: mvn -B -ntp -DskipTests package"; return; }
  mkdir "$folder"
  prepare "$folder" "$image" plain "file://$image"
  "$java" -jar "$otapub" keygen --out "$folder/maker.pem" > /dev/null
  "$java" -jar "$otapub" pack --image "$image" --uri "file://$folder/image.zst" --compress zstd:3 --compressed-out "$folder/image.zst" \
    --vendor-domain example.com --model benchmark --sequence 2 --security-version 0 --key "$folder/maker.pem" --out "$folder/envelope" > /dev/null
  openssl pkey -pubin -in "$folder/maker.pub.pem" -outform DER -out "$folder/key"
  agent agent-zstd direct "$folder"
  agent agent-zstd-java direct "$folder" "" "$(tr : '\n' <<< "$jars" | grep -v zstd-jni | paste -sd:)"
}

local_agent() {
  [ ! -d "$work/agent" ] || return 0
  mkdir "$work/agent"
  prepare "$work/agent" "$image" plain "file://$image"
  agent agent direct "$work/agent"
  agent agent-cached cached "$work/agent"
}

ratio() { # NAME CASE CASE wall|processor MUST GOAL: the median of the ratios of each round; - for no limit
  [ -f "$cases/$2.rounds" ] && [ -f "$cases/$3.rounds" ] || return 0
  local found
  found=$(paste -d' ' "$cases/$2.rounds" "$cases/$3.rounds" | awk -v cpu="$([ "$4" = wall ] || echo 1)" '{ print cpu ? $2 / $4 : $1 / $3 }' | middle)
  verdict "$1, $4" "$found" "$5" "$6"
}
verdict() { # NAME FOUND MUST GOAL
  awk -v name="$1" -v found="$2" -v must="$3" -v goal="$4" 'BEGIN {
    printf "%-56s found %6.2f", name, found
    if (must != "-") printf ", must %s, goal %s: %s", must, goal, (found + 0 > must + 0 ? "MISSED" : found + 0 > goal + 0 ? "held" : "held, goal too")
    else if (goal != "-") printf ", goal %s: %s", goal, (found + 0 > goal + 0 ? "not reached" : "reached")
    print "" }'
}
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
table() { # ROUNDS CASE...
  printf '%-16s %8s %8s %8s %9s %9s\n' case 'wall s' 'least s' 'CPU s' 'RSS MiB' 'anon MiB'
  python3 "$here/measure.py" "$1" "$cases" "${@:2}" | awk -F'\t' '{ printf "%-16s %8s %8s %8s %9s %9s\n", $1, $2, $3, $4, $5, $6 }'
}

memory_of() { # CASE NAME
  python3 "$here/measure.py" 0 "$cases" "$1" | while IFS=$(printf '\t') read -r _ _ _ _ resident anonymous; do
    verdict "$2, anonymous MiB" "$anonymous" 32 25
    verdict "$2, resident MiB" "$resident" - 50
  done
}
memory_row() {
  local size
  for size in ${SIZES:-16 256 1024 4096}; do
    mkdir "$work/memory"
    # Bytes that don't repeat, written over and over: an image of gigabytes is made in no time, and hashed and written as any other.
    head -c $((16 << 20)) /dev/urandom > "$work/piece"
    for _ in $(seq $((size / 16))); do cat "$work/piece"; done > "$work/memory/image"
    prepare "$work/memory" "$work/memory/image" plain "file://$work/memory/image"
    agent "agent-$size-MiB" direct "$work/memory" "" "$jars" memory
    memory_of "agent-$size-MiB" "$size MiB"
    rm -r "$work/memory"
  done
}

describe
make_image
echo "agent: $flags, a class data archive; bank past the kernel's cache (agent), through it (agent-cached)"
if wanted rauc || wanted zstd; then
  if ! missing "RAUC" rauc dbus-daemon mksquashfs; then
    rauc_service
    ! wanted rauc || rauc_case rauc plain
    ! wanted zstd || rauc_case rauc-gzip gzip
  fi
fi
if wanted swupdate && ! missing "SWUpdate" swupdate cpio; then swupdate_case; fi
if wanted rauc || wanted swupdate; then
  local_agent
  echo "openssl dgst -sha256 $image && exec dd if=$image of=$work/agent/floor bs=1M conv=notrunc,fsync" | add floor
fi
! wanted zstd || zstd_cases
if wanted https && ! missing "HTTPS" nginx curl; then https_cases; fi
if [ -f "$work/chosen" ]; then
  # shellcheck disable=SC2046 # cases are words
  table "$rounds" $(cat "$work/chosen")
  echo
  for bank in agent agent-cached; do
    ratio "$bank / RAUC, uncompressed" $bank rauc wall 0.9 0.75
    ratio "$bank / RAUC, uncompressed" $bank rauc processor 1.3 1.2
    ratio "$bank / SWUpdate, streamed, and sync" $bank swupdate wall 1.3 1.0
    ratio "$bank / openssl dgst, then dd with fsync" $bank floor wall - -
    ratio "$bank / openssl dgst, then dd with fsync" $bank floor processor - -
  done
  for codec in agent-zstd agent-zstd-java; do
    ratio "$codec / RAUC, squashfs-gzip" $codec rauc-gzip wall 0.7 0.6
  done
  ratio "agent by HTTPS / curl, then dd with fsync" agent-https curl-dd wall 1.3 1.1
  ratio "the JDK's HTTPS, then dd / curl, then dd" jdk-dd curl-dd wall - -
  [ ! -f "$cases/agent-https" ] || memory_of agent-https "install by HTTPS"
fi
if wanted memory; then
  printf '\nmemory: must be flat, and at most 32 MiB anonymous; goal 25, and 50 resident\n'
  memory_row
fi
cut -d' ' -f1 /proc/loadavg | sed 's/^/load after: /'
