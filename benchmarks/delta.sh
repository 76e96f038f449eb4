#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Deltas between adjacent real versions: size, time and memory of making and of applying them, beside bsdiff, zstd, xdelta3 and casync.
# usage: benchmarks/delta.sh [ROUNDS [PAIR...]]     after: mvn -B -ntp -DskipTests package
# Pairs: bcprov (a jar, unpacked), kernel (a package, unpacked), jar (bcprov as it is). INPUTS=FOLDER keeps them; KERNELS="OLD NEW": other packages.
# What makes a delta runs once, what applies it ROUNDS times (5), in turns. MAKE_PEERS=no reuses what peers made in INPUTS before.
set -eu
cd "$(dirname "$0")"
here=$PWD
java=${JAVA:-java}
rounds=${1:-5}
[ $# -lt 1 ] || shift
pairs=${*:-bcprov kernel}
inputs=${INPUTS:-${TMPDIR:-/tmp}/twinbank-delta}
read -r kernel_old kernel_new <<< "${KERNELS:-linux-image-6.1.0-55-cloud-amd64 linux-image-6.1.0-56-cloud-amd64}"
otapub=$(dirname "$here")/publisher/target/otapub.jar
[ -f "$otapub" ] && [ -d target/lib ] || { echo "$otapub or target/lib is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
[ -x /usr/bin/time ] || { echo "GNU time is missing: apt-get install time" >&2; exit 2; }
jars=$(ls "$here"/target/benchmarks-*.jar "$here"/target/lib/*.jar | paste -sd:)
make_heap=-Xmx288m
apply_heap=-Xmx16m
mkdir -p "$inputs"
cd "$inputs"
work=$(mktemp -d "$inputs/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

archive() { # FOLDER FILE
  tar --sort=name --mtime=@0 --owner=0 --group=0 -C "$1" -cf "$2" .
}
prepare() { # PAIR
  [ -s "$1.old" ] && [ -s "$1.new" ] && return
  local side version package
  for side in old new; do
    rm -rf "$work/x" && mkdir "$work/x"
    case $1 in
      bcprov | jar)
        version=1.86
        [ $side = old ] || version=1.87
        mvn -q -B -ntp dependency:copy "-Dartifact=org.bouncycastle:bcprov-jdk18on:$version" "-DoutputDirectory=$work" >&2
        if [ "$1" = jar ]; then
          cp "$work/bcprov-jdk18on-$version.jar" "jar.$side"
        else
          (cd "$work/x" && unzip -q "$work/bcprov-jdk18on-$version.jar")
          archive "$work/x" "bcprov.$side"
        fi
        ;;
      kernel)
        package=$kernel_old
        [ $side = old ] || package=$kernel_new
        (cd "$work" && apt-get download "$package" >&2 && dpkg-deb -x "$package"_*.deb x)
        # The same paths on both sides, as on a device.
        find "$work/x" -depth -name '*6.1.0-*' | while read -r path; do
          mv "$path" "$(dirname "$path")/$(basename "$path" | sed 's/6\.1\.0-[0-9]*/6.1.0/')"
        done
        archive "$work/x" "kernel.$side"
        ;;
      *)
        echo "no pair $1: bcprov, kernel, jar" >&2
        exit 2
        ;;
    esac
  done
}
measured() { # FILE COMMAND...: adds seconds, seconds of processor, and KiB
  local to=$1
  shift
  /usr/bin/time -a -f '%e %U %S %M' -o "$to" "$@" > "$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
}
median() { # FILE AWK-EXPRESSION
  awk "{ print $2 }" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
make() { # TOOL
  case $1 in
    ours) "$java" $make_heap -XX:+UseSerialGC -jar "$otapub" delta "$pair.old" "$pair.new" -o "$pair.ours" ;;
    bsdiff) bsdiff "$pair.old" "$pair.new" "$pair.bsdiff" ;;
    zstd) zstd -q -f -19 --long=27 "--patch-from=$pair.old" "$pair.new" -o "$pair.zstd" ;;
    xdelta3) xdelta3 -f -9 -S djw -B 268435456 -e -s "$pair.old" "$pair.new" "$pair.xdelta3" ;;
  esac
}
apply() { # TOOL
  case $1 in
    ours) "$java" $apply_heap -XX:+UseSerialGC -cp "$jars" io.twinbank.benchmarks.DeltaApply "$pair.old" "$pair.ours" "$work/out" "$size" ;;
    bsdiff) bspatch "$pair.old" "$work/out" "$pair.bsdiff" ;;
    zstd) zstd -q -f -d --long=27 "--patch-from=$pair.old" "$pair.zstd" -o "$work/out" ;;
    xdelta3) xdelta3 -f -d -s "$pair.old" "$pair.xdelta3" "$work/out" ;;
    casync) casync extract "--store=$work/new.castr" "--seed=$pair.old" "$work/new.caibx" "$work/out" ;;
  esac
}
casync_size() { # What of the new image's chunks the old one hasn't, and the index.
  casync make "--store=$work/old.castr" "$work/old.caibx" "$pair.old" > /dev/null 2>&1
  (cd "$work/old.castr" && find . -name '*.cacnk' | sort) > "$work/had"
  (cd "$work/new.castr" && find . -name '*.cacnk' | sort) > "$work/needed"
  (comm -13 "$work/had" "$work/needed" | (cd "$work/new.castr" && xargs -r stat -c %s) && stat -c %s "$work/new.caibx") | awk '{ s += $1 } END { print s }'
}
one() { # make|apply TOOL, in a process that is measured
  export -f "$1"
  export java make_heap apply_heap otapub jars pair size work
  bash -c "$1 $2"
}

