#!/usr/bin/env bash
# buf lint and buf breaking over proto/. Usage: buf_test.sh lint|breaking WORK_FOLDER
# Exit code 77 (skipped) with a reason where npm or the history is missing.
set -euo pipefail
what=$1 work=$2
root=$(cd "$(dirname "$0")/../.." && pwd)

skip() { echo "skipped: $*"; exit 77; }

buf=$("$root/tests/proto/buf.sh" "$work")

# The API that callers have: the newest release, else the last commit that changed proto/.
baseline() {
  git -C "$root" describe --tags --abbrev=0 --match 'v*' 2>/dev/null ||
    git -C "$root" log -n 1 --format=%H HEAD~1 -- proto 2>/dev/null
}

case $what in
  lint)
    "$buf" lint "$root/proto"
    echo "buf lint: clean"
    ;;
  breaking)
    # A check that finds nothing must first show that it can find something.
    broken=$work/broken
    rm -rf "$broken" && cp -r "$root/proto" "$broken"
    sed -i '/optional double temperature = 3;/d' "$broken/inferwire/v1/chat.proto"
    if "$buf" breaking "$broken" --against "$root/proto" >/dev/null 2>&1; then
      echo "buf breaking did not see a removed field"
      exit 1
    fi
    git -C "$root" rev-parse --git-dir >/dev/null 2>&1 || skip "not a git checkout"
    commit=$(baseline || true)
    [ -n "$commit" ] || skip "there is no earlier version of the API"
    rm -rf "$work/before" && mkdir -p "$work/before"
    git -C "$root" archive "$commit" proto | tar -x -C "$work/before"
    "$buf" breaking "$root/proto" --against "$work/before/proto"
    echo "buf breaking: compatible with $commit"
    ;;
  *) exit 2 ;;
esac
