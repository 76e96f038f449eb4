# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks of the daemon: a gateway of files, Mosquitto, and a proxy between them that counts bytes in $work/count.
# Gives $root, $java, $work and run_daemon; all that it starts ends with the script.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
java=${JAVA:-java}
for jar in agentd/target/twinbank.jar publisher/target/otapub.jar; do
  [ -f "$root/$jar" ] || { echo "$jar is missing: mvn -B -ntp -DskipTests package" >&2; exit 2; }
done
command -v mosquitto >/dev/null || PATH=$PATH:/usr/sbin
command -v mosquitto >/dev/null && command -v mkenvimage >/dev/null && command -v python3 >/dev/null ||
  { echo "skipped: mosquitto, u-boot-tools or python3 is missing"; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/twinbank-idle.XXXXXX")
pids=
# shellcheck disable=SC2086 # process ids are words
trap 'kill $pids 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
broker=$(port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$broker" >mosquitto.conf
mosquitto -c mosquitto.conf >mosquitto.log 2>&1 &
pids="$pids $!"
cat >proxy.py <<'P'
import socket, sys, threading
listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen()
print(listener.getsockname()[1], flush=True)
count = [0, 0]
def pump(source, sink, i):
    while data := source.recv(65536):
        count[i] += len(data)
        open("count", "w").write("%d %d" % tuple(count))
        sink.sendall(data)
while True:
    device, _ = listener.accept()
    broker = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    threading.Thread(target=pump, args=(device, broker, 0), daemon=True).start()
    threading.Thread(target=pump, args=(broker, device, 1), daemon=True).start()
P
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$broker") 2>/dev/null && break; sleep 0.1; done
python3 proxy.py "$broker" >port &
pids="$pids $!"
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done

truncate -s 2M bank-a.img bank-b.img
echo A >running
printf 'BOOT_A_LEFT=3\nBOOT_B_LEFT=0\nBOOT_ORDER=A\n' >variables
mkenvimage -r -s 0x4000 -o copy.bin variables
cat copy.bin copy.bin >uboot.env
printf '%s 0x0000 0x4000\n%s 0x4000 0x4000\n' "$work/uboot.env" "$work/uboot.env" >fw_env.config
"$java" -jar "$root/publisher/target/otapub.jar" keygen --out maker.pem >/dev/null
cat >twinbank.conf <<CONF
device.name = gw-1
device.vendor-domain = example.com
device.class = gw
device.serial = 0001
bank.a = bank-a.img
bank.b = bank-b.img
bank.running = file:running
boot.kind = uboot
boot.uboot.config = fw_env.config
state.dir = state
trust.anchors = maker.pub.pem
mqtt.uri = tcp://127.0.0.1:$(cat port)
CONF

# FLAGS of the JVM: starts the daemon and waits until its link is online; sets $daemon, its process, and $ready, milliseconds of the
# processor until then.
run_daemon() {
  "$java" "$@" -jar "$root/agentd/target/twinbank.jar" run --config "$work/twinbank.conf" >"$work/run.log" 2>&1 &
  daemon=$!
  pids="$pids $daemon"
  for _ in $(seq 600); do
    if grep -q "link.online" "$work/run.log"; then
      ready=$(processor "$daemon")
      return 0
    fi
    kill -0 "$daemon" || { cat "$work/run.log" >&2; exit 1; }
    sleep 0.05
  done
  echo "no link after 30 s: $(cat "$work/run.log")" >&2
  exit 1
}
stop_daemon() { kill "$daemon"; wait "$daemon" 2>/dev/null || true; }
processor() { awk '{ print ($14 + $15) * 1000 / '"$(getconf CLK_TCK)"' }' "/proc/$1/stat"; }