for pair in $pairs; do
  prepare "$pair"
  size=$(stat -Lc %s "$pair.new")
  tools=ours
  for tool in bsdiff zstd xdelta3 casync; do
    if command -v "$tool" > /dev/null; then tools="$tools $tool"; else echo "$tool isn't installed: skipped"; fi
  done
  for tool in $tools; do
    export -f make apply one
    export java make_heap apply_heap otapub jars pair size work
    if [ "$tool" = casync ]; then
      measured "$work/make-$tool" casync make "--store=$work/new.castr" "$work/new.caibx" "$pair.new"
    elif [ "${MAKE_PEERS:-yes}" = yes ] || [ "$tool" = ours ] || [ ! -s "$pair.$tool" ] || [ ! -s "$pair.make-$tool" ]; then
      measured "$work/make-$tool" bash -c "make $tool"
      cp "$work/make-$tool" "$pair.make-$tool"
    else
      cp "$pair.make-$tool" "$work/make-$tool"
    fi
  done
  for round in 0 $(seq "$rounds"); do # round 0 only warms the page cache
    for tool in $tools; do
      to=$work/apply-$tool
      [ "$round" != 0 ] || to=$work/warm
      rm -f "$work/out"
      measured "$to" bash -c "apply $tool"
      cmp -s "$pair.new" "$work/out" || { echo "$tool: another image than $pair.new" >&2; exit 1; }
    done
    measured "$work/bare" "$java" $apply_heap -XX:+UseSerialGC -cp "$jars" io.twinbank.benchmarks.DeltaApply
  done

  echo
  echo "$pair: $(stat -Lc %s "$pair.old") to $size bytes; heaps: making $make_heap, applying $apply_heap; a bare JVM has $(median "$work/bare" '$4 / 1024') MiB"
  printf '%-8s %10s %6s %9s %9s %9s %9s %9s %9s %6s\n' tool bytes ratio 'make s' 'cpu s' 'peak MiB' 'apply s' 'cpu s' 'peak MiB' ratio
  for tool in $tools; do
    if [ "$tool" = casync ]; then bytes=$(casync_size); else bytes=$(stat -Lc %s "$pair.$tool"); fi
    [ "$tool" != ours ] || ours=$bytes
    paste -d' ' "$work/apply-ours" "$work/apply-$tool" > "$work/both"
    printf '%-8s %10d %6.3f %9.2f %9.2f %9.1f %9.2f %9.2f %9.1f %6.2f\n' "$tool" "$bytes" "$(awk "BEGIN { print $ours / $bytes }")" \
      "$(median "$work/make-$tool" '$1')" "$(median "$work/make-$tool" '$2 + $3')" "$(median "$work/make-$tool" '$4 / 1024')" \
      "$(median "$work/apply-$tool" '$1')" "$(median "$work/apply-$tool" '$2 + $3')" "$(median "$work/apply-$tool" '$4 / 1024')" \
      "$(median "$work/both" '$1 / $5')"
  done
  echo "ratio: ours to this one's; of applying the median of the rounds' ratios. Patcher's memory beyond the JVM:" \
    "$(awk "BEGIN { printf \"%.1f\", $(median "$work/apply-ours" '$4 / 1024') - $(median "$work/bare" '$4 / 1024') }") MiB"
  rm -rf "${work:?}"/*
done
