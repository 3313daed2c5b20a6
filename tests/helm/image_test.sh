#!/usr/bin/env bash
# The image's root file system, laid out without an engine: the server runs in it as uid 65532 without privileges,
# with nothing writable, and serves. Prints the size. Usage: image_test.sh BINARIES WORK_FOLDER
# INFERWIRE_SHIPPED_SERVER (./dev test) names the server that is shipped; the other programs lie beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."
binaries=${INFERWIRE_SHIPPED_SERVER:+$(dirname "$INFERWIRE_SHIPPED_SERVER")} work=$2
binaries=${binaries:-$1}
root=$work/root

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }

command -v dpkg-query >/dev/null || skip "this is not Debian"
[ "$(id -u)" = 0 ] || skip "only root can run a program in another root file system"
unshare --mount true 2>/dev/null || skip "this machine lets nobody mount (a container?)"

mkdir -p "$work"
service/image/rootfs.sh "$binaries" "$root"

[ -z "$(find "$root" -perm /6000)" ] || fail "a file has the set-user-id bit"
[ -z "$(find "$root" -name '*sh' -path '*bin/*')" ] || fail "there is a shell"
! find "$root" -type f -writable -not -user root | grep . || fail "a file is not root's"
for program in "$root"/usr/bin/*; do
  missing=$(chroot "$root" /lib64/ld-linux-x86-64.so.2 --list "/usr/bin/$(basename "$program")" | grep "not found" || true)
  [ -z "$missing" ] || fail "$(basename "$program") lacks $missing"
done
for library in libcurl4 libssl3 libc6 zlib1g; do
  grep -q "^Version: ." "$root/var/lib/dpkg/status.d/$library" || fail "scanners could not see $library"
done

python3 - "$root/usr/share/doc/inferwire/sbom.cdx.json" <<'PYTHON' || fail "the bill of materials is not right"
import json, subprocess, sys
components = {c["name"]: c for c in json.load(open(sys.argv[1], encoding="utf-8"))["components"]}
how = {name: {p["name"]: p["value"] for p in c["properties"]}["inferwire:linkage"] for name, c in components.items()}
wanted = {"libgrpc-dev": "static", "libgrpc++-dev": "static", "libprotobuf-dev": "static", "libabsl-dev": "static",
          "libre2-dev": "static", "libc-ares-dev": "static", "libcurl4-openssl-dev": "static", "libssl3": "shared",
          "libc6": "shared", "libpq5": "shared", "libcjose0": "shared", "libjansson4": "shared", "libsqlite3-0": "shared", "nlohmann-json3-dev": "headers"}
for name, linkage in wanted.items():
    assert how.get(name) == linkage, f"{name}: {how.get(name)}, not {linkage}"
    installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], text=True, capture_output=True, check=True)
    assert components[name]["version"] == installed.stdout, name
PYTHON

# Runs a program of the image as the chart does; every step becomes the next one, so the process is the program.
inside=(unshare --mount bash -c '
  set -e
  root=$1; shift
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t proc -o ro,nosuid proc "$root/proc" 2>/dev/null || mount --rbind -o ro /proc "$root/proc"
  mount -o remount,bind,ro "$root"
  exec setpriv --no-new-privs chroot --userspec=65532:65532 --groups= "$root" "$@"' inside "$root")

server=
stop() {
  [ -z "$server" ] || { kill -TERM "$server" && kill -TERM "$server"; wait "$server"; } 2>/dev/null || true
}
trap stop EXIT
"${inside[@]}" /usr/bin/inferwire-server --upstream simulator --listen 127.0.0.1:0 --admin 127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
for _ in $(seq 200); do
  grep -q '"started"' "$work/log" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; fail "the server ended"; }
  sleep 0.05
done
address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$work/log" | head -n 1)
admin=$(sed -n 's/.*"admin_port":\([0-9]*\).*/\1/p' "$work/log" | head -n 1)

curl -fsS "http://127.0.0.1:$admin/readyz" >/dev/null || fail "not ready"
"${inside[@]}" /usr/bin/inferwire --server "$address" health
"${inside[@]}" /usr/bin/inferwire --server "$address" complete --no-stream "Hi" >/dev/null 2>&1 || fail "no answer"

status=/proc/$server/status
grep -q $'^Uid:\t65532\t65532\t65532\t65532' "$status" || fail "not uid 65532"
grep -q $'^CapEff:\t0000000000000000' "$status" || fail "it has privileges"
grep -q $'^NoNewPrivs:\t1' "$status" || fail "it could get privileges"
# What it sees: mount points and their options.
awk '$6 !~ /^ro(,|$)/ { print $5; found = 1 } END { exit found }' "/proc/$server/mountinfo" || fail "that is writable"

echo "image: $(du -sm "$root" | cut -f1) MB unpacked, $(tar -C "$root" -c . | gzip -1 | wc -c | awk '{print int($1 / 1e6 + 0.5)}') MB packed," \
  "$(ls "$root/var/lib/dpkg/status.d" | wc -l) packages; runs read-only as uid 65532 without privileges"
