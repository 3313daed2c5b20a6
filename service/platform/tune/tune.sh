#!/usr/bin/env bash
# Lays the server's code out anew by how it runs under load: what calls run through lies close together, the rest
# elsewhere. The code stays the same; a call costs a tenth less time, and a third fewer lines of the processor's cache,
# which a server that has slept must fetch again. gRPC and libcurl are linked into the server and take part.
# README.md beside this file says more. Usage: tune.sh BINARIES FOLDER
#   BINARIES: where inferwire-server was built, and mock_upstream, h2_load and grpc_load, which are its load
#   FOLDER: gets inferwire-server, and what it was made from
set -euo pipefail
binaries=$(realpath "$1") folder=$(realpath -m "$2")
bolt=/usr/lib/llvm-16/bin/llvm-bolt  # by this path it finds its own libraries
work=$(mktemp -d) instrumented=$folder/inferwire-server.instrumented profile=$folder/profile.fdata

fail() { echo "tune.sh: $*" >&2; exit 1; }

mkdir -p "$folder"
rm -f "$folder"/{inferwire-server,profile.fdata}

run_bolt() {
  "$bolt" "$binaries/inferwire-server" "$@" >"$folder/bolt.log" 2>&1 || { tail -n 20 "$folder/bolt.log"; fail "llvm-bolt failed"; }
}

pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$instrumented" "$work"
}
trap stop EXIT

# FILE PATTERN PID: waits for a line of the file; prints what the pattern's group stands for.
await() {
  local found
  for _ in $(seq 600); do
    found=$(sed -n "s/.*$2.*/\1/p" "$1" | head -n 1)
    [ -n "$found" ] && { echo "$found"; return; }
    kill -0 "$3" 2>/dev/null || { cat "$1" >&2; fail "a program ended too early"; }
    sleep 0.05
  done
  fail "nothing like $2 in $1"
}

# Calls as callers make them, in numbers that have the usual above the rare. It ends by SIGTERM: then the instrumented
# server writes down how often each branch was taken.
train() {
  local upstream mock server address load
  "$binaries/mock_upstream" 0 >"$work/mock.log" 2>&1 &
  mock=$!
  pids+=("$mock")
  upstream=$(await "$work/mock.log" 'listens on \([0-9.:]*\)' "$mock")
  cat >"$work/training.yaml" <<EOF
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1}
limits: {max_in_flight: 1000}
upstreams:
  - {name: mock, base_url: "http://$upstream/v1", allow_plain_http: true, api_key: none}
EOF
  "${as_root[@]}" "$instrumented" --config "$work/training.yaml" >"$work/server.log" 2>&1 &
  server=$!
  pids+=("$server")
  address=$(await "$work/server.log" '"started".*"address":"\([^"]*\)"' "$server")

  load() {
    local program=$1
    shift
    "$binaries/$program" "$address" "$@" >"$work/load.json"
    grep -q '"bad":0,' "$work/load.json" || { cat "$work/load.json"; fail "calls failed"; }
  }
  load h2_load --seconds 3 --in-flight 64
  load h2_load --seconds 1 --in-flight 1 --connections 1
  load h2_load --seconds 2 --in-flight 64 --mode stream
  load h2_load --seconds 3 --in-flight 100 --mode stream --model mock-c100-i10000
  load h2_load --seconds 1 --in-flight 64 --model mock-b20000 --prompt-bytes 20000 --messages 10
  load grpc_load --seconds 1 --in-flight 2 --mode many --items 200
  kill "$server"
  wait "$server" || { tail -n 5 "$work/server.log"; fail "the instrumented server failed"; }
}

[ -x "$bolt" ] || fail "this needs Debian's bolt-16"
# The instrumentation looks for its own program in /proc/self/map_files, which only root may read: the server lets
# nobody else look at its memory.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(unshare --user --map-root-user)
if ! "${as_root[@]}" test -r /proc/self/map_files 2>/dev/null; then
  echo "tune.sh: needs /proc/self/map_files, and root or user namespaces: the server stays as it was linked" >&2
  cp "$binaries/inferwire-server" "$folder/"
  exit 0
fi
run_bolt -o "$instrumented" --instrument --instrumentation-file="$profile" \
  --runtime-instrumentation-lib=libbolt_rt_instr.a
train
[ -s "$profile" ] || fail "the instrumented server left no profile"
# What jumps through a table stays as it was linked: llvm-bolt has broken such tables (README.md).
tables=$(dirname "$(realpath "$0")")/jump_tables.py
"$tables" list "$binaries/inferwire-server" >"$folder/left-out"
run_bolt -o "$folder/inferwire-server.new" -data "$profile" -reorder-blocks=ext-tsp -reorder-functions=hfsort+ \
  -split-functions -split-all-cold -split-eh -skip-funcs-file="$folder/left-out" -dyno-stats
"$tables" verify "$binaries/inferwire-server" "$folder/inferwire-server.new" || fail "the rewritten server cannot be shown to be whole"
chmod 755 "$folder/inferwire-server.new"
"$folder/inferwire-server.new" --version
mv "$folder/inferwire-server.new" "$folder/inferwire-server"
grep -E 'non-empty execution profile|taken branches' "$folder/bolt.log" | sed 's/^BOLT-INFO: //'
